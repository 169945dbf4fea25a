"""Nodes and block definitions of one document made to fit into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from graph.catalog import layer_class
from graph.document import Document
from graph.fields import Field, fields_of
from graph.layers.block import BlockLayer
from graph.names import MAX_LENGTH
from graph.storage.loom import BlockRows, NodeRow, block_rows, fill, inner_first
from graph.written import argument_with, expression_in, language_of, with_values

NEVER = "False"
"""The condition of a node that is not there at the values its block's parameters had."""


def add_blocks(document: Document, blocks: Mapping[str, BlockRows]) -> dict[str, str]:
    """Add those definitions that the document does not have yet; the name of each in the document.

    Raises:
        LayerloomError: a definition is not a valid one.
    """
    names: dict[str, str] = {}
    for name in inner_first(dict(blocks)):
        rows = [adapted(row, names, {}) for row in blocks[name].nodes]
        block = BlockRows(blocks[name].parameters, rows, blocks[name].frames)
        names[name] = _home(document, name, block)
        if names[name] not in document.definitions:
            fill(document.add_block(names[name], block.parameters), block, f"blocks.{name}.")
    return names


def _home(document: Document, name: str, block: BlockRows) -> str:
    """A name that is free or already stands for an equal definition."""
    found, number = name, 1
    while found in document.definitions and block_rows(document, found) != block:
        number += 1
        found = f"{name[: MAX_LENGTH - 5]}{'_' if name[-1:].isdigit() else ''}{number}"
    return found


def adapted(row: NodeRow, blocks: Mapping[str, str], values: Mapping[str, Any]) -> NodeRow:
    """A node with its blocks under other names, and ``values``, numbers or expressions, for block parameters.

    A condition that does not hold by these is ``NEVER``.

    Raises:
        LayerloomError: there is no such layer, or an expression is none.
    """
    cls = layer_class(row.layer)
    fields = fields_of(cls)
    made = {key: _substituted(fields.get(key), value, values) for key, value in row.parameters.items()}
    if issubclass(cls, BlockLayer) and isinstance(name := made.get("definition"), str):
        made["definition"] = blocks.get(name, name)
    when = with_values(row.when, "value", values) if row.when else ""
    if not isinstance(when, str):
        when = "" if when else NEVER
    return msgspec.structs.replace(row, parameters=made, when=when)


def _substituted(field: Field | None, value: Any, values: Mapping[str, Any]) -> Any:
    if field is None or not values:
        return value
    if field.name == "arguments" and isinstance(value, dict):
        return {key: argument_with(item, values) for key, item in value.items()}
    if field.kind == "shape":
        return with_values(value, "size", values)
    written = expression_in(field, value, values)
    return value if written is None else with_values(value, language_of(field), values)

"""The parameters that nodes have in common, as the fields of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.document import Document
from graph.fields import Field, fields_of
from graph.layers.block import BlockLayer
from graph.records import Node
from gui.inspector import usage
from gui.inspector.fields.editors import MIXED


def fields_for(document: Document, graph: str, nodes: Sequence[Node]) -> dict[str, Field]:
    """The fields for nodes of one kind; none for different kinds."""
    kinds = {type(node.layer) for node in nodes}
    if len(kinds) != 1:
        return {}
    kind = kinds.pop()
    if issubclass(kind, BlockLayer):
        return usage.fields_for(document, graph, nodes)
    return {name: field for name, field in fields_of(kind).items() if not field.hidden}


def values_of(document: Document, nodes: Sequence[Node], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The value of each field, expressions as they are written, ``MIXED`` where the nodes differ."""
    return {name: in_common(_value(document, node, name) for node in nodes) for name in fields}


def in_common(values: Iterable[Any]) -> Any:
    """The one value there is, or ``MIXED``."""
    first, *others = values
    return first if all(other == first for other in others) else MIXED


def _value(document: Document, node: Node, field: str) -> Any:
    if field in node.expressions:
        return node.expressions[field]
    if isinstance(node.layer, BlockLayer):
        return usage.value_of(document, node.layer, field)
    return getattr(node.layer, field)


def set_value(document: Document, graph: str, name: str, field: str, value: Any) -> None:
    """Write what a field holds now into a node, inside an edit.

    Raises:
        LayerloomError: the value is wrong.
    """
    drawing = document.graphs[graph]
    if isinstance(drawing.node(name).layer, BlockLayer):
        usage.set_value(document, graph, name, field, value)
    else:
        drawing.set(name, **{field: value})

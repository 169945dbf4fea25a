"""How a node uses a block, as the fields of a form: which block, its arguments, how often, and what a Scan carries.

A field that is not a parameter of the layer is called ``argument.NAME`` or ``input.NAME``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from graph.blocks.expansion import signature
from graph.blocks.parameters import INDEX, plain_text
from graph.blocks.words import words_for
from graph.document import Document
from graph.edits.blocks import usable
from graph.errors import LayerloomError
from graph.expressions.evaluation import evaluate
from graph.fields import Field, fields_of
from graph.layers.block import BlockLayer, Scan
from graph.records import Node

ARGUMENT, INPUT = "argument.", "input."
SEQUENCE, CONSTANT, CARRIED = "one element a step", "whole, at every step", "state, then "


def fields_for(document: Document, graph: str, nodes: Sequence[Node]) -> dict[str, Field]:
    """The fields for Blocks or Scans; arguments and inputs where all of them use one block."""
    layers = [node.layer for node in nodes if isinstance(node.layer, BlockLayer)]
    layer, own = layers[0], fields_of(type(layers[0]))
    used = {other.definition for other in layers}
    choices = tuple(dict.fromkeys([*usable(document, graph), *sorted(used)]))
    found = {"definition": own["definition"]._replace(kind="choice", choices=choices)}
    if len(used) == 1:
        for name, default in document.definitions[layer.definition].parameters.items():
            words = f"parameter of {layer.definition}; {default} if empty"
            found[f"argument.{name}"] = _argument(document, graph, nodes, name)._replace(description=words)
    if len(used) == 1 and isinstance(layer, Scan):
        for name in layer.inputs:
            options = (SEQUENCE, CONSTANT, *(f"{CARRIED}{result}" for result in layer.results))
            words = "what the block gets at this input"
            found[f"input.{name}"] = Field(name, "choice", SEQUENCE, words, choices=options)
    kept = ("steps", "reverse") if isinstance(layer, Scan) else ("repeat",)
    return {**found, **{name: own[name] for name in kept}}


def _argument(document: Document, graph: str, nodes: Sequence[Node], name: str) -> Field:
    """The field of an argument: typed where it is a number, else chosen, also among the parameters around."""
    layers = [node.layer for node in nodes if isinstance(node.layer, BlockLayer)]
    default = document.definitions[layers[0].definition].parameters[name]
    if not isinstance(default, bool | str):
        return Field(name, "float" if isinstance(default, float) else "int", default, "")
    own = (True, False) if isinstance(default, bool) else words_for(document, layers[0].definition, name)
    around = [key for key, value in document.values(graph).items() if type(value) is type(default)]
    shown = [value_of(document, layer, f"argument.{name}") for layer in layers]
    return Field(name, "choice", default, "", choices=tuple(dict.fromkeys([*own, default, *around, *shown])))


def value_of(document: Document, layer: BlockLayer, field: str) -> Any:
    """What a field shows."""
    what, _, name = field.partition(".")
    if what == "argument":
        default = document.definitions[layer.definition].parameters[name]
        value = layer.arguments.get(name, default)
        return plain_text(value) if isinstance(default, str) and isinstance(value, str) else value
    if what == "input" and isinstance(layer, Scan):
        if name in layer.carry:
            return f"{CARRIED}{layer.carry[name]}"
        return CONSTANT if name in layer.constant else SEQUENCE
    return getattr(layer, field)


def differs(layer: BlockLayer, field: str) -> bool:
    """Whether a field is other than its default; there is none for the block itself."""
    what, _, name = field.partition(".")
    if what == "argument":
        return name in layer.arguments
    if what == "input" and isinstance(layer, Scan):
        return name in layer.carry or name in layer.constant
    return field != "definition" and bool(getattr(layer, field) != fields_of(type(layer))[field].default)


def default_of(layer: BlockLayer, field: str) -> Any:
    """What a field is to be given for its default; an argument that is empty follows the block's own."""
    if field.startswith(ARGUMENT):
        return ""
    if field.startswith(INPUT):
        return SEQUENCE
    return layer.definition if field == "definition" else fields_of(type(layer))[field].default


def amount(document: Document, graph: str, value: Any) -> str:
    """What an argument amounts to that is an expression; "" for a number."""
    if not isinstance(value, str):
        return ""
    try:
        return f"= {evaluate(value, {INDEX: 0, **document.values(graph)}, 'value')}"
    except LayerloomError:
        return ""  # the node has a problem, and says which


def set_value(document: Document, graph: str, node: str, field: str, value: Any) -> None:
    """Write what a field holds now into a node, inside an edit.

    Raises:
        LayerloomError: the value is wrong.
    """
    drawing = document.graphs[graph]
    layer = drawing.node(node).layer
    assert isinstance(layer, BlockLayer)
    what, _, name = field.partition(".")
    if field == "definition":
        drawing.replace(node, _using(document, layer, value))
    elif what == "argument":
        parameter = document.definitions[layer.definition].parameters[name]
        if isinstance(value, str) and value and not isinstance(parameter, str):
            evaluate(value, {INDEX: 0, **document.values(graph)}, "value")
        kept = {key: item for key, item in layer.arguments.items() if key != name}
        drawing.set(node, arguments=kept if value == "" else {**layer.arguments, name: value})
    elif what == "input" and isinstance(layer, Scan):
        drawing.replace(node, _fed(layer, name, value))
    else:
        drawing.set(node, **{field: value})


def _using(document: Document, layer: BlockLayer, definition: str) -> BlockLayer:
    """The layer with another block, keeping the arguments and states that it has as well."""
    known = document.definitions[definition].parameters
    inputs, results = signature(document.graphs[definition])
    changed: dict[str, Any] = {"definition": definition}
    changed["arguments"] = {key: value for key, value in layer.arguments.items() if key in known}
    if isinstance(layer, Scan):
        changed["carry"] = {key: to for key, to in layer.carry.items() if key in inputs and to in results}
        changed["constant"] = tuple(key for key in layer.constant if key in inputs)
    return msgspec.structs.replace(layer, **changed)


def _fed(layer: Scan, name: str, choice: str) -> Scan:
    carry = {key: result for key, result in layer.carry.items() if key != name}
    constant = tuple(key for key in layer.constant if key != name)
    if choice.startswith(CARRIED):
        carry[name] = choice.removeprefix(CARRIED)
    elif choice == CONSTANT:
        constant = (*constant, name)
    return msgspec.structs.replace(layer, carry=carry, constant=constant)

"""The parameters of nodes: which fields there are, what they hold, and other values for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.document import Document
from graph.edits.setting import usage
from graph.fields import Field, fields_of
from graph.layers.block import BlockLayer
from graph.records import Node

WHEN = "when"


def fields_for(document: Document, graph: str, nodes: Sequence[Node]) -> dict[str, Field]:
    """The fields that nodes have in common: by name, where they take the same kind of value."""
    kinds = list(dict.fromkeys(type(node.bypassed or node.layer) for node in nodes))
    if all(issubclass(kind, BlockLayer) for kind in kinds):
        one = usage.fields_for(document, graph, nodes) if len(kinds) == 1 else {}
        return one | _condition(document, graph, nodes)
    first, *others = [{} if issubclass(kind, BlockLayer) else fields_of(kind) for kind in kinds]
    common = {
        name: _with_names(field, document.values(graph), nodes)
        for name, field in first.items()
        if not field.hidden and all(name in other and _alike(field, other[name]) for other in others)
    }
    return common | _condition(document, graph, nodes)


def _with_names(field: Field, values: Mapping[str, Any], nodes: Sequence[Node]) -> Field:
    """A field that is chosen, not typed, with those of the block's parameters that it may be."""
    words = {"bool": bool, "choice": str}
    if field.kind not in words:
        return field
    names = [name for name, value in values.items() if type(value) is words[field.kind]]
    kept = [str(node.expressions[field.name]) for node in nodes if field.name in node.expressions]
    if not names and not kept:
        return field
    own = (True, False) if field.kind == "bool" else field.choices
    return field._replace(kind="choice", choices=(*own, *dict.fromkeys([*names, *kept])))


def _condition(document: Document, graph: str, nodes: Sequence[Node]) -> dict[str, Field]:
    """The field of a node's condition, where it can have one."""
    able = all(document.graphs[graph].can_be_conditional(node.name) for node in nodes)
    if not able or not (document.values(graph) or any(node.when for node in nodes)):
        return {}
    return {WHEN: Field(WHEN, "text", "", "condition such as stride == 1: else it passes its first input on")}


def _alike(one: Field, other: Field) -> bool:
    return all(getattr(one, what) == getattr(other, what) for what in ("kind", "choices", "length", "optional"))


def value_of(document: Document, node: Node, field: str) -> Any:
    """What a field of a node holds, an expression as its text."""
    if field == WHEN:
        return node.when
    if field in node.expressions:
        return node.expressions[field]
    if isinstance(node.layer, BlockLayer):
        return usage.value_of(document, node.layer, field)
    return getattr((node.bypassed or node.layer), field)


def set_value(document: Document, graph: str, name: str, field: str, value: Any) -> None:
    """Write what a field holds now into a node, inside an edit.

    Raises:
        LayerloomError: the value is wrong.
    """
    drawing = document.graphs[graph]
    if field == WHEN:
        drawing.condition(name, value)
    elif isinstance(drawing.node(name).layer, BlockLayer):
        usage.set_value(document, graph, name, field, value)
    else:
        drawing.set(name, **{field: value})

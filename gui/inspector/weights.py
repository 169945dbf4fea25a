"""Whether a node's weights are trained, and whose they are, as the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.edits.blocks import has_weights
from graph.fields import Field
from graph.modelgraph import ModelGraph
from graph.records import Node
from gui.inspector.parameters import in_common

FROZEN = Field("frozen", "bool", False, "training leaves weights and running statistics as they are")
SHARES = Field("shared with", "choice", "", "an equal layer whose weights are used here as well", optional=True)


def fields_for(drawing: ModelGraph, nodes: Sequence[Node]) -> dict[str, Field]:
    """The fields for nodes that all have weights; none for others."""
    if not all(has_weights(node.layer) for node in nodes):
        return {}
    if len(nodes) > 1:
        return {"frozen": FROZEN}
    owners = _owners(drawing, nodes[0])
    return {"frozen": FROZEN, "shares": SHARES._replace(choices=owners)} if owners else {"frozen": FROZEN}


def _owners(drawing: ModelGraph, node: Node) -> tuple[str, ...]:
    """The nodes whose weights a node could use: equal layers with weights of their own."""
    found = [
        other.name
        for other in drawing.nodes.values()
        if other.layer == node.layer and other.expressions == node.expressions and not other.shares
    ]
    return tuple(dict.fromkeys(name for name in (*found, node.shares) if name and name != node.name))


def values_of(nodes: Sequence[Node], fields: Mapping[str, Field]) -> dict[str, Any]:
    """What the fields show."""
    values = {"frozen": in_common(node.frozen for node in nodes), "shares": nodes[0].shares or None}
    return {name: values[name] for name in fields}


def set_value(drawing: ModelGraph, name: str, field: str, value: Any) -> None:
    """Write what a field holds now into a node, inside an edit.

    Raises:
        DocumentError: the two nodes cannot share weights.
    """
    if field == "shares":
        drawing.share(name, value or "")
    else:
        drawing.alter(name, **{field: value})

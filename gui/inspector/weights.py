"""Whether a node's weights are trained, and whose they are, as the subject of a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.edits.blocks import has_weights
from graph.fields import Field
from graph.modelgraph import ModelGraph
from graph.records import Node
from gui.inspector.chosen import Chosen
from gui.inspector.fields.subject import Subject
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


class Weights(Subject):
    """What is said of the weights of nodes."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.fields: dict[str, Field] = {}

    def choose(self) -> dict[str, Field]:
        """Take the fields that the nodes have now."""
        self.fields = fields_for(self._chosen.drawing, self._chosen.nodes)
        return self.fields

    def values(self) -> dict[str, Any]:
        nodes = self._chosen.nodes
        values = {"frozen": in_common(node.frozen for node in nodes), "shares": nodes[0].shares or None}
        return {name: values[name] for name in self.fields}

    def differs(self, field: str) -> bool:
        return any(getattr(node, field) for node in self._chosen.nodes)

    def write(self, field: str, value: Any) -> None:
        for name in self._chosen.names:
            if field == "shares":
                self._chosen.drawing.share(name, value or "")
            else:
                self._chosen.drawing.alter(name, frozen=value)

    def reset(self, field: str) -> None:
        self.write(field, False if field == "frozen" else None)

    def label(self, field: str) -> str:
        return f"Set {self.fields[field].name} of {self._chosen.who}"

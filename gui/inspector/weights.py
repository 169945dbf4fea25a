"""Whether a node's weights are trained, and whose they are, as the subject of a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.analysis import ties
from graph.document import Document
from graph.edits.kept import has_weights
from graph.fields import Field
from graph.modelgraph import ModelGraph
from graph.records import Node
from gui.inspector.chosen import Chosen
from gui.inspector.fields.subject import Subject
from gui.inspector.parameters import in_common

FROZEN = Field("frozen", "bool", False, "training leaves weights and running statistics as they are")
COST = Field("", "float", None, "", rare=True, minimum=0.0, maximum=1000.0, optional=True)
COSTS = {
    "l1": COST._replace(
        name="l1", description="what the sizes of its weights cost; empty: as the penalty of training says"
    ),
    "l2": COST._replace(name="l2", description="what their squares cost; empty: as the penalty of training says"),
}
SHARES = Field("shared with", "choice", "", "an equal layer whose weights are used here as well", optional=True)
TIED = Field("", "choice", "", "a weight of its shape used in its place, with its initial values", optional=True)
_TIE = "tie "


def fields_for(document: Document, graph: str, nodes: Sequence[Node]) -> dict[str, Field]:
    """The fields for nodes that all have weights; none for others."""
    if not all(has_weights(node.layer) for node in nodes):
        return {}
    found = {"frozen": FROZEN, **({} if any(node.shares for node in nodes) else COSTS)}  # its owner says
    if len(nodes) > 1:
        return found
    if owners := _owners(document.graphs[graph], nodes[0]):
        found["shares"] = SHARES._replace(choices=owners)
    for weight, places in ties.choices(document, graph, nodes[0].name).items():
        found[_TIE + weight] = TIED._replace(name=f"{weight} tied to", choices=places)
    return found


def _owners(drawing: ModelGraph, node: Node) -> tuple[str, ...]:
    """The nodes whose weights a node could use: equal layers with weights of their own."""
    found = [
        other.name
        for other in drawing.nodes.values()
        if (other.layer, other.expressions, other.when) == (node.layer, node.expressions, node.when)
        and not other.shares
    ]
    return tuple(dict.fromkeys(name for name in (*found, node.shares) if name and name != node.name))


class Weights(Subject):
    """What is said of the weights of nodes."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.fields: dict[str, Field] = {}

    def choose(self) -> dict[str, Field]:
        """Take the fields that the nodes have now."""
        self.fields = fields_for(self._chosen.document, self._chosen.graph, self._chosen.nodes)
        return self.fields

    def values(self) -> dict[str, Any]:
        nodes = self._chosen.nodes
        values = {"frozen": in_common(node.frozen for node in nodes), "shares": nodes[0].shares or None}
        values |= {name: in_common(getattr(node, name) for node in nodes) for name in COSTS}
        values |= {_TIE + weight: place for weight, place in nodes[0].ties.items()}
        return {name: values.get(name) for name in self.fields}

    def differs(self, field: str) -> bool:
        if field.startswith(_TIE):
            return any(field.removeprefix(_TIE) in node.ties for node in self._chosen.nodes)
        if field in COSTS:
            return any(getattr(node, field) is not None for node in self._chosen.nodes)
        return any(getattr(node, field) for node in self._chosen.nodes)

    def write(self, field: str, value: Any) -> None:
        drawing = self._chosen.drawing
        for name in self._chosen.names:
            if field == "shares":
                drawing.share(name, value or "")
            elif field.startswith(_TIE):
                drawing.tie(name, field.removeprefix(_TIE), value or "")
            elif field in COSTS:
                drawing.penalize(name, **{field: value})
            else:
                drawing.alter(name, frozen=value)

    def reset(self, field: str) -> None:
        self.write(field, False if field == "frozen" else None)

    def label(self, field: str) -> str:
        return f"Set {self.fields[field].name} of {self._chosen.who}"

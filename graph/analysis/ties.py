"""Which weights of a drawing a node could use in place of its own."""

from __future__ import annotations

from collections.abc import Iterator

from graph.blocks.expansion import input_types, resolve, state_of
from graph.dims import Dim
from graph.document import Document
from graph.tying import HOLDING, Place

SMALLEST_RANK = 2  # offsets and scales of one shape are everywhere, and nobody ties them
MOST = 12  # a block with more matrices has those offered that are tied; others are tied from the other side


def choices(document: Document, graph: str, name: str) -> dict[str, tuple[str, ...]]:
    """For each weight of a node the weights of other nodes that have its shape, and the one it is tied to now."""
    nodes, found = document.graphs[graph].nodes, dict[str, tuple[str, ...]]()
    node = nodes[name]
    if node.shares or node.layer.role not in HOLDING:
        return {key: (text,) for key, text in node.ties.items()}
    ours = dict(_matrices(document, graph, name))
    if node.layer.role == "block" and len(ours) > MOST:
        ours = {key: shape for key, shape in ours.items() if key in node.ties}
    others: dict[tuple[Dim, ...], list[str]] = {}
    for other, candidate in nodes.items() if ours else ():
        if other == name or candidate.shares or candidate.ties or candidate.layer.role not in HOLDING:
            continue
        for key, shape in _matrices(document, graph, other):
            others.setdefault(shape, []).append(str(Place(other, key)))
    for key in dict.fromkeys([*ours, *node.ties]):
        offered = [*(others.get(ours[key], ()) if key in ours and key else ()), node.ties.get(key, "")]
        if names := tuple(dict.fromkeys(text for text in offered if text)):
            found[key] = names
    return found


def _matrices(document: Document, graph: str, name: str) -> Iterator[tuple[str, tuple[Dim, ...]]]:
    types, drawing = document.types(graph), document.graphs[graph]
    if name not in types:
        return
    node = drawing.nodes[name]
    weights = state_of(document, resolve(node, document.values(graph)), input_types(drawing, types, name))
    for key, weight in weights.items():
        if weight.trainable and len(weight.shape) >= SMALLEST_RANK:
            yield key, weight.shape

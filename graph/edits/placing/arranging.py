"""Nodes put in line and at equal gaps; each function is one undo step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from graph.document import Document
from graph.errors import DocumentError

Edge = Literal["left", "center", "right", "top", "middle", "bottom"]
Axis = Literal["across", "down"]
Sizes = Mapping[str, tuple[float, float]]
# Where the edge is, in halves of the size from the centre.
_SHARES: Mapping[Edge, float] = {"left": -0.5, "center": 0.0, "right": 0.5, "top": -0.5, "middle": 0.0, "bottom": 0.5}


def align(document: Document, key: str, sizes: Sizes, edge: Edge) -> None:
    """Put an edge of nodes, or their centre, in one line; ``sizes`` are their widths and heights.

    Raises:
        DocumentError: there are fewer than two.
    """
    _expect(sizes, 2, "Align")
    axis, share = (0 if edge in ("left", "center", "right") else 1), _SHARES[edge]
    nodes = [document.graphs[key].node(name) for name in sizes]
    places = {node.name: (node.x, node.y)[axis] + share * sizes[node.name][axis] for node in nodes}
    low, high = min(places.values()), max(places.values())
    line = {-0.5: low, 0.0: (low + high) / 2, 0.5: high}[share]
    wanted = {name: line - share * sizes[name][axis] for name in sizes}
    _move(document, key, wanted, axis, f"Align {len(sizes)} nodes")


def distribute(document: Document, key: str, sizes: Sizes, axis: Axis) -> None:
    """Leave equal gaps between nodes; the outer two stay.

    Raises:
        DocumentError: there are fewer than three.
    """
    _expect(sizes, 3, "Distribute")
    number = 0 if axis == "across" else 1
    nodes = {node.name: (node.x, node.y)[number] for node in map(document.graphs[key].node, sizes)}
    names = sorted(nodes, key=lambda name: (nodes[name], name))
    first, last = names[0], names[-1]
    room = nodes[last] - nodes[first] - (sizes[first][number] + sizes[last][number]) / 2
    gap = (room - sum(sizes[name][number] for name in names[1:-1])) / (len(names) - 1)
    wanted, at = {}, nodes[first] + sizes[first][number] / 2
    for name in names[1:-1]:
        wanted[name] = at + gap + sizes[name][number] / 2
        at += gap + sizes[name][number]
    _move(document, key, wanted, number, f"Distribute {len(names)} nodes")


def _expect(sizes: Sizes, count: int, verb: str) -> None:
    if len(sizes) < count:
        word = {2: "two", 3: "three"}[count]
        raise DocumentError(f"{verb}: select at least {word} nodes, got {len(sizes)}.")


def _move(document: Document, key: str, wanted: Mapping[str, float], axis: int, label: str) -> None:
    graph = document.graphs[key]
    places = {}
    for name, value in wanted.items():
        node = graph.node(name)
        places[name] = (round(value, 3), node.y) if axis == 0 else (node.x, round(value, 3))
    with document.edit(label):
        graph.move(places)

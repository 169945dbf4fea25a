"""Laying out what was drawn by calls: inputs and outputs keep their order, which is that of arguments and results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from graph.builder.sizes import size_of
from graph.document import Document
from graph.layout.arguments import drawn_order
from graph.layout.placement import Place, lay_out
from graph.layout.rows import Size
from graph.modelgraph import ModelGraph

GAP = 12.0


def arrange(document: Document, graph: ModelGraph) -> None:
    """Lay a graph out, and shift nodes up or down into their order, or let them change places."""
    sizes = {name: size_of(graph, name) for name in graph.nodes}
    places = lay_out(graph, sizes)
    for role in ("input", "target", "output"):
        names = drawn_order(graph, [name for name, node in graph.nodes.items() if node.layer.role == role])
        _put_in_order(places, sizes, names)
    with document.edit("Lay out"):
        graph.move(places)


def _put_in_order(places: dict[str, Place], sizes: Mapping[str, Size], names: Sequence[str]) -> None:
    for first, second in reversed([*pairwise(names)]):
        above, below = places[first], places[second]
        if (above[1], above[0]) < (below[1], below[0]):
            continue
        shifts = {first: (above[0], below[1] - 1.0), second: (below[0], above[1] + 1.0)}
        free = next((name for name, place in shifts.items() if _is_free(places, sizes, name, place)), "")
        if free:
            places[free] = shifts[free]
        else:  # two of a kind one above the other: they change places
            places[first], places[second] = below, above


def _is_free(places: Mapping[str, Place], sizes: Mapping[str, Size], name: str, place: Place) -> bool:
    width, height = sizes[name]
    return all(
        abs(x - place[0]) > (width + sizes[other][0]) / 2 + GAP
        or abs(y - place[1]) > (height + sizes[other][1]) / 2 + GAP
        for other, (x, y) in places.items()
        if other != name
    )

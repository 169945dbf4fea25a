"""Keeps the order of arguments and results, which is that of positions, when nodes are laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from graph.layout.arguments import arguments
from graph.layout.rows import Size
from graph.modelgraph import ModelGraph
from graph.records import Point

GAP, HAIR = 12.0, 0.01


def put_in_order(graph: ModelGraph, places: dict[str, Point], sizes: Mapping[str, Size]) -> bool:
    """Shift Inputs, Targets and Outputs up or down into the order they have in the drawing, or exchange their places.

    ``places`` are those of the nodes that are laid out; the others stay where they are, and nodes that cannot come to
    stand in order beside them do so too. Whether shifts were enough.
    """
    enough = True
    for names in arguments(graph):
        moved = [name for name in names if name in places]
        if len(names) < 2:
            continue
        if len(moved) < len(names):
            _leave(graph, places, names)
        else:
            enough &= _sort(places, sizes, names)
    return enough


def _sort(places: dict[str, Point], sizes: Mapping[str, Size], names: Sequence[str]) -> bool:
    """Bring all nodes of a role into their order; whether shifts are enough."""
    shifted = _nudge(places, sizes, names)
    if _sorted(places, names):
        return shifted
    places.update(zip(names, sorted((places[name] for name in names), key=_rank), strict=True))
    return False


def _leave(graph: ModelGraph, places: dict[str, Point], names: Sequence[str]) -> None:
    """Leave the nodes of a role where they are if some of them are not laid out and the order would be another.

    Of those at one place the order is that of their use, which is another elsewhere: they are taken apart by a hair.
    """
    here = {name: (graph.node(name).x, graph.node(name).y) for name in names}
    after = {name: places.get(name, here[name]) for name in names}
    if _sorted(after, names):
        return
    for name in names:
        places.pop(name, None)
    same = Counter(here.values())
    for turn, name in enumerate(names):
        x, y = here[name]
        if same[here[name]] > 1:
            places[name] = (round(x + turn * HAIR, 3), y)


def _rank(place: Point) -> Point:
    return place[1], place[0]


def _sorted(places: Mapping[str, Point], names: Collection[str]) -> bool:
    return all(_rank(places[first]) < _rank(places[second]) for first, second in pairwise(names))


def _nudge(places: dict[str, Point], sizes: Mapping[str, Size], names: Sequence[str]) -> bool:
    """Shift nodes a little above or below the next one where it is free, or let two change places; whether none did."""
    shifted = True
    for first, second in reversed([*pairwise(names)]):
        above, below = places[first], places[second]
        if _rank(above) < _rank(below):
            continue
        shifts = {first: (above[0], below[1] - 1.0), second: (below[0], above[1] + 1.0)}
        free = next((name for name, place in shifts.items() if _is_free(places, sizes, name, place)), "")
        if free:
            places[free] = shifts[free]
        else:  # two of a kind one above the other: they change places
            places[first], places[second] = below, above
            shifted = False
    return shifted


def _is_free(places: Mapping[str, Point], sizes: Mapping[str, Size], name: str, place: Point) -> bool:
    width, height = sizes[name]
    return all(
        abs(x - place[0]) > (width + sizes[other][0]) / 2 + GAP
        or abs(y - place[1]) > (height + sizes[other][1]) / 2 + GAP
        for other, (x, y) in places.items()
        if other != name
    )

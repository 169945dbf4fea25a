"""The dots that wires are led through: added and moved; the compiler never sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from graph.document import Document
from graph.modelgraph import ModelGraph
from graph.records import Point, Wire


class Dot(NamedTuple):
    """One of the points that a wire is led through, counted from its source."""

    wire: Wire
    number: int


def add(document: Document, key: str, wire: Wire, at: Point, index: int) -> Dot:
    """Lead a wire through one more point."""
    graph = document.graphs[key]
    points = list(graph.bends(wire))
    with document.edit("Add a dot"):
        graph.bend(wire, [*points[:index], at, *points[index:]])
    return Dot(wire, index)


def remove(graph: ModelGraph, dots: Iterable[Dot]) -> None:
    """Take dots away, inside an edit; their wires stay."""
    for wire, gone in _by_wire(dots).items():
        if graph.inputs(wire.target).get(wire.target_port) == wire:
            graph.bend(wire, [point for index, point in enumerate(graph.bends(wire)) if index not in gone])


def shift(graph: ModelGraph, dots: Iterable[Dot], by: Point) -> None:
    """Move dots, inside an edit."""
    for wire, moved in _by_wire(dots).items():
        points = enumerate(graph.bends(wire))
        graph.bend(wire, [(x + by[0], y + by[1]) if index in moved else (x, y) for index, (x, y) in points])


def straighten(graph: ModelGraph, names: Iterable[str]) -> None:
    """Take away the dots of all wires between nodes, inside an edit: they are where the nodes were."""
    wanted = set(names)
    for name in sorted(wanted):
        for wire in graph.inputs(name).values() if graph.node(name).bends else ():
            if wire.source in wanted and graph.bends(wire):
                graph.bend(wire, ())


def _by_wire(dots: Iterable[Dot]) -> dict[Wire, set[int]]:
    found: dict[Wire, set[int]] = {}
    for dot in dots:
        found.setdefault(dot.wire, set()).add(dot.number)
    return found

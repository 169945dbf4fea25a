"""A layer added in the flow: wired to the node that is selected, in a free place beside it, as one undo step."""

from __future__ import annotations

from collections.abc import Callable

from graph.document import Document
from graph.edits import blocks
from graph.edits.joining import End, attach
from graph.edits.nodes import GAP, splice
from graph.edits.search.kinds import label_of
from graph.edits.trial import refusal
from graph.modelgraph import ModelGraph
from graph.records import Node, Wire

# How wide and how high a node is drawn.
Size = Callable[[str], tuple[float, float]]
# Nodes farther away than this sideways, from centre to centre, cannot overlap.
_REACH = 400.0
_BETWEEN = 30.0


def add_beside(document: Document, key: str, kind: str, end: End, size: Size) -> str:
    """Add a layer behind an output, or in front of an input, wired where it fits; its name.

    Behind an output with one wire it goes into that wire, if it fits there.
    """
    graph = document.graphs[key]
    with document.edit(f"Add {label_of(kind)}"):
        here, wire = graph.node(end[0]), _only_wire(graph, end)
        name = blocks.add(document, key, kind, (here.x, here.y))
        attach(document, key, end, name)
        if wire is not None and _goes_into(document, key, name, wire):
            splice(document, key, name, wire, lambda each: size(each)[0])
        if wire is None or not _has_room(graph, name, wire):
            graph.move({name: _beside(graph, name, end, size)})
    return name


def _only_wire(graph: ModelGraph, end: End) -> Wire | None:
    node, port, is_output = end
    wires = [wire for wire in graph.outgoing(node) if wire.source_port == port] if is_output else []
    return wires[0] if len(wires) == 1 else None


def _goes_into(document: Document, key: str, name: str, wire: Wire) -> bool:
    """Whether a node that was just wired to the source of a wire fits in front of its target, too."""
    graph = document.graphs[key]
    outputs, ports = graph.node(name).layer.output_names(), graph.open_ports(name)
    if not outputs or not ports or ports[0] not in graph.inputs(name):
        return False
    return not refusal(document, key, name, outputs[0], wire.target, wire.target_port)


def _has_room(graph: ModelGraph, name: str, wire: Wire) -> bool:
    """Whether splicing made room: it does where the wire leads to the right."""
    return bool(graph.outgoing(name)) and graph.node(wire.source).x < graph.node(wire.target).x


def _beside(graph: ModelGraph, name: str, end: End, size: Size) -> tuple[float, float]:
    """A place right of an output or left of an input, below whatever stands there already."""
    node = graph.node(end[0])
    width, height = size(name)
    by = size(node.name)[0] / 2 + GAP + width / 2
    x, y = node.x + (by if end[2] else -by), node.y
    others = [other for other in graph.nodes.values() if other.name != name and abs(other.x - x) < _REACH]
    sizes = {other.name: size(other.name) for other in others}
    others = [other for other in others if abs(other.x - x) < (sizes[other.name][0] + width) / 2]
    for other in sorted(others, key=lambda each: each.y - sizes[each.name][1] / 2):
        if _overlap(other, y, (sizes[other.name][1] + height) / 2 + _BETWEEN):
            y = other.y + (sizes[other.name][1] + height) / 2 + _BETWEEN
    return x, y


def _overlap(other: Node, y: float, apart: float) -> bool:
    return abs(other.y - y) < apart

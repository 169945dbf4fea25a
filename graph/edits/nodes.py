"""What gestures and commands do to the document: each function is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from graph.document import Document
from graph.edits import blocks, fragments
from graph.edits.joining import attach
from graph.edits.placing.room import shift_row
from graph.edits.search.kinds import label_of
from graph.edits.trial import refusal
from graph.errors import DocumentError
from graph.layout.overlap import APART
from graph.modelgraph import ModelGraph
from graph.records import Point, Wire

GAP = 50.0
Width = Callable[[str], float]


class PortRef(NamedTuple):
    """A port of a node."""

    node: str
    port: str
    output: bool


def counted(verb: str, names: Iterable[str]) -> str:
    """The label of a step: ``Delete conv1``, ``Delete 3 nodes``."""
    listed = list(names)
    return f"{verb} {listed[0]}" if len(listed) == 1 else f"{verb} {len(listed)} nodes"


def move(document: Document, key: str, places: Mapping[str, tuple[float, float]]) -> None:
    """Put nodes elsewhere."""
    with document.edit(counted("Move", places)):
        document.graphs[key].move(places)


def move_into(document: Document, key: str, name: str, at: tuple[float, float], wire: Wire, width: Width) -> None:
    """Put a node elsewhere and splice it into the wire it was dropped on; ``width`` tells how wide a node is drawn."""
    with document.edit(counted("Insert", [name])):
        document.graphs[key].move({name: at})
        splice(document, key, name, wire, width)


def rename(document: Document, key: str, name: str, new: str) -> None:
    """Give a node another name.

    Raises:
        DocumentError: the name is taken or unusable.
    """
    with document.edit(f"Rename {name}"):
        document.graphs[key].rename(name, new)


def delete(document: Document, key: str, names: list[str], *, heal: bool) -> None:
    """Remove nodes; with ``heal``, join the neighbours of those with one wire in."""
    with document.edit(counted("Delete", names)):
        document.graphs[key].remove(names, heal=heal)


def duplicate(
    document: Document, key: str, names: list[str], by: Point | None = None, frames: Collection[int] = ()
) -> list[str]:
    """Copy nodes with the wires between them, and frames, shifted by ``by`` or to where none stands; the new names."""
    graph = document.graphs[key]
    places = [(node.x, node.y) for node in map(graph.node, names)] or [
        (frame.x + share * frame.width, frame.y + share * frame.height)
        for frame in graph.frames
        for share in (0.0, 1.0)
        if frame.key in frames
    ]
    if not places:
        raise DocumentError("Nothing is selected; select what is to be duplicated.")
    middle = [(min(axis) + max(axis)) / 2 for axis in zip(*places, strict=True)]
    x, y = by or (0.0, 0.0) if names else (by or (APART, APART))
    text, at = fragments.copy(document, key, names, frames), (middle[0] + x, middle[1] + y)
    with document.edit(counted("Duplicate", names) if names else "Duplicate a frame"):
        return fragments.paste(document, key, text, at, step_aside=by is None)


def add_layer(
    document: Document,
    key: str,
    kind: str,
    at: tuple[float, float],
    source: PortRef | None,
    wire: Wire | None,
    width: Width,
) -> str:
    """Add a node, wired to the port ``source`` or spliced into ``wire`` where it fits; its name."""
    with document.edit(f"Add {label_of(kind)}"):
        name = blocks.add(document, key, kind, at)
        if source is not None:
            _attach(document, key, name, at, source, width)
        elif wire is not None and can_splice(document, key, name, wire):
            splice(document, key, name, wire, width)
    return name


def connect(document: Document, key: str, wire: Wire, detached: Wire | None) -> None:
    """Draw a wire, taking away the one that was picked up for it."""
    if wire == detached:
        return
    graph = document.graphs[key]
    with document.edit(f"Connect {wire.source} to {wire.target}"):
        if detached is not None:
            graph.disconnect(detached.target, detached.target_port)
        graph.connect(wire.source, wire.target, wire.target_port, wire.source_port)


def disconnect(document: Document, key: str, wires: list[Wire]) -> None:
    """Take wires away."""
    if not wires:
        return
    one = len(wires) == 1
    with document.edit(f"Disconnect {wires[0].source} from {wires[0].target}" if one else f"Cut {len(wires)} wires"):
        for wire in wires:
            document.graphs[key].disconnect(wire.target, wire.target_port)


def move_wires(document: Document, key: str, wires: Sequence[Wire], source: str, port: str) -> None:
    """Have wires come from another output.

    Raises:
        DocumentError: there is no such output, or a wire would close a cycle; all of them stay.
    """
    moved = [wire for wire in wires if (wire.source, wire.source_port) != (source, port)]
    if not moved:
        return
    many = f"{len(moved)} wires" if len(moved) > 1 else f"the wire of {moved[0].target}"
    with document.edit(f"Move {many} to {source}"):
        for wire in moved:
            document.graphs[key].connect(source, wire.target, wire.target_port, port)


def can_splice(document: Document, key: str, name: str, wire: Wire) -> bool:
    """Whether a node without wires can go in the middle of one."""
    graph = document.graphs[key]
    if graph.inputs(name) or graph.outgoing(name) or name in (wire.source, wire.target):
        return False
    ports, outputs = graph.open_ports(name), graph.node(name).layer.output_names()
    if not ports or not outputs:
        return False
    return not refusal(document, key, wire.source, wire.source_port, name, ports[0])


def splice(document: Document, key: str, name: str, wire: Wire, width: Width) -> None:
    """Put a node in the middle of a wire and make room for it."""
    graph = document.graphs[key]
    port, output = graph.open_ports(name)[0], graph.node(name).layer.output_names()[0]
    graph.connect(wire.source, name, port, wire.source_port)
    graph.connect(name, wire.target, wire.target_port, output)
    _make_room(graph, name, wire, width)


def _make_room(graph: ModelGraph, name: str, wire: Wire, width: Width) -> None:
    """Shift what is behind a spliced node in its row to the right, if it or the node before stands too close."""
    node, before, after = graph.node(name), graph.node(wire.source), graph.node(wire.target)
    if not before.x < after.x:
        return
    half = width(name) / 2
    x = max(node.x, before.x + width(wire.source) / 2 + GAP + half)
    by = x + half + GAP + width(wire.target) / 2 - after.x
    graph.move({name: (x, node.y)})
    if by > 0:
        shift_row(graph, wire.target, by, except_for=[name, wire.source])


def _attach(document: Document, key: str, name: str, at: tuple[float, float], source: PortRef, width: Width) -> None:
    """Wire a new node to the port a wire was dragged from, its edge where the wire was dropped."""
    graph = document.graphs[key]
    half = width(name) / 2
    graph.move({name: (at[0] + half if source.output else at[0] - half, at[1])})
    attach(document, key, source, name)

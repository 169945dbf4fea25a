"""Everything that can be selected on a canvas at once, moved and deleted as one; each is one undo step."""

from __future__ import annotations

from typing import NamedTuple

from graph.document import Document
from graph.edits import nodes
from graph.edits.sketching import bends, frames
from graph.edits.sketching.bends import Dot
from graph.records import Point, Wire


class Picked(NamedTuple):
    """Nodes by name, wires, dots of wires, and frames by their keys."""

    names: tuple[str, ...] = ()
    wires: tuple[Wire, ...] = ()
    dots: tuple[Dot, ...] = ()
    frames: tuple[int, ...] = ()

    def joined(self, more: Picked) -> Picked:
        """These and more."""
        return Picked(
            (*self.names, *more.names),
            (*self.wires, *more.wires),
            (*self.dots, *more.dots),
            (*self.frames, *more.frames),
        )

    def without(self, less: Picked) -> Picked:
        """These without some of them."""
        return Picked(
            tuple(name for name in self.names if name not in less.names),
            tuple(wire for wire in self.wires if wire not in less.wires),
            tuple(dot for dot in self.dots if dot not in less.dots),
            tuple(frame for frame in self.frames if frame not in less.frames),
        )


def move(document: Document, key: str, picked: Picked, by: Point) -> None:
    """Shift nodes, dots and frames; a frame takes along what it holds."""
    graph = document.graphs[key]
    inner = frames.held(graph, picked.frames)
    names = list(dict.fromkeys([*picked.names, *inner[0]]))
    places = {name: (graph.node(name).x + by[0], graph.node(name).y + by[1]) for name in names}
    with document.edit(_label("Move", picked._replace(names=tuple(names)))):
        apart = [dot for dot in picked.dots if not {dot.wire.source, dot.wire.target} <= places.keys()]
        graph.move(places)
        bends.shift(graph, apart, by)
        frames.shift(graph, {*picked.frames, *inner[1]}, by)


def delete(document: Document, key: str, picked: Picked, *, heal: bool) -> None:
    """Remove nodes, wires, dots and frames, the frames alone; with ``heal``, join the neighbours of nodes."""
    graph = document.graphs[key]
    if not any(picked):
        return
    with document.edit(_label("Delete", picked)):
        bends.remove(graph, picked.dots)
        nodes.disconnect(document, key, list(picked.wires))
        frames.remove(graph, picked.frames)
        graph.remove(picked.names, heal=heal)


def toggle_collapsed(document: Document, key: str, names: tuple[str, ...]) -> None:
    """Show the headers of nodes alone, or all of them again where all are collapsed."""
    graph = document.graphs[key]
    collapsed = not all(graph.node(name).collapsed for name in names)
    with document.edit(nodes.counted("Collapse" if collapsed else "Show all of", names)):
        for name in names:
            graph.alter(name, collapsed=collapsed)


def _label(verb: str, picked: Picked) -> str:
    if picked.names:
        return nodes.counted(verb, picked.names)
    if picked.wires and verb == "Delete":
        wires = picked.wires
        one = f"Disconnect {wires[0].source} from {wires[0].target}"
        return one if len(wires) == 1 else f"Cut {len(wires)} wires"
    word, count = ("frame", len(picked.frames)) if picked.frames else ("dot", len(picked.dots))
    return f"{verb} a {word}" if count == 1 else f"{verb} {count} {word}s"

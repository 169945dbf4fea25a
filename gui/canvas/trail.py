"""The way from the model into a block and back, with how each drawing was last looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF

from graph.document import Document
from graph.layers.block import BlockLayer

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas


class _Sight(NamedTuple):
    zoom: float
    center: QPointF
    selected: list[str]


class Trail:
    """``path`` holds the graphs from the model, "", to the one that is shown."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._sights: dict[str, _Sight] = {}
        self.path: tuple[str, ...] = ("",)

    def start(self, graph: str) -> None:
        """Begin anew, in a graph of another document."""
        self._sights.clear()
        self.path = way_to(self._canvas.document, graph)

    def enter(self, node: str) -> bool:
        """Go into the block that a node uses; whether it uses one."""
        canvas = self._canvas
        layer = canvas.drawing.graph.node(node).layer
        if not isinstance(layer, BlockLayer) or layer.definition not in canvas.document.definitions:
            return False
        self._go((*self.path, layer.definition))
        return True

    def leave(self) -> bool:
        """Go one step back; whether there was one."""
        if len(self.path) == 1:
            return False
        self._go(self.path[:-1])
        return True

    def go_to(self, graph: str) -> None:
        """Show a graph, reached the way it was entered or else the shortest there is."""
        if graph == self.path[-1]:
            return
        known = graph in self.path
        self._go(self.path[: self.path.index(graph) + 1] if known else way_to(self._canvas.document, graph))

    def climb(self) -> None:
        """The graph that is shown is gone: go up to one that is there."""
        graphs = self._canvas.document.graphs
        self._go(tuple(key for key in self.path if key in graphs))

    def _go(self, path: Sequence[str]) -> None:
        canvas, old = self._canvas, self.path[-1]
        if old in canvas.document.graphs:
            middle = canvas.mapToScene(canvas.viewport().rect().center())
            self._sights[old] = _Sight(canvas.zoom, middle, canvas.selected())
        self.path = tuple(path)
        canvas.show_graph(self.path[-1])
        sight = self._sights.get(self.path[-1])
        if sight is None:
            canvas.frame_all()
            return
        canvas.zoom_to(sight.zoom)
        canvas.centerOn(sight.center)
        canvas.select(sight.selected)


def way_to(document: Document, graph: str) -> tuple[str, ...]:
    """The blocks to go through from the model to a graph; a block that is not used is reached at once."""
    waiting: list[tuple[str, ...]] = [("",)]
    seen = {""}
    for way in waiting:
        if way[-1] == graph:
            return way
        for node in document.graphs[way[-1]].nodes.values():
            name = node.layer.definition if isinstance(node.layer, BlockLayer) else ""
            if name in document.definitions and name not in seen:
                seen.add(name)
                waiting.append((*way, name))
    return ("", graph)

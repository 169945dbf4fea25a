"""The way from the model into a block and back, with how each graph was last looked at."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF

from graph.document import Document
from graph.layers.block import BlockLayer

Path = tuple[str, ...]


class Sight(NamedTuple):
    """How a graph was looked at: zoom, middle of the view, selected nodes."""

    zoom: float
    center: QPointF
    selected: list[str]


class Trail:
    """``path`` holds the graphs from the model, "", to the one that is shown; ``sights`` how each was left."""

    def __init__(self) -> None:
        self.sights: dict[str, Sight] = {}
        self.path: Path = ("",)

    def start(self, document: Document, graph: str) -> None:
        """Begin anew, in a graph of another document."""
        self.sights.clear()
        self.path = way_to(document, graph)

    def into(self, document: Document, node: str) -> Path | None:
        """The path into the block that a node uses; ``None`` where it uses none."""
        layer = document.graphs[self.path[-1]].node(node).layer
        if not isinstance(layer, BlockLayer) or layer.definition not in document.definitions:
            return None
        return (*self.path, layer.definition)

    def to(self, document: Document, graph: str) -> Path:
        """The path to a graph, the way it was entered or else the shortest there is."""
        return self.path[: self.path.index(graph) + 1] if graph in self.path else way_to(document, graph)

    def left(self, document: Document) -> Path:
        """The path to the innermost graph that is still there."""
        return tuple(key for key in self.path if key in document.graphs)


def way_to(document: Document, graph: str) -> Path:
    """The blocks to go through from the model to a graph; a block that is not used is reached at once."""
    waiting: list[Path] = [("",)]
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

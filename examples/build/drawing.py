"""A document under construction: nodes by kind and sources, laid out at the end."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from graph.document import Document
from graph.layers.block import BlockLayer
from graph.layout.placement import lay_out
from graph.modelgraph import ModelGraph


class Sheet:
    """One graph, the model's or a block's, with short ways to fill it."""

    def __init__(self, document: Document, graph: ModelGraph) -> None:
        self._document = document
        self._graph = graph

    def add(
        self, name: str, kind: str, *sources: str, ports: Mapping[str, str] | None = None, **parameters: Any
    ) -> str:
        """Add a node fed by ``sources`` ("node" or "node.port") at its first ports, and by ``ports``; its name."""
        with self._document.edit("Draw"):
            self._graph.add(kind, parameters, name=name)
            for source in sources:
                self._wire(source, name, None)
            for port, source in (ports or {}).items():
                self._wire(source, name, port)
        return name

    def chain(self, source: str, *nodes: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> str:
        """Add nodes behind each other; the last one's name."""
        for name, kind, *rest in nodes:
            source = self.add(name, kind, source, **(rest[0] if rest else {}))
        return source

    def alter(self, name: str, **values: Any) -> None:
        """Set what a node carries beside its layer, such as ``shares``."""
        with self._document.edit("Draw"):
            self._graph.alter(name, **values)

    def place(self, **rows: float) -> None:
        """Give Inputs and Outputs of a block their order from top to bottom before they are used."""
        with self._document.edit("Draw"):
            self._graph.move({name: (0.0, y) for name, y in rows.items()})

    def _wire(self, source: str, target: str, port: str | None) -> None:
        origin, _, source_port = source.partition(".")
        self._graph.connect(origin, target, port, source_port or None)


class Drawing(Sheet):
    """A whole document."""

    def __init__(self, name: str, notes: str, **training: Any) -> None:
        self.document = Document(name)
        super().__init__(self.document, self.document.model)
        with self.document.edit("Settings"):
            self.document.set_setting("notes", notes)
            self.document.set_training(**training)

    def block(self, name: str, **parameters: int) -> Sheet:
        """Start a block definition."""
        with self.document.edit("Draw"):
            return Sheet(self.document, self.document.add_block(name, parameters))

    def classify(self, scores: str, kind: str = "CrossEntropy", **parameters: Any) -> None:
        """Add the Output, the Target and the objective of a classifier."""
        self.add("logits", "Output", scores)
        self.add("label", "Target")
        self.add("cross_entropy", kind, scores, "label", **parameters)

    def finish(self) -> Document:
        """Lay out every graph."""
        with self.document.edit("Lay out"):
            for graph in self.document.graphs.values():
                graph.move(lay_out(graph, {name: _size(graph, name) for name in graph.nodes}))
        self.document.forget_history()
        return self.document


def _size(graph: ModelGraph, name: str) -> tuple[float, float]:
    """About the size the canvas draws a node in."""
    node = graph.node(name)
    kind = f"{node.layer.definition}     " if isinstance(node.layer, BlockLayer) else node.kind
    text = max(8.5 * len(name) + 6.5 * len(kind) + 40, 6.6 * len(node.summary()) + 24)
    ports = max(len(graph.open_ports(name)), len(node.layer.output_names()))
    lines = 1 + bool(node.summary()) + (ports if ports > 1 else 0)
    return min(320.0, max(140.0, 20.0 * ceil(text / 20))), 44.0 + 20.0 * lines

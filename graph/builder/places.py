"""Laying out what was drawn by calls."""

from __future__ import annotations

from graph.document import Document
from graph.layout.placement import lay_out
from graph.layout.sizes import size_of
from graph.modelgraph import ModelGraph


def arrange(document: Document, graph: ModelGraph) -> None:
    """Lay a graph out."""
    places = lay_out(graph, {name: size_of(graph, name) for name in graph.nodes})
    with document.edit("Lay out"):
        graph.move(places)

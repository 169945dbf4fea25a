"""About the size the canvas draws a node in, where no canvas is at hand."""

from __future__ import annotations

from math import ceil

from graph.layers.block import BlockLayer
from graph.modelgraph import ModelGraph

# How much room the shape of an output takes beside the names of inputs.
SHAPE = 150.0


def size_of(graph: ModelGraph, name: str) -> tuple[float, float]:
    """Width and height of a node in canvas units."""
    node = graph.node(name)
    kind = f"{node.layer.definition}     " if isinstance(node.layer, BlockLayer) else node.kind
    text = max(8.5 * len(name) + 6.5 * len(kind) + 40, 6.6 * len(node.summary()) + 24)
    ports = max(len(graph.open_ports(name)), len(node.layer.output_names()))
    if len(graph.open_ports(name)) > 1 and node.layer.role != "objective":  # a shape stands beside the ports' names
        text = max(text, 6.0 * max(map(len, graph.open_ports(name))) + SHAPE)
    lines = 1 + bool(node.summary()) + (ports if ports > 1 else 0)
    return min(320.0, max(140.0, 20.0 * ceil(text / 20))), 44.0 + 20.0 * lines

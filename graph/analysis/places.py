"""Where in a document the layers are that a run knows by their full names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from graph.document import Document
from graph.layers.block import BlockLayer

Place = tuple[str, str]  # the graph and the node in it


def places_of(document: Document, path: str) -> Iterator[Place]:
    """The nodes on the way to a layer called ``block.0.layer``, from that of the model on, as far as there are such."""
    graph, parts = "", path.split(".")
    for part in parts:
        if part.isdigit() and graph:
            continue  # which of a repeated block it is
        if graph not in document.graphs or part not in document.graphs[graph].nodes:
            return
        yield graph, part
        layer = document.graphs[graph].nodes[part].layer
        graph = layer.definition if isinstance(layer, BlockLayer) else "\n"  # no graph is called so


def folded(document: Document, values: Mapping[str, float], worse: Callable[[float], float]) -> dict[Place, float]:
    """What to show at each node: its own value, or the worst of all that is in a block or uses of it."""
    found: dict[Place, float] = {}
    for path, value in values.items():
        for place in places_of(document, path):
            known = found.get(place)
            if known is None or worse(value) > worse(known):
                found[place] = value
    return found

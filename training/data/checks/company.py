"""Layers that take statistics over a batch, for which one sample by itself may be too little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.to_python.source import Source
from graph.blocks.expansion import Scope, input_types, instantiate, resolve
from graph.dims import Dim
from graph.document import Document
from graph.layers.block import BlockLayer
from training.data.checks.sizes import known_size, named_sizes
from training.data.held import Held


def in_need_of_company(document: Document, source: Source, samples: Iterable[Held], training: bool) -> str:
    """A layer that cannot take a batch of one of ``samples``, which would leave it one value; "" if all can."""
    held = dict(zip([*source.inputs, *source.targets], samples, strict=True))
    sizes = {**named_sizes(document, held), "N": 1}
    graph = document.model
    needed = graph.upstream(source.objectives)
    scope = Scope(graph, {name: resolve(graph.nodes[name], {}) for name in needed}, document.types())
    return next((name for name, values in _statistics(document, scope, training) if known_size(values, sizes) == 1), "")


def _statistics(document: Document, scope: Scope, training: bool) -> Iterator[tuple[str, Dim]]:
    """The layers that take statistics over a batch, and of how many values each is."""
    for name, layer in scope.layers.items():
        node, types = scope.graph.nodes[name], input_types(scope.graph, scope.types, name)
        learning = training and not _is_frozen(scope, name)
        if isinstance(layer, BlockLayer):
            # The turns of a repetition differ where sizes or parameters do.
            scopes = {id(inside): inside for inside in instantiate(document, layer, types).scopes}
            for inside in scopes.values():
                yield from ((f"{name}/{inner}", values) for inner, values in _statistics(document, inside, learning))
            continue
        values = layer.values_compared(learning, *types)
        if values is not None:
            yield node.name, values


def _is_frozen(scope: Scope, name: str) -> bool:
    nodes = scope.graph.nodes
    owner = nodes[name].shares or name
    return any(node.frozen for node in nodes.values() if (node.shares or node.name) == owner)

"""A drawing with its blocks written out: every layer under its full name, where its values come from, its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from graph.blocks.expansion import Scope, input_types, instantiate, resolve
from graph.document import Document
from graph.layer import Layer, Weight
from graph.layers.block import Block, BlockLayer, Scan
from graph.tying import inside

Origin = tuple[str, str]  # the full name of a layer and its output port
Values = dict[Origin, Origin]
NOTHING: Mapping[str, str] = MappingProxyType({})


class Leaf(NamedTuple):
    """A layer that is not a block; ``owner`` is the full name its weights go by, ``sources`` what its ports take.

    ``ties`` gives for weights that are another layer's their full names there.
    """

    layer: Layer
    owner: str
    weights: Mapping[str, Weight]
    sources: tuple[Origin | None, ...]
    ties: Mapping[str, str] = {}

    def tensor(self, key: str) -> str:
        """The name of a weight in the model's ``state_dict``."""
        return self.ties.get(key) or tensor_name(self.owner, key)

    def tensors(self) -> dict[str, Weight]:
        """The weights under their names in the model's ``state_dict``."""
        return {self.tensor(key): weight for key, weight in self.weights.items()}


def tensor_name(owner: str, key: str) -> str:
    """What the ``state_dict`` calls a weight; a layer that is one tensor itself names it by no more than its name."""
    return f"{owner}.{key}".rstrip(".")


def leaves(document: Document, roles: Sequence[str] = ("output", "objective")) -> dict[str, Leaf]:
    """The layers that nodes of these roles need, by their full names, sources first.

    A layer in a block is called ``block.layer``, one in a repeated block ``block.0.layer``, as in the ``state_dict``.

    Raises:
        LayerloomError: a block does not fit where it is used.
    """
    graph, types = document.model, document.types()
    ends = [name for name, node in graph.nodes.items() if node.layer.role in roles]
    layers = {name: resolve(node, {}) for name, node in graph.nodes.items()}
    found: dict[str, Leaf] = {}
    _Walk(document, found).through(Scope(graph, layers, types), ends, None, "", "")
    return found


class _Walk:
    def __init__(self, document: Document, found: dict[str, Leaf]) -> None:
        self._document, self._found = document, found

    def through(
        self,
        scope: Scope,
        ends: Iterable[str],
        given: Mapping[str, Origin | None] | None,
        prefix: str,
        owner: str,
        tied: Mapping[str, str] = NOTHING,
    ) -> dict[str, Origin | None]:
        """Note the layers of a scope, called after ``prefix``; what arrives at its ``ends``.

        ``tied`` gives for weights in it that are tied where it is used their full names.
        """
        graph = scope.graph
        needed = graph.upstream(ends)
        values: dict[Origin, Origin | None] = {}
        for name in sorted(needed & scope.types.keys(), key=graph.position().__getitem__):
            layer = scope.layers[name]
            wires = [wire for _, wire in graph.arguments(name)]
            sources = [values.get((wire.source, wire.source_port)) if wire else None for wire in wires]
            if given is not None and layer.role == "output":
                continue
            if given is not None and layer.role == "input":
                values[name, layer.output_names()[0]] = given.get(name)
                continue
            shared = graph.nodes[name].shares or name
            ties = {key: owner + text for key, text in graph.nodes[shared].ties.items()} | inside(tied, shared)
            results = self._layer(scope, name, sources, prefix + name, owner + shared, ties)
            values |= {(name, port): result for port, result in results.items()}
        arriving = {name: next(iter(graph.inputs(name).values()), None) for name in ends}
        return {name: values.get((wire.source, wire.source_port)) if wire else None for name, wire in arriving.items()}

    def _layer(
        self, scope: Scope, name: str, sources: list[Origin | None], path: str, owner: str, ties: Mapping[str, str]
    ) -> Mapping[str, Origin | None]:
        layer, types = scope.layers[name], input_types(scope.graph, scope.types, name)
        if isinstance(layer, Block):
            scopes = instantiate(self._document, layer, types).scopes
            return self._block(layer, scopes, sources, path, owner, ties)
        weights = {} if isinstance(layer, BlockLayer) else layer.weights(*types)
        self._found[path] = Leaf(layer, owner, weights, tuple(sources), ties)
        if isinstance(layer, Scan):
            inner = instantiate(self._document, layer, types).scopes[0]
            given = {port: (path, port) for port in layer.inputs}
            self.through(inner, layer.results, given, f"{path}.", f"{owner}.", ties)
        return {port: (path, port) for port in layer.output_names()}

    def _block(
        self,
        layer: Block,
        scopes: Sequence[Scope],
        sources: list[Origin | None],
        path: str,
        owner: str,
        ties: Mapping[str, str],
    ) -> Mapping[str, Origin | None]:
        results: dict[str, Origin | None] = {}
        for turn, inner in enumerate(scopes):
            place = f"{turn}." if layer.repeat > 1 else ""
            given = dict(zip(layer.inputs, sources, strict=True))
            tied = inside(ties, str(turn)) if layer.repeat > 1 else ties
            results = self.through(inner, layer.results, given, f"{path}.{place}", f"{owner}.{place}", tied)
            sources = list(results.values())
        return results

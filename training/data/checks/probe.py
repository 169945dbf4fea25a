"""What ports get where it follows from the data alone: through layers without weights, and into blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_values
from graph.blocks.expansion import Scope, input_types, instantiate, resolve, state_of
from graph.document import Document
from graph.layer import Layer
from graph.layers.block import BlockLayer, Scan
from graph.records import Wire
from graph.tensor import TensorType

Types = tuple[TensorType | None, ...]
Values = Mapping[str, Tensor]


class Port(NamedTuple):
    """An input port: its ``node``, shown with the blocks it is in, the ``origin`` of its values, and its layer."""

    node: str
    origin: str
    name: str
    layer: Layer
    types: Types


class Level:
    """A graph, the drawing itself or a block where it is used, seen from the nodes whose values are ``given``.

    ``wanted`` says which ports of a layer matter. ``values`` gives theirs, as far as they can be known.
    """

    def __init__(
        self,
        document: Document,
        scope: Scope,
        given: Mapping[str, str],
        needed: Iterable[str],
        wanted: Callable[[Layer, Types], Iterable[str]],
        prefix: str = "",
    ) -> None:
        self._document, self._scope, self._prefix = document, scope, prefix
        self._given = dict(given)
        self._known = self._follow(set(needed))
        self.nodes: dict[str, dict[str, tuple[Port, int]]] = {}
        self._inner: list[tuple[dict[str, int], bool, Level]] = []
        self._wires: list[Wire] = []
        for name in scope.graph.order():
            if name in needed:
                self._look_at(name, wanted)
        direct = all(wire.source in self._given for wire in self._wires)
        self._source = None if direct else compile_values(document, scope, list(given), self._wires)
        self._module = None if self._source is None else build(self._source).eval()

    def _follow(self, needed: set[str]) -> set[str]:
        """The nodes whose outputs follow from what is given."""
        graph, known = self._scope.graph, set(self._given)
        for name in graph.order():
            wires = graph.inputs(name).values()
            layer = self._scope.layers.get(name)
            if name in known or name not in needed or layer is None or layer.role not in ("layer", "block"):
                continue
            if all(wire.source in known for wire in wires) and not state_of(self._document, layer, self._types(name)):
                known.add(name)
        return known

    def _types(self, name: str) -> Types:
        return input_types(self._scope.graph, self._scope.types, name)

    def _look_at(self, name: str, wanted: Callable[[Layer, Types], Iterable[str]]) -> None:
        layer, wires = self._scope.layers[name], self._scope.graph.inputs(name)
        if layer.role not in ("layer", "block", "objective"):
            return
        if isinstance(layer, BlockLayer):
            self._enter(name, layer, wanted)
            return
        types = self._types(name)
        for port in wanted(layer, types):
            if port in wires and wires[port].source in self._known:
                found = Port(f"{self._prefix}{name}", self._origin(wires[port]), port, layer, types)
                self.nodes.setdefault(name, {})[port] = (found, self._index(wires[port]))

    def _enter(self, name: str, layer: BlockLayer, wanted: Callable[[Layer, Types], Iterable[str]]) -> None:
        wires = self._scope.graph.inputs(name)
        # Of a Scan's inputs, each sequence is looked at element by element, all of them as one batch.
        ports = layer.sequences if isinstance(layer, Scan) else layer.inputs
        known = {port: wires[port] for port in ports if port in wires and wires[port].source in self._known}
        if not known:
            return
        inside = instantiate(self._document, layer, self._types(name)).scopes[0]
        given = {port: self._origin(wire) for port, wire in known.items()}
        level = Level(self._document, inside, given, inside.types, wanted, f"{self._prefix}{name}/")
        if level:
            places = {port: self._index(wire) for port, wire in known.items()}
            self._inner.append((places, isinstance(layer, Scan), level))

    def _origin(self, wire: Wire) -> str:
        return self._given.get(wire.source, f"{self._prefix}{wire.source}")

    def _index(self, wire: Wire) -> int:
        if wire not in self._wires:
            self._wires.append(wire)
        return self._wires.index(wire)

    def __bool__(self) -> bool:
        return bool(self.nodes or self._inner)

    @property
    def takes(self) -> list[str]:
        """The nodes whose values are looked at."""
        direct = {wire.source for wire in self._wires}
        needed = direct if self._source is None else {*self._source.forward_inputs}
        return [name for name in self._given if name in needed]

    def values(self, given: Values) -> Iterator[dict[str, tuple[Port, Tensor]]]:
        """For each node with ports that matter, these and what they get for one batch."""
        found = self._evaluate(given)
        for ports in self.nodes.values():
            yield {name: (port, found[index]) for name, (port, index) in ports.items()}
        for places, scanned, level in self._inner:
            inside = {port: found[index] for port, index in places.items()}
            yield from level.values({port: x.flatten(0, 1) for port, x in inside.items()} if scanned else inside)

    @torch.no_grad()
    def _evaluate(self, given: Values) -> Sequence[Tensor]:
        if self._module is None or self._source is None:
            return [given[wire.source] for wire in self._wires]
        found: Sequence[Tensor] = self._module(*(given[name] for name in self._source.forward_inputs))
        return found


def look_into(document: Document, source: Source, wanted: Callable[[Layer, Types], Iterable[str]]) -> Level:
    """The ports of a drawing that its ``loss`` needs and ``wanted`` names, seen from the data."""
    graph = document.model
    needed = graph.upstream(source.objectives)
    layers = {name: resolve(graph.nodes[name], {}) for name in needed}
    given = {name: name for name in (*source.inputs, *source.targets)}
    return Level(document, Scope(graph, layers, document.types()), given, needed, wanted)

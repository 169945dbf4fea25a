"""Incremental shape inference: only what an edit touched is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from heapq import heappop, heappush
from types import MappingProxyType
from typing import Protocol

from graph.blocks import expansion as blocks
from graph.blocks.expansion import instantiate, resolve
from graph.errors import LayerloomError, ShapeError
from graph.layer import Layer
from graph.modelgraph import ModelGraph
from graph.records import Node, ParameterValue, Problem, Wire
from graph.tensor import TensorType
from graph.wiring.nodes import indices

Types = tuple[TensorType, ...]
_DEPENDENT = ("block", "input")


class Library(blocks.Library, Protocol):
    """The definitions a drawing uses; a document is one."""

    @property
    def block_version(self) -> int: ...

    def values(self, graph: str) -> Mapping[str, ParameterValue]: ...


@lru_cache(maxsize=8192)
def _outputs(layer: Layer, *inputs: TensorType | None) -> Types:
    """Large drawings repeat themselves: an equal layer is asked about the same types once."""
    result = layer.infer(*inputs)
    return result if isinstance(result, tuple) else (result,)


class Inference:
    """The output types of a drawing's nodes, kept from one edit to the next."""

    def __init__(self, graph: ModelGraph, library: Library) -> None:
        self._graph = graph
        self._library = library
        self._block_version = 0
        self._types: dict[str, Types] = {}
        self._problems: dict[str, Problem] = {}
        self._left: dict[str, Problem] = {}

    def types(self) -> Mapping[str, Types]:
        """Output types by node; a node without one waits for an input or has a problem."""
        self._update()
        return MappingProxyType(self._types)

    def problems(self) -> Mapping[str, Problem]:
        """Why nodes have no type, by node."""
        self._update()
        return MappingProxyType(self._problems)

    def left_to_uses(self) -> Mapping[str, Problem]:
        """The same problems as advice, for a block that fits wherever it is used."""
        self._update()
        self._left = {name: self._left_to_use(problem) for name, problem in self._problems.items()}
        return MappingProxyType(self._left)

    def _left_to_use(self, problem: Problem) -> Problem:
        message = f"{problem.message.removesuffix('.')}, or leave it: where the block is used, it fits."
        left = Problem(message, problem.node, problem.port, "advice", None, problem.graph, pending=True)
        known = self._left.get(problem.node)
        return known if known == left else left  # the same one, for who asks whether something has changed

    def _update(self) -> None:
        graph = self._graph
        dirty = graph.take_dirty()
        if self._block_version != self._library.block_version:
            self._block_version = self._library.block_version
            dirty.update(name for name, node in graph.nodes.items() if node.layer.role in _DEPENDENT or node.when)
        if not dirty:
            return
        position = graph.position()
        queued = {name for name in dirty if name in position}
        for name in dirty - queued:
            self._types.pop(name, None)
            self._problems.pop(name, None)
        edited = sorted(queued, key=position.__getitem__, reverse=True)
        reached: list[tuple[int, str]] = []
        nodes, types = graph.nodes, self._types
        while edited or reached:
            if reached and (not edited or reached[0][0] < position[edited[-1]]):
                name = heappop(reached)[1]
            else:
                name = edited.pop()
            before = types.get(name)
            after = self._infer(nodes[name])
            if after == before:
                continue
            if after is None:
                del types[name]
            else:
                types[name] = after
            for successor in graph.successors(name):
                if successor not in queued:
                    queued.add(successor)
                    heappush(reached, (position[successor], successor))

    def _infer(self, node: Node) -> Types | None:
        """The node's output types, leaving its problem, if it has one, in ``_problems``."""
        name, layer = node.name, node.layer
        if self._problems:
            self._problems.pop(name, None)
        wires = self._graph.inputs(name)
        arguments: list[TensorType | None] = []
        for port, optional, variadic in layer.ports():
            if variadic:
                arguments += self._many(port, wires)
            elif (wire := wires.get(port)) is not None:
                arguments.append(self._output(wire))
            elif optional:
                arguments.append(None)
            else:
                return self._refuse(
                    name, f"'{name}' has nothing on its input '{port}'; connect a wire to it.", port, pending=True
                )
        if len(wires) > len(arguments) - arguments.count(None):
            return None
        try:
            if layer.role in _DEPENDENT or node.when:
                return self._infer_dependent(node, arguments)
            return _outputs(layer, *arguments)
        except ShapeError as error:
            pending = len(arguments) < 2 and any(port.variadic for port in layer.ports())
            return self._refuse(name, f"'{name}': {error}", error.port, error.fix, pending=pending)
        except LayerloomError as error:
            return self._refuse(name, f"'{name}': {error}")

    def _infer_dependent(self, node: Node, arguments: list[TensorType | None]) -> Types:
        """The types of a block, an Input shaped by parameters, or a node with a condition."""
        layer = resolve(node, self._library.values(self._graph.key))
        if layer.role != "block":
            return _outputs(layer, *arguments)
        return instantiate(self._library, layer, arguments).outputs

    def _many(self, stem: str, wires: Mapping[str, Wire]) -> list[TensorType | None]:
        return [self._output(wires[f"{stem}{index}"]) for index in indices(wires, stem)]

    def _output(self, wire: Wire) -> TensorType | None:
        types = self._types.get(wire.source)
        if types is None:
            return None
        if len(types) == 1:
            return types[0]
        return types[self._graph.output_index(wire.source, wire.source_port)]

    def _refuse(
        self, name: str, message: str, port: str | None = None, fix: object = None, *, pending: bool = False
    ) -> Types | None:
        self._problems[name] = Problem(message, name, port, "error", fix, self._graph.key, pending)
        return None

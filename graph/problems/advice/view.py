"""A drawing as the rules of advice look at it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from graph.blocks.expansion import resolve
from graph.document import Document
from graph.errors import Fix
from graph.layer import Layer, Trait, Unit
from graph.records import Problem, Wire
from graph.tensor import TensorType

T = TypeVar("T")
RESHAPING: frozenset[Trait] = frozenset({"reshapes"})


class View:
    """The nodes of one drawing that have a shape, and the ways between them."""

    def __init__(self, document: Document, graph: str, known: dict[str, View] | None = None) -> None:
        self.document = document
        self._known = {} if known is None else known
        self.graph = document.graphs[graph]
        self.types = document.types(graph)
        self.order = [name for name in self.graph.order() if name in self.types]
        self.layers: Mapping[str, Layer] = {name: self._layer(graph, name) for name in self.order}
        self.kinds = {name: type(layer).__name__ for name, layer in self.layers.items()}
        self.sources: dict[str, list[str]] = {name: [] for name in self.order}
        self.consumers: dict[str, list[Wire]] = {}
        self._origins: dict[frozenset[Trait], dict[str, Wire | None]] = {}
        self._worked_out: dict[Hashable, Any] = {}
        for wire in self.graph.wires():
            self.consumers.setdefault(wire.source, []).append(wire)
            self.sources.setdefault(wire.target, []).append(wire.source)

    def _layer(self, graph: str, name: str) -> Layer:
        """What a node does at the defaults of the block it is in."""
        node = self.graph.nodes[name]
        known = node.layer.role != "block" and not node.when
        return node.layer if known else resolve(node, self.document.values(graph))

    @cached_property
    def ends(self) -> list[str]:
        """The nodes a result arrives at."""
        return [name for name, layer in self.layers.items() if layer.role in ("output", "objective")]

    def inside(self, definition: str) -> View:
        """A block's own drawing."""
        if definition not in self._known:
            self._known[definition] = View(self.document, definition, self._known)
        return self._known[definition]

    def has(self, name: str, *traits: Trait) -> bool:
        """Whether a node has a shape and its layer one of these traits."""
        return name in self.layers and not self.layers[name].traits.isdisjoint(traits)

    def unit(self, name: str) -> Unit:
        """What a node is as the last layer."""
        return self.layers[name].unit if name in self.layers else ""

    def once(self, question: Hashable, work: Callable[[], T]) -> T:
        """What ``work`` gives, done once for every question: no rule looks along the whole drawing for each node."""
        if question not in self._worked_out:
            self._worked_out[question] = work()
        found: T = self._worked_out[question]
        return found

    def feeding(self, name: str, port: str, passing: frozenset[Trait] = frozenset()) -> Wire | None:
        """The wire that feeds a port, followed back through nodes with one of the traits ``passing``."""
        wire = self.graph.inputs(name).get(port)
        origins = self._origins.setdefault(passing, {})
        passed: list[str] = []
        while wire is not None and self.has(wire.source, *passing):
            if wire.source in origins:
                wire = origins[wire.source]
                break
            passed.append(wire.source)
            wire = next(iter(self.graph.inputs(wire.source).values()), None)
        origins.update(dict.fromkeys(passed, wire))
        return wire

    def fed_by(self, name: str) -> list[str]:
        """The nodes that a node feeds."""
        return [wire.target for wire in self.consumers.get(name, ())]

    def input(self, name: str) -> TensorType | None:
        """What arrives at a node's first port."""
        wire = next(iter(self.graph.inputs(name).values()), None)
        if wire is None or wire.source not in self.types:
            return None
        return self.types[wire.source][self.graph.output_index(wire.source, wire.source_port)]

    def advice(self, name: str, message: str, fix: Fix | None = None, port: str | None = None) -> Problem:
        """A finding at a node."""
        return Problem(message, name, port, "advice", fix, self.graph.key)


def insert(cls: type[Layer], port: str, **parameters: Any) -> Fix:
    """The fix that puts a layer in front of a port."""
    arguments: dict[str, Any] = {"kind": cls.__name__, "port": port}
    if parameters:
        arguments["parameters"] = parameters
    return Fix(f"Insert {cls.__name__}", "insert", arguments)


def skip(wire: Wire) -> Fix:
    """The fix that takes what stands in front of a wire's source instead of its result."""
    arguments = {"layer": wire.source, "target": wire.target, "port": wire.target_port}
    return Fix(f"Leave out '{wire.source}'", "skip", arguments)

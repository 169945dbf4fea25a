"""A drawing as the rules of advice look at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from graph.document import Document
from graph.errors import Fix
from graph.layer import Layer
from graph.records import Problem, Wire
from graph.tensor import TensorType

RESHAPING = frozenset({"Identity", "Flatten", "Reshape", "Unflatten", "Squeeze", "Unsqueeze", "Permute"})
SATURATING = frozenset({"Sigmoid", "Tanh"})


class View:
    """The nodes of one drawing that have a shape, and the ways between them."""

    def __init__(self, document: Document, graph: str, known: dict[str, View] | None = None) -> None:
        self.document = document
        self._known = {} if known is None else known
        self.graph = document.graphs[graph]
        self.types = document.types(graph)
        self.order = [name for name in self.graph.order() if name in self.types]
        self.layers: Mapping[str, Layer] = {name: self.graph.nodes[name].layer for name in self.order}
        self.kinds = {name: type(layer).__name__ for name, layer in self.layers.items()}
        self.sources: dict[str, list[str]] = {name: [] for name in self.order}
        self.consumers: dict[str, list[Wire]] = {}
        for wire in self.graph.wires():
            self.consumers.setdefault(wire.source, []).append(wire)
            self.sources.setdefault(wire.target, []).append(wire.source)

    @cached_property
    def ends(self) -> list[str]:
        """The nodes a result arrives at."""
        return [name for name, layer in self.layers.items() if layer.role in ("output", "objective")]

    def inside(self, definition: str) -> View:
        """A block's own drawing."""
        if definition not in self._known:
            self._known[definition] = View(self.document, definition, self._known)
        return self._known[definition]

    def feeding(self, name: str, port: str, passing: Collection[str] = ()) -> Wire | None:
        """The wire that feeds a port, followed back through nodes of the kinds ``passing``."""
        wire = self.graph.inputs(name).get(port)
        while wire is not None and self.kinds.get(wire.source) in passing:
            wire = next(iter(self.graph.inputs(wire.source).values()), None)
        return wire

    def input(self, name: str) -> TensorType | None:
        """What arrives at a node's first port."""
        wire = next(iter(self.graph.inputs(name).values()), None)
        return self.types[wire.source][self.graph.output_place(wire)] if wire and wire.source in self.types else None

    def advice(self, name: str, message: str, fix: Fix | None = None, port: str | None = None) -> Problem:
        """A finding at a node."""
        return Problem(message, name, port, "advice", fix, self.graph.key)


def skip(wire: Wire) -> Fix:
    """The fix that takes what stands in front of a wire's source instead of its result."""
    arguments = {"layer": wire.source, "target": wire.target, "port": wire.target_port}
    return Fix(f"Leave out '{wire.source}'", "skip", arguments)

"""Writes the class of one graph: what ``__init__`` constructs and what ``forward`` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from graph.dims import Sym
from graph.errors import DocumentError
from graph.layer import Layer, Value
from graph.modelgraph import ModelGraph
from graph.records import Wire
from graph.tensor import TensorType


class Scope(NamedTuple):
    """A graph with the layers and output types its nodes have there."""

    graph: ModelGraph
    layers: Mapping[str, Layer]
    types: Mapping[str, tuple[TensorType, ...]]


class Line(NamedTuple):
    """A line of generated code and the node it is there for."""

    text: str
    node: str = ""


class NodeCode:
    """What one node's layer writes with; see ``graph.layer.Code``."""

    def __init__(self, writer: ClassWriter, name: str, owner: str) -> None:
        self._writer = writer
        self._name = name
        self._owner = owner

    def module(self, kind: str, /, *args: Any, **kwargs: Any) -> str:
        self._writer.construct(self._owner, self._name, self.call(kind, *args, **kwargs))
        return f"self.{self._owner}"

    def initialize(self, function: str, weight: str, /, *args: Any, **kwargs: Any) -> None:
        if self._name == self._owner:
            place = Value(f"self.{self._owner}.{weight}".rstrip("."), TensorType(()))
            self._writer.initialize(self._owner, self.call(f"nn.init.{function}", place, *args, **kwargs))

    def helper(self, name: str, text: str, /) -> str:
        self._writer.helpers[name] = text
        return name

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> str:
        parts = [literal(arg) for arg in args] + [f"{key}={literal(arg)}" for key, arg in kwargs.items()]
        return f"{function}({', '.join(parts)})"


class ClassWriter:
    """Collects the text of one class; a node constructs its module once, however often it is written."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.helpers: dict[str, str] = {}
        self._constructed: dict[str, Line] = {}
        self._initial: dict[str, dict[str, None]] = {}

    def construct(self, owner: str, node: str, text: str) -> None:
        """Note that ``__init__`` makes ``self.owner``."""
        line = Line(f"self.{owner} = {text}", owner)
        known = self._constructed.setdefault(owner, line)
        if known.text != line.text:
            raise DocumentError(
                f"'{node}' shares the weights of '{owner}', but needs {text} where '{owner}' is "
                f"{known.text.partition(' = ')[2]}; give both the same parameters and inputs."
            )

    def initialize(self, owner: str, text: str) -> None:
        """Note that ``__init__`` gives ``self.owner`` initial weights by the call ``text``."""
        self._initial.setdefault(owner, {})[text] = None

    def constructor(self, order: Sequence[str]) -> list[Line]:
        """The lines of ``__init__`` in the nodes' order."""
        lines: list[Line] = []
        for name in order:
            if name not in self._constructed:
                continue
            lines.append(self._constructed[name])
            lines += [Line(text, name) for text in self._initial.get(name, ())]
            if self.scope.graph.nodes[name].frozen:
                lines.append(Line(f"self.{name}.requires_grad_(False)", name))
        return lines

    def body(self, order: Sequence[str], results: Sequence[Wire], taken: Collection[str] = ()) -> Body:
        """The statements that compute ``order``, keeping the values at ``results`` under names of their own.

        ``taken`` are variable names already in use.
        """
        return _BodyWriter(self, order, results, taken).write()

    def code(self, name: str) -> NodeCode:
        """What the node's layer writes with."""
        owner = self.scope.graph.nodes[name].shares or name
        return NodeCode(self, name, owner)


class Body(NamedTuple):
    """Statements, and the values they leave: by node and output port."""

    lines: list[Line]
    values: dict[tuple[str, str], Value]


class _BodyWriter:
    def __init__(
        self, writer: ClassWriter, order: Sequence[str], results: Sequence[Wire], taken: Collection[str]
    ) -> None:
        self._writer = writer
        self._scope = writer.scope
        self._order = [name for name in order if self._scope.layers[name].role != "output"]
        self._uses = self._count(results)
        self._values: dict[tuple[str, str], Value] = {}
        self._lines: list[Line] = []
        self._taken = set(taken) | set(self._scope.graph.nodes)
        self._running = next(word for word in ("x", "h", "y", "z", "hidden_") if word not in self._taken)

    def _count(self, results: Sequence[Wire]) -> Counter[tuple[str, str]]:
        graph = self._scope.graph
        wires = [wire for name in self._order for wire in graph.inputs(name).values()]
        return Counter((wire.source, wire.source_port) for wire in [*wires, *results])

    def write(self) -> Body:
        for place, name in enumerate(self._order):
            layer = self._scope.layers[name]
            if layer.role in ("input", "target"):
                port = layer.output_names()[0]
                self._values[name, port] = Value(name, self._scope.types[name][0])
                continue
            following = self._order[place + 1] if place + 1 < len(self._order) else None
            self._statement(name, layer, following)
        return Body(self._lines, self._values)

    def _statement(self, name: str, layer: Layer, following: str | None) -> None:
        text = layer.torch(self._writer.code(name), *self._arguments(name, layer))
        ports = layer.output_names() or ("value",)
        variables = [self._variable(name, port, following, len(ports)) for port in ports]
        pattern = getattr(layer, "unpack", None)
        target = pattern.format(*variables) if pattern else ", ".join(variables)
        for port, variable, kind in zip(ports, variables, self._scope.types[name], strict=True):
            self._values[name, port] = Value(variable, kind)
        if text != target:
            self._lines.append(Line(f"{target} = {text}", name))

    def _arguments(self, name: str, layer: Layer) -> list[Value | None]:
        wires = self._scope.graph.inputs(name)
        arguments: list[Value | None] = []
        for port in layer.ports():
            if port.variadic:
                arguments += [self._value(wires[key]) for key in numbered(wires, port.name)]
            else:
                arguments.append(self._value(wires[port.name]) if port.name in wires else None)
        return arguments

    def _value(self, wire: Wire) -> Value:
        return self._values[wire.source, wire.source_port]

    def _variable(self, name: str, port: str, following: str | None, ports: int) -> str:
        """A value used once, by the very next statement or as the last result, needs no name of its own."""
        uses = self._uses[name, port]
        if ports > 1:
            return self._free(f"{name}_{port}") if uses else "_"
        if uses <= 1 and self._is_next(name, port, following):
            return self._running
        return name

    def _is_next(self, name: str, port: str, following: str | None) -> bool:
        if following is None:
            return True
        wires = self._scope.graph.inputs(following).values()
        return any(wire.source == name and wire.source_port == port for wire in wires)

    def _free(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        return name


def numbered(ports: Collection[str], stem: str) -> list[str]:
    """The wired ports of a many-input port, in the order of their numbers."""
    found = [port for port in ports if port.startswith(stem) and port[len(stem) :].isdigit()]
    return sorted(found, key=lambda port: int(port[len(stem) :]))


def literal(value: Any) -> str:
    """The Python text of a typed value; a ``Value`` or symbolic size stands for itself."""
    if isinstance(value, (Value, Sym)):
        return str(value)
    if isinstance(value, tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no literal")

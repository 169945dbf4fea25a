"""Writes the statements of a method, one node a line, with the variable names a person would choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from compiler.to_python.lines import Line, indented, literal
from compiler.to_python.writer import ClassWriter, NodeCode
from graph.layer import Layer, Value
from graph.records import Wire

Values: TypeAlias = Mapping[tuple[str, str], Value]


class Body(NamedTuple):
    """Statements, and the values they leave: by node and output port."""

    lines: list[Line]
    values: dict[tuple[str, str], Value]


def write_body(writer: ClassWriter, order: Sequence[str], results: Sequence[Wire], given: Values | None = None) -> Body:
    """The statements that compute ``order``, keeping the values at ``results`` until the end.

    ``given`` are values that are there already.
    """
    return _BodyWriter(writer, order, results, given or {}).write()


class _BodyWriter:
    def __init__(self, writer: ClassWriter, order: Sequence[str], results: Sequence[Wire], given: Values) -> None:
        self._writer = writer
        self._scope = writer.scope
        self._order = [name for name in order if self._scope.layers[name].role != "output"]
        self._uses = self._count(results)
        self._values = dict(given)
        self._lines: list[Line] = []
        self._under = ""  # the condition of the statements written last
        self._taken = set(self._scope.graph.nodes)
        self._running = next(word for word in ("x", "h", "y", "z", "hidden_") if word not in self._taken)
        self._kept = {*self._taken, self._running}  # what no statement's own variable may be called

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
        ports = layer.output_names() or ("value",)
        variables = [self._variable(name, port, following, len(ports)) for port in ports]
        for port, variable, kind in zip(ports, variables, self._scope.types[name], strict=True):
            self._values[name, port] = Value(variable, kind)
        code = NodeCode(self._writer, name, dict(zip(ports, variables, strict=True)), self._kept)
        arguments = self._arguments(name)
        text = layer.torch(code, *arguments)
        target = getattr(layer, "unpack", ", ".join(["{}"] * len(ports))).format(*variables)
        lines = [Line(line, name) for line in code.lines]
        if text != target:
            lines.append(Line(f"{target} = {text}", name))
        if name in self._scope.conditions:
            self._perhaps(name, target, lines, [value for value in arguments if value is not None])
        else:
            self._lines += lines
            self._under = ""

    def _perhaps(self, name: str, target: str, lines: list[Line], arguments: list[Value]) -> None:
        """Write a node that is there under a condition only; without it, what it is given first goes on."""
        condition = f"if {literal(self._scope.conditions[name], 'self.')}:"
        passed = [Line(f"{target} = {arguments[0]}", name)] if target != arguments[0] else []
        if passed and target in arguments:  # what would be overwritten is needed
            self._lines += [Line(condition), *indented(lines), Line("else:"), *indented(passed)]
            self._under = ""
            return
        if passed or self._under != condition:
            self._lines += [*passed, Line(condition)]
        self._lines += indented(lines)
        self._under = condition

    def _arguments(self, name: str) -> list[Value | None]:
        return [self._value(wire) if wire else None for _, wire in self._scope.graph.arguments(name)]

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
        self._taken.add(name)
        self._kept.add(name)
        return name

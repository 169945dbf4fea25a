"""Writes the statements of a method, one node a line, with the variable names a person would choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from compiler.to_python.choices import Statement, are_opposite, conditions_in, written
from compiler.to_python.lines import Line, literal
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
        self._statements: list[Statement] = []
        self._elsewhere: dict[tuple[str, str], Value] = {}  # what goes on where the last condition does not hold
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
        return Body(written(self._statements, self._running), self._values)

    def _statement(self, name: str, layer: Layer, following: str | None) -> None:
        ports = layer.output_names() or ("value",)
        variables = [self._variable(name, port, following, len(ports)) for port in ports]
        for port, variable, kind in zip(ports, variables, self._scope.types[name], strict=True):
            self._values[name, port] = Value(variable, kind)
        code = NodeCode(self._writer, name, dict(zip(ports, variables, strict=True)), self._kept)
        conditions = self._conditions(name)
        before = self._statements[-1].conditions if self._statements else ()
        known = self._elsewhere if are_opposite(conditions, before) else {}
        instead = any((wire.source, wire.source_port) in known for wire in self._scope.graph.inputs(name).values())
        arguments = self._arguments(name, known)
        text = layer.torch(code, *arguments)
        target = getattr(layer, "unpack", ", ".join(["{}"] * len(ports))).format(*variables)
        lines = [Line(line, name) for line in code.lines]
        if text != target:
            lines.append(Line(f"{target} = {text}", name))
        passed = self._passed(name, target, conditions) if conditions else None
        self._statements.append(Statement(lines, conditions, passed, instead))

    def _conditions(self, name: str) -> tuple[str, ...]:
        condition = self._scope.conditions.get(name)
        return () if condition is None else conditions_in(literal(condition, "self."))

    def _passed(self, name: str, target: str, conditions: tuple[str, ...]) -> Line | None:
        """The line that has what a node is given first go on where the node is not there."""
        wire = next(wire for _, wire in self._scope.graph.arguments(name) if wire)
        first, port = self._value(wire), self._scope.layers[name].output_names()[0]
        if not self._statements or self._statements[-1].conditions != conditions:
            self._elsewhere.clear()
        other = self._elsewhere.get((wire.source, wire.source_port), first)
        if target == self._running != other:
            self._elsewhere[name, port] = other
        return Line(f"{target} = {first}", name) if target != first else None

    def _arguments(self, name: str, known: Values) -> list[Value | None]:
        wires = [wire for _, wire in self._scope.graph.arguments(name)]
        return [known.get((wire.source, wire.source_port), self._value(wire)) if wire else None for wire in wires]

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

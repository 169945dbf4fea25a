"""Writes the ``loss`` method: the objectives, from what ``forward`` returns wherever that is enough."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence

from compiler.to_python.body import Body, write_body
from compiler.to_python.lines import Line, indented
from compiler.to_python.writer import ClassWriter, NodeCode
from graph.layer import Value
from graph.layers.objectives.base import Objective
from graph.tensor import TensorType

MAX_LINE = 100
MAX_TERMS = 100


def write_loss(
    writer: ClassWriter,
    order: Sequence[str],
    inputs: Sequence[str],
    targets: Sequence[str],
    outputs: Sequence[str],
    objectives: Sequence[str],
    turn: str = "",
    mixed: bool = False,
) -> list[Line]:
    """The method that returns the weighted sum of the objectives, and each one's value and what it was given.

    That of a ``turn`` goes by its name, and works out nothing that its objectives do not need. Where layers may be
    computed in ``mixed`` precision, objectives are not: in 16 bits a sum over many samples is off by percents.
    """
    graph = writer.scope.graph
    start = None if turn else _call_forward(writer, inputs, targets, outputs, objectives)
    computed = graph.upstream(outputs) if start else set()
    needed = graph.upstream(objectives) - set(objectives) - computed
    wires = [wire for name in objectives for wire in graph.inputs(name).values()]
    # Every wire counts twice, so that no value an objective takes is overwritten.
    body = write_body(writer, [name for name in order if name in needed], [*wires, *wires], start and start.values)
    lines, terms, entries = [*(start.lines if start else []), *body.lines], [], []
    measured: list[Line] = []
    if mixed:
        lines += _in_float32({body.values[wire.source, wire.source_port] for wire in wires}, {*inputs, *targets})
    for name in objectives:
        layer = writer.scope.layers[name]
        assert isinstance(layer, Objective)
        arguments = [body.values[wire.source, wire.source_port] for _, wire in graph.arguments(name) if wire]
        code = NodeCode(writer, name, {}, ())
        if text := layer.totals_of(code, *arguments):
            totals = Value(_unused(f"{name}_totals", graph.nodes), TensorType(()))
            measured.append(Line(f"{totals} = {text}", name))
            arguments.append(totals)
        measured.append(Line(f"{name} = {layer.torch(code, *arguments)}", name))
        terms.append(name if layer.loss_weight == 1.0 else f"{layer.loss_weight!r} * {name}")
        entries.append(f'"{name}": ({", ".join([name, *arguments])})')
    if mixed:
        first = [*inputs, *targets][0]
        measured = [Line(f"with torch.autocast({first}.device.type, enabled=False):"), *indented(measured)]
    lines += measured
    return [
        Line(f"def loss{turn and f'_{turn}'}({', '.join(['self', *inputs, *targets])}):"),
        Line(f'    """{_says(turn)} to minimize, and each term\'s value and what it was given."""'),
        *indented([*lines, *_result(terms, entries, graph.nodes)]),
    ]


def _in_float32(values: Collection[Value], given: Collection[str]) -> list[Line]:
    """Statements by which the values that layers give to objectives are float32."""
    floats = {value for value in values if value not in given and value.type.dtype == "float32"}
    return [Line(f"{value} = {value}.float()") for value in sorted(floats)]


def _says(turn: str) -> str:
    return f"What the turn {turn} is" if turn else "The objective"


def _unused(name: str, taken: Container[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _result(terms: Sequence[str], entries: Sequence[str], taken: Container[str]) -> list[Line]:
    if len(terms) > MAX_TERMS:  # Python reads no expression of some thousand terms
        total = _unused("total", taken)
        parts = [terms[start : start + MAX_TERMS] for start in range(0, len(terms), MAX_TERMS)]
        sums = [" + ".join(part if at == 0 else [total, *part]) for at, part in enumerate(parts)]
        return [*(Line(f"{total} = {text}") for text in sums), *_result([total], entries, taken)]
    line = f"return {' + '.join(terms)}, {{{', '.join(entries)}}}"
    if len(line) <= MAX_LINE:
        return [Line(line)]
    head = f"return {' + '.join(terms)}, {{"
    return [Line(head), *(Line(f"    {entry},") for entry in entries), Line("}")]


def _call_forward(
    writer: ClassWriter,
    inputs: Sequence[str],
    targets: Sequence[str],
    outputs: Sequence[str],
    objectives: Sequence[str],
) -> Body | None:
    """One call of ``forward``, if nothing the objectives need is hidden inside it."""
    graph, types = writer.scope.graph, writer.scope.types
    inside = graph.upstream(outputs)
    feeding = {wire.source for name in graph.upstream(objectives) for wire in graph.inputs(name).values()}
    if not outputs or not feeding & inside - set(inputs):
        return None
    if any(graph.node(name).layer.role == "input" and name not in inputs for name in inside):
        return None
    origins = {name: next(iter(graph.inputs(name).values())) for name in outputs}
    returned = {(wire.source, wire.source_port): name for name, wire in origins.items()}
    values = {
        (name, port): Value(name, types[name][0]) for name in [*inputs, *targets] for port in _ports(writer, name)
    }
    values = {**{key: Value(name, types[name][0]) for key, name in returned.items()}, **values}
    outside = graph.upstream(objectives) - inside
    taken = {(wire.source, wire.source_port) for name in outside for wire in graph.inputs(name).values()}
    if len(returned) != len(outputs) or any(
        source in inside and (source, port) not in values for source, port in taken
    ):
        return None
    called = [name for name in inputs if name in inside]
    return Body([Line(f"{', '.join(outputs)} = self({', '.join(called)})")], values)


def _ports(writer: ClassWriter, name: str) -> tuple[str, ...]:
    return writer.scope.graph.node(name).layer.output_names()

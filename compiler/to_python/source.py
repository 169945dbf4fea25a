"""From a drawing to the Python source of its ``nn.Module``: the text that is shown, exported and run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from compiler.order import writing_order
from compiler.to_python.body import write_body
from compiler.to_python.classes import BlockClasses, write_class, write_forward
from compiler.to_python.classnames import class_names
from compiler.to_python.functions import Function
from compiler.to_python.lines import Line, indented
from compiler.to_python.loss import write_loss
from compiler.to_python.wrapping import wrapped
from compiler.to_python.writer import ClassWriter
from graph.blocks.expansion import Scope, resolve
from graph.document import Document
from graph.errors import DocumentError
from graph.layout.arguments import drawn_order
from graph.modelgraph import ModelGraph
from graph.problems.checks import obstacles
from graph.problems.turns import turn_problems
from graph.records import Wire


class Source(msgspec.Struct, frozen=True):
    """The source of a drawing's module.

    ``lines`` maps line numbers to nodes. ``forward`` takes ``forward_inputs`` and returns ``outputs``. ``loss``
    takes ``inputs``, those that the objectives need, and then ``targets``; it returns the total and, by
    ``objectives``, each value and the tensors the objective was given. For each of ``turns``, ``loss_NAME`` takes the
    same and returns the same of the objectives of that turn. Inputs, targets and outputs stand as they are drawn, from
    top to bottom. ``functions`` are calls of what the user wrote in Python.
    """

    text: str
    class_name: str
    lines: dict[int, str]
    inputs: tuple[str, ...]
    forward_inputs: tuple[str, ...]
    targets: tuple[str, ...]
    outputs: tuple[str, ...]
    objectives: tuple[str, ...]
    turns: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()


def compile_source(document: Document) -> Source:
    """Write a drawing as Python. Equal drawings give equal text.

    Raises:
        DocumentError: a node that is needed has a problem, or there is neither Output nor objective.
    """
    graph = document.model
    roles = {role: _of_role(graph, role) for role in ("input", "target", "output", "objective")}
    for problem in obstacles(document):
        raise DocumentError(problem.message)
    needed = graph.upstream([*roles["output"], *roles["objective"]])
    order = writing_order(graph, needed)
    place = {name: at for at, name in enumerate(order)}
    inputs, targets, outputs = (
        tuple(drawn_order(graph, (name for name in roles[role] if name in needed)))
        for role in ("input", "target", "output")
    )
    objectives = tuple(sorted(roles["objective"], key=place.__getitem__))
    kept = graph.upstream(outputs)
    forward_inputs = tuple(name for name in inputs if name in kept)
    if objectives:
        learned_from = graph.upstream(objectives)
        inputs = tuple(name for name in inputs if name in learned_from)
    scope = Scope(graph, {name: resolve(node, {}) for name, node in graph.nodes.items()}, document.types())
    class_name = class_names(document)[""]
    blocks = BlockClasses(document, scope)
    writer = ClassWriter(scope, blocks, blocks.helpers, blocks.functions)
    methods = [_forward(writer, order, forward_inputs, outputs)] if outputs else []
    mixed = document.training.precision != "float32"
    if objectives:
        methods.append(write_loss(writer, order, inputs, targets, outputs, objectives, mixed=mixed))
    turns = () if any(turn_problems(document)) else document.training.turns
    for turn in turns:
        chosen = tuple(name for name in objectives if name in turn.objectives)
        methods.append(write_loss(writer, order, inputs, targets, outputs, chosen, turn.name, mixed))
    constructor = writer.constructor(order)
    methods = [*writer.train_method(order), *methods]
    docstring = f"{_plain(document.name)}: drawn with Layerloom."
    model = write_class(class_name, docstring, [], constructor, methods)
    lines = _module([*blocks.classes, model], blocks.helpers)
    numbers = {number: line.node for number, line in enumerate(lines, 1) if line.node}
    text = "\n".join(line.text for line in lines) + "\n"
    names = tuple(turn.name for turn in turns)
    calls = blocks.functions.calls()
    return Source(text, class_name, numbers, inputs, forward_inputs, targets, outputs, objectives, names, calls)


def compile_values(document: Document, scope: Scope, given: Sequence[str], wires: Sequence[Wire]) -> Source:
    """Write what the wires of a graph carry as a module of its own, from the values of the nodes ``given``.

    Nothing on the way may have weights: they would be others.
    """
    graph = scope.graph
    blocks = BlockClasses(document, scope)
    writer = ClassWriter(scope, blocks, blocks.helpers, blocks.functions)
    needed = graph.upstream(wire.source for wire in wires)
    inputs = tuple(name for name in given if name in needed)
    body = write_body(writer, writing_order(graph, needed), wires)
    values = ", ".join(body.values[wire.source, wire.source_port] for wire in wires)
    head = Line(f"def forward({', '.join(['self', *inputs])}):")
    forward = [head, *indented([*body.lines, Line(f"return {values},")])]
    model = write_class("Values", "Values on the way.", [], writer.constructor(writing_order(graph, needed)), [forward])
    text = "\n".join(line.text for line in _module([*blocks.classes, model], blocks.helpers)) + "\n"
    return Source(text, "Values", {}, (), inputs, (), (), (), functions=blocks.functions.calls())


def _of_role(graph: ModelGraph, role: str) -> list[str]:
    return [name for name, node in graph.nodes.items() if node.layer.role == role]


def _forward(writer: ClassWriter, order: Sequence[str], inputs: Sequence[str], outputs: Sequence[str]) -> list[Line]:
    needed = writer.scope.graph.upstream(outputs)
    return write_forward(writer, [name for name in order if name in needed], inputs, outputs)


def _module(classes: Sequence[list[Line]], helpers: Mapping[str, str]) -> list[Line]:
    """The whole file: imports, helper functions, the blocks' classes and the model's."""
    text = " ".join([line.text for lines in classes for line in lines] + list(helpers.values()))
    imports = [Line("import torch")] if "torch." in text else []
    imports += [Line("from torch import nn")]
    imports += [Line("import torch.nn.functional as F")] if re.search(r"\bF\.", text) else []
    helped = [Line(line) for name in sorted(helpers) for line in ["", "", *helpers[name].strip().splitlines()]]
    written = (line for lines in classes for line in [Line(""), Line(""), *lines])
    return [*imports, *helped, *(part for line in written for part in wrapped(line))]


def _plain(text: str) -> str:
    """Free text as part of a docstring: one line without quotes or escapes."""
    return re.sub(r"[^\w .,:;()+*/=-]", "", " ".join(text.split()))[:80] or "Model"

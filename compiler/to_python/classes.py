"""One class for each block definition, general enough for all of its uses in the document."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from compiler.order import writing_order
from compiler.to_python.agreement import Agreement
from compiler.to_python.body import write_body
from compiler.to_python.classnames import class_names
from compiler.to_python.functions import Functions
from compiler.to_python.lines import Line, indented, literal, mentions
from compiler.to_python.plans import Plan, Use, plans
from compiler.to_python.sequences import Call, in_sequence
from compiler.to_python.writer import ClassWriter
from graph.blocks.expansion import Scope, expand, input_types, instantiate, state_of
from graph.blocks.memory import use_of
from graph.dims import Sym, is_fixed
from graph.document import Document
from graph.errors import LayerloomError
from graph.expressions.formulas import is_symbolic
from graph.layer import Layer, Weight
from graph.layers.block import Block, BlockLayer
from graph.names import free_or_numbered
from graph.tensor import TensorType


def write_class(
    name: str, docstring: str, parameters: Sequence[str], constructor: list[Line], methods: list[list[Line]]
) -> list[Line]:
    """The text of a module class."""
    lines = [Line(f"class {name}(nn.Module):"), Line(f'    """{docstring}"""')]
    if constructor:
        lines += [Line(""), Line(f"    def __init__({', '.join(['self', *parameters])}):")]
        lines += indented(indented([Line("super().__init__()"), *constructor]))
    for method in methods:
        lines += [Line(""), *indented(method)]
    return lines


def write_forward(
    writer: ClassWriter, order: Sequence[str], inputs: Sequence[str], outputs: Sequence[str]
) -> list[Line]:
    """The ``forward`` method that returns what arrives at ``outputs``."""
    graph = writer.scope.graph
    results = [next(iter(graph.inputs(name).values())) for name in outputs]
    body = write_body(writer, order, results)
    values = [body.values[wire.source, wire.source_port] for wire in results]
    head = Line(f"def forward({', '.join(['self', *inputs])}):")
    return [head, *indented(body.lines), Line(f"    return {', '.join(values)}")]


class _General(NamedTuple):
    """A class for every use: its parameters with defaults, and those that are sizes of its inputs."""

    name: str
    defaults: dict[str, Any]
    derived: dict[str, tuple[int, int]]


class _NotGeneral(Exception):
    """No one class serves all uses of a definition."""


class BlockClasses:
    """The classes of a document's blocks, written when first constructed.

    A definition becomes one class with the block's parameters. Sizes that its layers take from its inputs are
    expressed by these parameters where they follow from them in every use, else they are parameters too. Where
    even that cannot say it, each different use gets a class of its own.
    """

    def __init__(self, document: Document, scope: Scope) -> None:
        self.classes: list[list[Line]] = []
        self.helpers: dict[str, str] = {}
        self.functions = Functions(self.helpers)
        self._document = document
        self._names = class_names(document)
        self._uses: dict[str, dict[Hashable, Use]] = {}
        self._collected: dict[int, Scope] = {}
        self._general: dict[str, _General | None] = {}
        self._special: dict[str, str] = {}
        self._specialized: dict[Hashable, str] = {}
        self._agree: Agreement | None = None
        self._collect(scope)

    def construct(self, layer: BlockLayer, inputs: Sequence[TensorType | None]) -> str:
        """The call that makes the module of a block for these inputs."""
        scopes = instantiate(self._document, layer, inputs, self._agree).scopes
        calls = [self._call(layer, scope) for scope in scopes]
        if len(calls) == 1 and not (isinstance(layer, Block) and layer.repeat > 1):
            return str(calls[0])
        return in_sequence(calls, layer.arguments)

    def inside(self, layer: BlockLayer, inputs: Sequence[TensorType | None]) -> Mapping[str, TensorType]:
        """What a block's own inputs are for these inputs: for a Scan, those of one step."""
        scope = instantiate(self._document, layer, inputs, self._agree).scopes[0]
        return {name: scope.types[name][0] for name in layer.inputs}

    def state(self, layer: Layer, inputs: Sequence[TensorType | None]) -> Mapping[str, Weight]:
        """The ``state_dict`` of a layer or block for these inputs."""
        return state_of(self._document, layer, inputs)

    def _collect(self, scope: Scope) -> None:
        if id(scope) in self._collected:
            return
        self._collected[id(scope)] = scope
        for name, layer in scope.layers.items():
            if not isinstance(layer, BlockLayer) or name not in scope.types:
                continue
            inputs = input_types(scope.graph, scope.types, name)
            for inner in instantiate(self._document, layer, inputs).scopes:
                use = Use(inner.values, tuple(inner.types[port][0] for port in layer.inputs))
                self._uses.setdefault(layer.definition, {}).setdefault((*use.values.values(), *use.inputs), use)
                self._collect(inner)

    def _call(self, layer: BlockLayer, scope: Scope) -> Call:
        general = self._generalize(layer)
        inputs = tuple(scope.types[name][0] for name in layer.inputs)
        if general is None:
            layer = msgspec.structs.replace(layer, arguments=dict(scope.values))
            use = use_of(layer, inputs)
            if use not in self._specialized:
                self._specialized[use] = self._specialize(layer, inputs)
            return Call(self._specialized[use], {}, {})
        derived = {name: inputs[at].shape[axis] for name, (at, axis) in general.derived.items()}
        values = {name: scope.values[name] for name in general.defaults}
        return Call(general.name, derived | values, general.defaults)

    # One class for all uses

    def _generalize(self, layer: BlockLayer) -> _General | None:
        definition = layer.definition
        if definition not in self._general:
            self._general[definition] = None
            if definition not in self._uses:
                raise _NotGeneral  # where it stands it is never there
            for plan in plans(self._document, layer, [*self._uses[definition].values()]):
                try:
                    self._general[definition] = self._write_general(layer, plan)
                    break
                except (LayerloomError, _NotGeneral):
                    continue  # a plan that cannot be written; the next one says less in symbols
        return self._general[definition]

    def _write_general(self, layer: BlockLayer, plan: Plan) -> _General:
        definition = self._document.definitions[layer.definition]
        arguments, inputs, agree = plan
        scope = expand(self._document, msgspec.structs.replace(layer, arguments=arguments), inputs, agree)
        writer = ClassWriter(scope, self, self.helpers, self.functions)
        before, self._agree = self._agree, agree
        try:
            constructor, forward, *others = self._write(writer, layer)
        finally:
            self._agree = before
        own = {
            str(dim): (at, axis)
            for at, kind in enumerate(inputs)
            for axis, dim in enumerate(kind.shape)
            if isinstance(dim, Sym) and is_fixed(dim) and str(dim) not in arguments and str(dim).isidentifier()
        }
        names = [*own, *definition.parameters]
        members = mentions(forward, names, "self.")
        if mentions(forward, [name for name in names if name not in members]) or scope.graph.nodes.keys() & members:
            raise _NotGeneral
        used = {*mentions(constructor, names), *members}
        derived = {name: place for name, place in own.items() if name in used}
        defaults = {name: value for name, value in definition.parameters.items() if name in used}
        parameters = [*derived, *(f"{name}={literal(value)}" for name, value in defaults.items())]
        kept = [Line(f"self.{name} = {name}") for name in members]
        name = self._names[layer.definition]
        docstring = f"The block {layer.definition}."
        self.classes.append(write_class(name, docstring, parameters, [*kept, *constructor], [*others, forward]))
        return _General(name, defaults, derived)

    def _write(self, writer: ClassWriter, layer: BlockLayer) -> list[list[Line]]:
        """The lines of ``__init__``, ``forward`` and ``train``; their nodes are named behind the block's name."""
        graph = writer.scope.graph
        order = writing_order(graph, graph.upstream(layer.results))
        forward = write_forward(writer, order, layer.inputs, layer.results)
        return [
            [Line(line.text, f"{layer.definition}/{line.node}" if line.node else "") for line in lines]
            for lines in (writer.constructor(order), forward, *writer.train_method(order))
        ]

    # A class for one use

    def _specialize(self, layer: BlockLayer, inputs: tuple[TensorType, ...]) -> str:
        sizes = [dim for kind in inputs for dim in kind.shape]
        known = [isinstance(dim, int) or not is_fixed(dim) for dim in sizes]
        if any(map(is_symbolic, layer.arguments.values())) or not all(known):
            raise _NotGeneral
        writer = ClassWriter(expand(self._document, layer, inputs), self, self.helpers, self.functions)
        constructor, forward, *others = self._write(writer, layer)
        key = "\n".join([layer.definition, *(line.text for line in [*constructor, *forward])])
        if key not in self._special:
            name = self._names[layer.definition]
            taken = {*self._special.values(), *(other for other in self._names.values() if other != name)}
            name = free_or_numbered(name, taken)
            self._special[key] = name
            self.classes.append(
                write_class(name, f"The block {layer.definition}.", [], constructor, [*others, forward])
            )
        return self._special[key]

"""What a block's class may be written in terms of: parameters and sizes of inputs, as symbols or as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from compiler.to_python.agreement import Agreement
from graph.dims import Constant, Dim, Sym, symbol, valued
from graph.document import Document
from graph.errors import ParameterError
from graph.expressions.evaluation import evaluate, names
from graph.expressions.formulas import Formula, Symbolic
from graph.layers.block import BlockLayer
from graph.layers.io import Input
from graph.tensor import TensorType

FACTORS = (1, 2, 3, 4, 6, 8)


class Use(NamedTuple):
    """A block somewhere in the document: its parameters there, and what arrives at its inputs."""

    values: Mapping[str, Any]
    inputs: tuple[TensorType, ...]


class Plan(NamedTuple):
    """Arguments and inputs to write a class for, and which of its sizes are known to agree."""

    arguments: dict[str, Any]
    inputs: tuple[TensorType, ...]
    agree: Agreement | None


def plans(document: Document, layer: BlockLayer, uses: Sequence[Use]) -> Iterator[Plan]:
    """Ways to write the class of a block, from the most symbolic to the most literal."""
    if any(len({use.inputs[at].rank for use in uses}) > 1 for at in range(len(layer.inputs))):
        return
    sizes = _Sizes(document, layer, uses)
    for arguments, agreed in product(_arguments(uses), (False, True)):
        for guess, feature_literal, rest_literal in product((False, True), repeat=3):
            inputs = sizes.inputs(guess, feature_literal, rest_literal)
            yield Plan(arguments, inputs, _agreement(uses, inputs, arguments) if agreed else None)


def _arguments(uses: Sequence[Use]) -> list[dict[str, Any]]:
    """Parameters of the block as those of the class: all; or integers and those that differ in uses; or the latter."""
    first = uses[0].values
    every = {name: parameter(name, value) for name, value in first.items()}
    same = {name for name in every if len({use.values[name] for use in uses}) == 1}
    kept = [set[str](), {name for name in same if type(first[name]) is not int}, same]
    return [
        {name: first[name] if name in literal else symbol for name, symbol in every.items()}
        for at, literal in enumerate(kept)
        if literal not in kept[:at]
    ]


def parameter(name: str, default: object) -> Symbolic:
    """What stands for a parameter of a block in its class: a size where it is an integer."""
    return symbol(Constant(name)) if type(default) is int else Formula(Constant(name))


def _agreement(uses: Sequence[Use], inputs: Sequence[TensorType], arguments: Mapping[str, Any]) -> Agreement:
    """What is equal in every use, where a plan calls sizes of the inputs by names."""
    named = []
    for use in uses:
        sizes = {
            str(dim): kind.shape[axis]
            for kind, plan in zip(use.inputs, inputs, strict=True)
            for axis, dim in enumerate(plan.shape)
            if isinstance(dim, Sym) and str(dim).isidentifier()
        }
        named.append({**sizes, **use.values})
    return Agreement(named, inputs, arguments.values())


class _Sizes:
    """The sizes of a block's inputs, said once for all its uses."""

    def __init__(self, document: Document, layer: BlockLayer, uses: Sequence[Use]) -> None:
        self._graph = document.graphs[layer.definition]
        self._parameters = document.definitions[layer.definition].parameters
        self._ports = layer.inputs
        self._uses = uses

    def inputs(self, guess: bool, feature_literal: bool, rest_literal: bool) -> tuple[TensorType, ...]:
        """A type for each port; where sizes are the same in every use, they may be numbers.

        With ``guess``, such a size may be a multiple of a parameter, though no second use bears it out.
        """
        types = []
        for at, kind in enumerate(self._uses[0].inputs):
            feature = kind.rank - 1 if kind.rank == 3 else 1
            literal = [feature_literal if axis == feature else rest_literal for axis in range(kind.rank)]
            shape = tuple(
                self._size(at, axis, axis == feature, literal[axis], guess, feature_literal)
                for axis in range(kind.rank)
            )
            types.append(TensorType(shape, kind.dtype))
        return tuple(types)

    def _size(self, at: int, axis: int, feature: bool, literal: bool, guess: bool, undeclared: bool) -> Dim:
        sizes = [use.inputs[at].shape[axis] for use in self._uses]
        constant = len(set(sizes)) == 1
        if constant and not isinstance(sizes[0], int):
            return sizes[0]
        declared = None if undeclared else self._declared(self._ports[at], axis, sizes)
        if declared is not None:
            return declared
        if constant and literal:
            return sizes[0]
        multiple = self._multiple(sizes) if feature and (guess or not constant) else None
        if multiple is not None:
            return multiple
        return sizes[0] if constant and feature else self._named(self._ports[at], axis)

    def _declared(self, port: str, axis: int, sizes: Sequence[Dim]) -> Dim | None:
        """The size that the block's Input declares in terms of the block's parameters, if that is so in every use."""
        layer = self._graph.nodes[port].layer
        shape = layer.shape if isinstance(layer, Input) else ()
        text = shape[axis - 1] if 0 < axis <= len(shape) else None
        if not isinstance(text, str) or not names(text) <= self._parameters.keys():
            return None
        try:
            declared = evaluate(text, {name: parameter(name, value) for name, value in self._parameters.items()})
            kept = sizes == [valued(declared, use.values) for use in self._uses]
        except ParameterError:
            return None  # it has no value in one of the uses
        return declared if kept and isinstance(declared, Sym) else None

    def _multiple(self, sizes: Sequence[Dim]) -> Dim | None:
        """A parameter times a small factor that is the size in every use."""
        whole = [name for name, value in self._uses[0].values.items() if type(value) is int]
        for factor, name in product(FACTORS, whole):
            values = [use.values[name] for use in self._uses]
            if min(values) > 1 and sizes == [factor * value for value in values]:
                return factor * symbol(Constant(name))
        return None

    def _named(self, port: str, axis: int) -> Dim:
        name = f"{port}_channels" if axis == 1 else f"{port}_size{axis}"
        while name in self._uses[0].values:
            name += "_"
        return symbol(Constant(name))

"""Parameters and multiply-adds of a drawing, layer by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from graph.blocks.expansion import Instance, Library, Scope, Types, input_types, instantiate, resolve, state_of
from graph.blocks.memory import use_of
from graph.dims import Dim, product, substitute, symbols, total
from graph.document import Document
from graph.errors import ParameterError
from graph.layer import Layer, Weight
from graph.layers.block import BlockLayer
from graph.modelgraph import ModelGraph
from graph.records import Node
from graph.tensor import TensorType
from graph.tying import own_weights


class Row(msgspec.Struct, frozen=True):
    """One layer: its output shape, its learned parameters and its multiply-adds for one sample."""

    name: str
    layer: str
    shape: str
    parameters: int
    macs: int | None


class Summary(msgspec.Struct, frozen=True):
    """A drawing in figures.

    ``parameters`` counts learned values, not buffers; ``macs`` multiply-adds of whatever multiplies matrices
    (convolutions, linear, recurrent and attention layers, matrix products) at batch 1, ``None`` where a size is only
    known at run time.
    """

    name: str
    parameters: int
    macs: int | None
    inputs: dict[str, str]
    outputs: dict[str, str]
    layers: list[Row]


def summarize(document: Document, graph: str = "", sizes: Mapping[str, int] | None = None) -> Summary:
    """The figures of every node that has a shape, in topological order; those of a block at its defaults.

    ``sizes`` says how large named sizes are (``{"h": 16}``), so that their multiply-adds are known.

    Raises:
        ParameterError: there is no size of such a name.
    """
    known = {"N": 1, **(sizes or {})}
    drawing, types = document.graphs[graph], document.types(graph)
    rows: list[Row] = []
    ends: dict[str, dict[str, str]] = {"input": {}, "output": {}}
    for name in drawing.reading_order():
        if name not in types:
            continue
        layer = resolve(drawing.nodes[name], document.values(graph))
        if layer.role in ends:
            ends[layer.role][name] = str(types[name][0])
        rows.append(_row(document, drawing, name, layer, known))
    _check_names(document, graph, known)
    macs = [row.macs for row in rows]
    every = None if None in macs else sum(count for count in macs if count)
    return Summary(
        graph or document.name, sum(row.parameters for row in rows), every, ends["input"], ends["output"], rows
    )


def _row(document: Document, graph: ModelGraph, name: str, layer: Layer, sizes: Mapping[str, int]) -> Row:
    types = document.types(graph.key)
    inputs, outputs = input_types(graph, types, name), types[name]
    shape = ", ".join(str(kind) for kind in outputs)
    parameters = _own_parameters(document, graph.nodes[name], layer, inputs)
    return Row(name, type(layer).__name__, shape, parameters, _at(_macs(document, layer, inputs, outputs), sizes))


def _own_parameters(library: Library, node: Node, layer: Layer, inputs: Sequence[TensorType | None]) -> int:
    """The learned values of a node that are not counted at another."""
    if node.shares:
        return 0
    if not node.ties:
        return count_parameters(library, layer, inputs)
    return _count(own_weights(node, state_of(library, layer, inputs)))


def _check_names(document: Document, graph: str, sizes: Mapping[str, int]) -> None:
    named = symbols(dim for kinds in document.types(graph).values() for kind in kinds for dim in kind.shape)
    for name in sizes:
        if name not in named | {"N"}:
            known = ", ".join(sorted(named - {"N"})) or "none"
            raise ParameterError(f"'{graph or document.name}' has no size called {name}; its named sizes: {known}.")


def count_parameters(library: Library, layer: Layer, inputs: Sequence[TensorType | None]) -> int:
    """The learned values of a layer, or of all that is in a block."""
    if not isinstance(layer, BlockLayer):
        return _count(layer.weights(*inputs))
    question = "parameters", use_of(layer, inputs)
    return library.block_memory.recall(question, lambda: _count(state_of(library, layer, inputs)))


def _count(weights: Mapping[str, Weight]) -> int:
    return sum(_size(weight.shape) for weight in weights.values() if weight.trainable)


Count: TypeAlias = Callable[[Layer, tuple[TensorType | None, ...], Types], Dim]


def total_inside(
    library: Library, layer: Layer, inputs: Sequence[TensorType | None], outputs: Types, what: str, count: Count
) -> Dim:
    """What ``count`` counts at a layer, or at all that is in a block, as often as it is run; ``what`` names it."""
    if not isinstance(layer, BlockLayer):
        return count(layer, tuple(inputs), outputs)
    instance = instantiate(library, layer, inputs)
    question = what, use_of(layer, inputs)
    return library.block_memory.recall(question, lambda: _total_of(library, instance, what, count))


def _total_of(library: Library, instance: Instance, what: str, count: Count) -> Dim:
    counts = Counter(id(scope) for scope in instance.scopes)
    distinct = {id(scope): scope for scope in instance.scopes}.values()
    inner = (
        total_inside(library, *part, what, count) * counts[id(scope)] for scope in distinct for part in _inside(scope)
    )
    return total(inner) * instance.steps


def _macs(library: Library, layer: Layer, inputs: Sequence[TensorType | None], outputs: Types) -> Dim:
    return total_inside(library, layer, inputs, outputs, "macs", lambda each, given, made: each.macs(given, made))


def _inside(scope: Scope) -> Iterator[tuple[Layer, tuple[TensorType | None, ...], Types]]:
    for name in scope.graph.nodes:
        yield scope.layers[name], input_types(scope.graph, scope.types, name), scope.types[name]


def _size(shape: tuple[Dim, ...]) -> int:
    size = product(shape)
    assert isinstance(size, int)
    return size


def _at(macs: Dim, sizes: Mapping[str, int]) -> int | None:
    return substitute(macs, sizes) if symbols([macs]) <= sizes.keys() else None

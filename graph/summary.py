"""Parameters and multiply-adds of a drawing, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from graph.blocks.expansion import Library, Scope, Types, input_types, instantiate, resolve, state_of
from graph.dims import Dim, Sym, substitute, symbols
from graph.document import Document
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.modelgraph import ModelGraph
from graph.tensor import TensorType


class Row(msgspec.Struct, frozen=True):
    """One layer: its output shape, its learned parameters and its multiply-adds for one sample."""

    name: str
    layer: str
    shape: str
    parameters: int
    macs: int | None


class Summary(msgspec.Struct, frozen=True):
    """A drawing in figures.

    ``parameters`` counts learned values, not buffers; ``macs`` multiply-adds of convolutions and linear layers at
    batch 1, ``None`` where a size is only known at run time.
    """

    name: str
    parameters: int
    macs: int | None
    inputs: dict[str, str]
    outputs: dict[str, str]
    layers: list[Row]


def summarize(document: Document, graph: str = "") -> Summary:
    """The figures of every node that has a shape, in topological order; those of a block at its defaults."""
    drawing, types = document.graphs[graph], document.types(graph)
    rows: list[Row] = []
    ends: dict[str, dict[str, str]] = {"input": {}, "output": {}}
    for name in drawing.reading_order():
        if name not in types:
            continue
        layer = resolve(drawing.nodes[name], document.values(graph))
        if layer.role in ends:
            ends[layer.role][name] = str(types[name][0])
        rows.append(_row(document, drawing, name, layer))
    macs = [row.macs for row in rows]
    total = None if None in macs else sum(count for count in macs if count)
    return Summary(
        graph or document.name, sum(row.parameters for row in rows), total, ends["input"], ends["output"], rows
    )


def _row(document: Document, graph: ModelGraph, name: str, layer: Layer) -> Row:
    types = document.types(graph.key)
    inputs, outputs = input_types(graph, types, name), types[name]
    shape = ", ".join(str(kind) for kind in outputs)
    parameters = 0 if graph.nodes[name].shares else count_parameters(document, layer, inputs)
    return Row(name, type(layer).__name__, shape, parameters, _at_batch_one(_macs(document, layer, inputs, outputs)))


def count_parameters(library: Library, layer: Layer, inputs: Sequence[TensorType | None]) -> int:
    """The learned values of a layer, or of all that is in a block."""
    return sum(_size(weight.shape) for weight in state_of(library, layer, inputs).values() if weight.trainable)


def _macs(library: Library, layer: Layer, inputs: Sequence[TensorType | None], outputs: Types) -> Dim:
    if not isinstance(layer, BlockLayer):
        return layer.macs(tuple(inputs), outputs)
    instance = instantiate(library, layer, inputs)
    total: Dim = 0
    for scope in instance.scopes:
        for inner, arguments, results in _inside(scope):
            total = total + _macs(library, inner, arguments, results)
    return total * instance.steps


def _inside(scope: Scope) -> Iterator[tuple[Layer, tuple[TensorType | None, ...], Types]]:
    for name in scope.graph.nodes:
        yield scope.layers[name], input_types(scope.graph, scope.types, name), scope.types[name]


def _size(shape: tuple[Dim, ...]) -> int:
    total = 1
    for dim in shape:
        assert isinstance(dim, int)
        total *= dim
    return total


def _at_batch_one(macs: Dim) -> int | None:
    if isinstance(macs, Sym) and symbols([macs]) != {"N"}:
        return None
    return substitute(macs, {"N": 1})

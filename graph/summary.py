"""Parameters and multiply-adds of a drawing, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from graph.dims import Dim, Sym, substitute, symbols
from graph.document import Document
from graph.layer import Layer
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


def summarize(document: Document) -> Summary:
    """The figures of every node that has a shape, in topological order."""
    graph, types = document.model, document.types()
    rows: list[Row] = []
    ends: dict[str, dict[str, str]] = {"input": {}, "output": {}}
    for name in graph.reading_order():
        layer = graph.nodes[name].layer
        if name not in types:
            continue
        if layer.role in ends:
            ends[layer.role][name] = str(types[name][0])
        rows.append(_row(document, name, layer))
    macs = [row.macs for row in rows]
    total = None if None in macs else sum(count for count in macs if count)
    return Summary(document.name, sum(row.parameters for row in rows), total, ends["input"], ends["output"], rows)


def _row(document: Document, name: str, layer: Layer) -> Row:
    graph, types = document.model, document.types()
    inputs = input_types(graph, types, name)
    outputs = types[name]
    shape = ", ".join(str(kind) for kind in outputs)
    shared = bool(graph.nodes[name].shares)
    weights = {} if shared else layer.weights(*inputs)
    count = sum(_size(weight.shape) for weight in weights.values() if weight.trainable)
    return Row(name, type(layer).__name__, shape, count, _at_batch_one(layer.macs(inputs, outputs)))


def input_types(
    graph: ModelGraph, types: Mapping[str, tuple[TensorType, ...]], name: str
) -> tuple[TensorType | None, ...]:
    """What arrives at a node's ports, in the order its ``infer`` takes them."""
    wires = graph.inputs(name)
    found: list[TensorType | None] = []
    for port in graph.node(name).layer.ports():
        keys = sorted(wires, key=lambda key: (len(key), key)) if port.variadic else [port.name]
        for key in keys:
            wire = wires.get(key)
            if wire is None:
                found.append(None)
                continue
            ports = graph.node(wire.source).layer.output_names()
            found.append(types[wire.source][ports.index(wire.source_port)])
    return tuple(found)


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

"""Writes a drawing as an ONNX model, layer by layer, with the tensors of its ``state_dict``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from compiler.order import writing_order
from compiler.to_onnx.blocks import write_block
from compiler.to_onnx.builder import NodeOp, describe, typed_value
from graph.blocks.expansion import Library, Scope, instantiate
from graph.document import Document
from graph.errors import DocumentError, ShapeError
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.storage.loom import dumps
from graph.tensor import TensorType

OPSET = 20
IR_VERSION = 10


def emit(document: Document, state: Mapping[str, np.ndarray[Any, Any]]) -> ir.Model:
    """The ONNX model of what the Output nodes need.

    Sizes keep their names (``N`` for the batch), nodes the names of the drawing, and the drawing itself travels in
    ``metadata_props`` under "layerloom".

    Raises:
        DocumentError: there is no Output, or a layer has no ONNX form.
    """
    graph = document.model
    outputs = [name for name in graph.reading_order() if graph.nodes[name].layer.role == "output"]
    if not outputs:
        raise DocumentError(f"'{document.name}' has no Output: add an Output node and connect the result to it.")
    scope = Scope(graph, {name: node.layer for name, node in graph.nodes.items()}, document.types())
    emitter = Emitter(document, state)
    inputs, results = emitter.scope(scope, outputs, None)
    produced = [emitter.as_output(value, name, scope.types[name][0]) for name, value in results.items()]
    model_graph = ir.Graph(
        inputs,
        produced,
        nodes=emitter.nodes,
        initializers=list(emitter.initializers.values()),
        opset_imports={"": OPSET},
        name=document.name,
    )
    model = ir.Model(model_graph, ir_version=IR_VERSION, producer_name="Layerloom")
    model.metadata_props["layerloom"] = dumps(document)
    return model


class Emitter:
    """The nodes and initializers of a model under construction."""

    def __init__(self, library: Library, state: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self.library = library
        self.state = state
        self.nodes: list[ir.Node] = []
        self.initializers: dict[str, ir.Value] = {}
        self._taken: set[str] = set()

    def scope(
        self, scope: Scope, outputs: Sequence[str], given: Mapping[str, ir.Value] | None, prefix: str = ""
    ) -> tuple[list[ir.Value], dict[str, ir.Value]]:
        """Write a graph; its inputs, and the value at each of ``outputs``."""
        graph = scope.graph
        values: dict[tuple[str, str], ir.Value] = {}
        inputs: list[ir.Value] = []
        for name in writing_order(graph, graph.upstream(outputs)):
            layer = scope.layers[name]
            if layer.role == "output":
                continue
            if layer.role == "input":
                value = given[name] if given is not None else typed_value(name, scope.types[name][0])
                values[name, layer.output_names()[0]] = value
                inputs.append(value)
                continue
            results = self._layer(scope, name, layer, values, prefix)
            values |= {(name, port): value for port, value in zip(layer.output_names(), results, strict=True)}
        wires = {name: next(iter(graph.inputs(name).values())) for name in outputs}
        return inputs, {name: values[wire.source, wire.source_port] for name, wire in wires.items()}

    def _layer(
        self, scope: Scope, name: str, layer: Layer, values: Mapping[tuple[str, str], ir.Value], prefix: str
    ) -> Sequence[ir.Value]:
        graph = scope.graph
        wires = [wire for _, wire in graph.arguments(name)]
        arguments = [values[wire.source, wire.source_port] if wire else None for wire in wires]
        types = tuple(scope.types[wire.source][graph.output_place(wire)] if wire else None for wire in wires)
        owner = prefix + (graph.nodes[name].shares or name)
        if isinstance(layer, BlockLayer):
            results = write_block(self, layer, instantiate(self.library, layer, types), arguments, prefix + name, owner)
        elif hasattr(layer, "onnx"):
            try:
                result = layer.onnx(NodeOp(self, prefix + name, owner, types, scope.types[name]), *arguments)
            except ShapeError as error:
                raise DocumentError(f"'{name}': {error}") from None
            results = list(result) if isinstance(result, (tuple, list)) else [result]
        else:
            raise DocumentError(
                f"'{name}': {type(layer).__name__} has no ONNX form; remove it from what an Output needs."
            )
        for value, kind in zip(results, scope.types[name], strict=True):
            if value.shape is None:
                describe(value, kind)
        return results

    def inner(self) -> Emitter:
        """An emitter for the body of a loop: nodes of its own, tensors and names shared with this one."""
        body = Emitter(self.library, self.state)
        body.initializers, body._taken = self.initializers, self._taken
        return body

    def unique(self, name: str) -> str:
        """The name, with a number behind it if it is taken."""
        found, count = name, 1
        while found in self._taken:
            count += 1
            found = f"{name}_{count}"
        self._taken.add(found)
        return found

    def initializer(self, name: str, array: np.ndarray[Any, Any]) -> ir.Value:
        """A tensor stored in the model, once for every name."""
        if name not in self.initializers:
            tensor = ir.tensor(np.ascontiguousarray(array) if array.ndim else array, name=name)
            value = ir.Value(
                name=name, const_value=tensor, shape=ir.Shape(array.shape), type=ir.TensorType(tensor.dtype)
            )
            self.initializers[name] = value
        return self.initializers[name]

    def as_output(self, value: ir.Value, name: str, kind: TensorType) -> ir.Value:
        """A value of its own for an output: two outputs may show one tensor, or an input itself."""
        node = ir.node("Identity", [value], name=self.unique(name), num_outputs=1)
        self.nodes.append(node)
        result = node.outputs[0]
        result.name = name
        describe(result, kind)
        return result

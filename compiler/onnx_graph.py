"""Writes a drawing as an ONNX model, layer by layer, with the tensors of its ``state_dict``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from compiler.order import writing_order
from compiler.writer import Scope, numbered
from graph.dims import Dim
from graph.document import Document
from graph.errors import DocumentError
from graph.files import dumps
from graph.layer import Layer
from graph.tensor import DType, TensorType

OPSET = 20
IR_VERSION = 10
_DTYPES = {"float32": ir.DataType.FLOAT, "int64": ir.DataType.INT64, "bool": ir.DataType.BOOL}


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
    emitter = Emitter(state)
    inputs, results = emitter.scope(scope, outputs, None)
    produced = [emitter.as_output(value, name, scope.types[name][0]) for name, value in results.items()]
    model_graph = ir.Graph(
        inputs, produced, nodes=emitter.nodes, initializers=list(emitter.initializers.values()),
        opset_imports={"": OPSET}, name=document.name,
    )
    model = ir.Model(model_graph, ir_version=IR_VERSION, producer_name="Layerloom")
    model.metadata_props["layerloom"] = dumps(document)
    return model


class Emitter:
    """The nodes and initializers of a model under construction."""

    def __init__(self, state: Mapping[str, np.ndarray[Any, Any]]) -> None:
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
        wires = scope.graph.inputs(name)
        arguments: list[ir.Value | None] = []
        types: list[TensorType | None] = []
        for port in layer.ports():
            for key in numbered(wires, port.name) if port.variadic else [port.name]:
                wire = wires.get(key)
                arguments.append(values[wire.source, wire.source_port] if wire else None)
                types.append(self._type(scope, wire.source, wire.source_port) if wire else None)
        if not hasattr(layer, "onnx"):
            raise DocumentError(f"'{name}': {type(layer).__name__} has no ONNX form; remove it from what an Output needs.")
        owner = prefix + (scope.graph.nodes[name].shares or name)
        op = NodeOp(self, prefix + name, owner, tuple(types), scope.types[name])
        result = layer.onnx(op, *arguments)
        results = list(result) if isinstance(result, (tuple, list)) else [result]
        for value, kind in zip(results, scope.types[name], strict=True):
            if value.shape is None:
                value.shape, value.type = _shape(kind.shape), ir.TensorType(_DTYPES[kind.dtype])
        return results

    @staticmethod
    def _type(scope: Scope, source: str, port: str) -> TensorType:
        return scope.types[source][scope.layers[source].output_names().index(port)]

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
            value = ir.Value(name=name, const_value=tensor, shape=ir.Shape(array.shape), type=ir.TensorType(tensor.dtype))
            self.initializers[name] = value
        return self.initializers[name]

    def as_output(self, value: ir.Value, name: str, kind: TensorType) -> ir.Value:
        """A value of its own for an output: two outputs may show one tensor, or an input itself."""
        node = ir.node("Identity", [value], name=self.unique(name), num_outputs=1)
        self.nodes.append(node)
        result = node.outputs[0]
        result.name, result.shape, result.type = name, _shape(kind.shape), ir.TensorType(_DTYPES[kind.dtype])
        return result


class NodeOp:
    """What one node's layer writes its ONNX with; see ``graph.layer.Op``."""

    def __init__(
        self,
        emitter: Emitter,
        name: str,
        owner: str,
        inputs: tuple[TensorType | None, ...],
        outputs: tuple[TensorType, ...],
    ) -> None:
        self._emitter, self._name, self._owner = emitter, name, owner
        self.inputs, self.outputs = inputs, outputs

    def weight(self, name: str, /) -> ir.Value:
        key = f"{self._owner}.{name}"
        return self._emitter.initializer(key, self._emitter.state[key])

    def constant(self, value: Any, /, dtype: DType = "int64") -> ir.Value:
        return self._emitter.initializer(self._emitter.unique(f"{self._name}.constant"), np.array(value, dtype=dtype))

    def __getattr__(self, operator: str, /) -> Callable[..., Any]:
        def write(*inputs: ir.Value | None, num_outputs: int = 1, **attributes: Any) -> Any:
            name = self._emitter.unique(self._name)
            node = ir.node(operator, inputs, attributes or None, num_outputs=num_outputs, name=name)
            self._emitter.nodes.append(node)
            for index, value in enumerate(node.outputs):
                value.name = f"{name}.{index}" if num_outputs > 1 else f"{name}.out"
            return node.outputs if num_outputs > 1 else node.outputs[0]

        return write


def typed_value(name: str, kind: TensorType) -> ir.Value:
    """A graph input."""
    return ir.Value(name=name, shape=_shape(kind.shape), type=ir.TensorType(_DTYPES[kind.dtype]))


def _shape(shape: tuple[Dim, ...]) -> ir.Shape:
    return ir.Shape([dim if isinstance(dim, int) else str(dim) for dim in shape])

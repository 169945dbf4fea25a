"""The ONNX operators of one node, and the values between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import onnx_ir as ir

from compiler.to_onnx.traced import traced
from graph.dims import Dim
from graph.tensor import DType, TensorType

OPSET = 20
DTYPES = {"float32": ir.DataType.FLOAT, "int64": ir.DataType.INT64, "bool": ir.DataType.BOOL}


class Writer(Protocol):
    """The model under construction, as an operator sees it."""

    state: Any
    nodes: list[ir.Node]

    def unique(self, name: str) -> str: ...

    def initializer(self, name: str, array: np.ndarray[Any, Any]) -> ir.Value: ...

    def inner(self) -> Writer: ...

    def as_output(self, value: ir.Value, name: str, kind: TensorType) -> ir.Value: ...


class NodeOp:
    """What one node's layer writes its ONNX with; see ``graph.layer.Op``."""

    def __init__(
        self,
        emitter: Writer,
        name: str,
        owner: str,
        inputs: tuple[TensorType | None, ...],
        outputs: tuple[TensorType, ...],
        ties: Mapping[str, str] | None = None,
    ) -> None:
        self._emitter, self._name, self._owner = emitter, name, owner
        self._ties = ties or {}
        self.inputs, self.outputs = inputs, outputs

    def weight(self, name: str, /) -> ir.Value:
        key = self._key(name)
        return self._emitter.initializer(key, self._emitter.state[key])

    def array(self, name: str, /) -> np.ndarray[Any, Any]:
        found: np.ndarray[Any, Any] = self._emitter.state[self._key(name)]
        return found

    def _key(self, name: str) -> str:
        return self._ties.get(name) or f"{self._owner}.{name}".rstrip(".")

    def constant(self, value: Any, /, dtype: DType = "int64") -> ir.Value:
        return self._emitter.initializer(self._emitter.unique(f"{self._name}.constant"), np.array(value, dtype=dtype))

    def python(self, name: str, code: str, /, *inputs: ir.Value) -> tuple[ir.Value, ...]:
        kinds = [kind for kind in self.inputs if kind is not None]
        graph = traced(self._name, name, code, kinds, OPSET)
        values: dict[ir.Value | None, ir.Value | None] = {None: None, **dict(zip(graph.inputs, inputs, strict=True))}
        for value in graph.initializers.values():
            assert value.const_value is not None
            values[value] = self._emitter.initializer(
                self._emitter.unique(f"{self._name}.constant"), value.const_value.numpy()
            )
        for node in graph:
            made = ir.Node(
                "",
                node.op_type,
                [values[value] for value in node.inputs],
                list(node.attributes.values()),
                num_outputs=len(node.outputs),
                name=self._emitter.unique(self._name),
            )
            self._emitter.nodes.append(made)
            for index, (old, new) in enumerate(zip(node.outputs, made.outputs, strict=True)):
                new.name = f"{made.name}.{index}"
                values[old] = new
        results = [values[value] for value in graph.outputs]
        return tuple(value for value in results if value is not None)

    def scan(
        self,
        step: Callable[[Any, Sequence[Any], Sequence[Any]], tuple[Sequence[Any], Any]],
        states: Mapping[str, tuple[Any, TensorType]],
        elements: Mapping[str, tuple[Any, TensorType]],
        result: TensorType,
        /,
        reverse: bool = False,
    ) -> tuple[Any, ...]:
        body = self._emitter.inner()
        kinds = {name: kind for name, (_, kind) in {**states, **elements}.items()}
        inner = {name: typed_value(body.unique(f"{self._name}.{name}"), kind) for name, kind in kinds.items()}
        op = NodeOp(body, self._name, self._owner, self.inputs, self.outputs, self._ties)
        after, value = step(op, [inner[name] for name in states], [inner[name] for name in elements])
        carried = zip([*after, value], [*(kind for _, kind in states.values()), result], strict=True)
        produced = [body.as_output(each, body.unique(f"{self._name}.next"), kind) for each, kind in carried]
        graph = ir.Graph(list(inner.values()), produced, nodes=body.nodes, name=f"{self._name}.body")
        found = self.Scan(
            *(value for value, _ in (*states.values(), *elements.values())),
            num_outputs=len(produced),
            body=graph,
            num_scan_inputs=len(elements),
            scan_input_directions=[int(reverse)] * len(elements),
            scan_output_directions=[int(reverse)],
        )
        return tuple(found)

    def __getattr__(self, operator: str, /) -> Callable[..., Any]:
        def write(*inputs: ir.Value | None, num_outputs: int = 1, **attributes: Any) -> Any:
            name = self._emitter.unique(self._name)
            node = ir.node(operator, inputs, attributes or None, num_outputs=num_outputs, name=name)
            self._emitter.nodes.append(node)
            for index, value in enumerate(node.outputs):
                value.name = f"{name}.{index}" if num_outputs > 1 else f"{name}.out"
            return node.outputs if num_outputs > 1 else node.outputs[0]

        return write


def describe(value: ir.Value, kind: TensorType) -> None:
    """Give a value its shape and dtype."""
    value.shape, value.type = onnx_shape(kind.shape), ir.TensorType(DTYPES[kind.dtype])


def typed_value(name: str, kind: TensorType) -> ir.Value:
    """A graph input."""
    return ir.Value(name=name, shape=onnx_shape(kind.shape), type=ir.TensorType(DTYPES[kind.dtype]))


def onnx_shape(shape: tuple[Dim, ...]) -> ir.Shape:
    return ir.Shape([dim if isinstance(dim, int) else str(dim) for dim in shape])

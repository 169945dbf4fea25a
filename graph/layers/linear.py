"""Layers that are a matrix product."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Layer, Op, Value, Weight, expect_fixed, expect_float
from graph.tensor import TensorType


class Linear(Layer):
    """Multiply the last axis by a learned matrix and add a bias: a fully connected (dense) layer."""

    category = "Linear"
    keywords = ("dense", "fully connected", "fc", "affine")
    out_features: Annotated[Positive, Meta(description="size of each output, one per neuron")] = 10
    bias: Annotated[bool, Meta(description="add a learned offset to every output")] = True

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Linear")
        if x.rank < 1:
            raise ShapeError("Linear expects at least one axis, got a single number.", "x")
        expect_fixed(x.shape[-1], "Linear", "the last axis")
        return TensorType((*x.shape[:-1], self.out_features))

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        shapes = {"weight": Weight((self.out_features, x.shape[-1]))}
        return {**shapes, "bias": Weight((self.out_features,))} if self.bias else shapes

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        assert inputs[0] is not None
        return product(outputs[0].shape) * inputs[0].shape[-1]

    def torch(self, code: Code, x: Value) -> str:
        options = {} if self.bias else {"bias": False}
        return f"{code.module('nn.Linear', x.type.shape[-1], self.out_features, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        weight = op.weight("weight")
        if op.inputs[0].rank == 2:
            return op.Gemm(x, weight, *([op.weight("bias")] if self.bias else []), transB=1)
        y = op.MatMul(x, op.Transpose(weight, perm=[1, 0]))
        return op.Add(y, op.weight("bias")) if self.bias else y

    def summary(self) -> str:
        return f"{self.out_features}" if self.bias else f"{self.out_features}, no bias"

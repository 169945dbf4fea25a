"""Layers that are a matrix product."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float
from graph.layers.parts.initialize import Biased
from graph.tensor import TensorType, format_shape


class Linear(Biased):
    """Multiply the last axis by a learned matrix and add a bias: a fully connected (dense) layer."""

    usual = True
    category = "Linear"
    features = -1
    traits = frozenset({"linear"})
    unit = "linear"
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
        options = self.options("out_features")
        return f"{self.construct(code, (x.type,), 'nn.Linear', x.type.shape[-1], self.out_features, **options)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        weight = op.weight("weight")
        if op.inputs[0].rank == 2:
            return op.Gemm(x, weight, *([op.weight("bias")] if self.bias else []), transB=1)
        y = op.MatMul(x, op.Transpose(weight, perm=[1, 0]))
        return op.Add(y, op.weight("bias")) if self.bias else y

    def summary(self) -> str:
        return f"{self.out_features}" if self.bias else f"{self.out_features}, no bias"


class Bilinear(Biased):
    """Multiply two vectors by a learned tensor: every output weighs all products of their values."""

    category = "Linear"
    features = -1
    keywords = ("product", "interaction", "tensor")
    typical = ("N,6", "N,5")
    out_features: Annotated[Positive, Meta(description="size of each output, one per neuron")] = 10
    bias: Annotated[bool, Meta(description="add a learned offset to every output")] = True

    def infer(self, input1: TensorType, input2: TensorType) -> TensorType:
        for kind, port in ((input1, "input1"), (input2, "input2")):
            expect_float(kind, "Bilinear", port)
            if kind.rank < 1:
                raise ShapeError("Bilinear expects at least one axis, got a single number.", port)
            expect_fixed(kind.shape[-1], "Bilinear", "the last axis", port)
        if input1.shape[:-1] != input2.shape[:-1]:
            raise ShapeError(
                f"Bilinear expects inputs that differ in the last axis only, got {format_shape(input1.shape)} and "
                f"{format_shape(input2.shape)}.",
                "input2",
            )
        return TensorType((*input1.shape[:-1], self.out_features))

    def weights(self, input1: TensorType, input2: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        shapes = {"weight": Weight((self.out_features, input1.shape[-1], input2.shape[-1]))}
        return {**shapes, "bias": Weight((self.out_features,))} if self.bias else shapes

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        assert inputs[0] is not None
        assert inputs[1] is not None
        return product(outputs[0].shape) * inputs[0].shape[-1] * inputs[1].shape[-1]

    def torch(self, code: Code, input1: Value, input2: Value) -> str:
        kinds = (input1.type, input2.type)
        sizes = [kind.shape[-1] for kind in kinds]
        options = self.options("out_features")
        module = self.construct(code, kinds, "nn.Bilinear", *sizes, self.out_features, **options)
        return f"{module}({input1}, {input2})"

    def onnx(self, op: Op, input1: Any, input2: Any) -> Any:
        y = op.Einsum(input1, op.weight("weight"), input2, equation="...i,oij,...j->...o")
        return op.Add(y, op.weight("bias")) if self.bias else y

    def summary(self) -> str:
        return f"{self.out_features}" if self.bias else f"{self.out_features}, no bias"

"""Regularization by noise: active in training only."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.fields import Probability
from graph.layer import Code, Layer, Op, Value, expect_float
from graph.tensor import TensorType


class Dropout(Layer):
    """Set random values to zero while training, and scale the rest up to keep the mean."""

    category = "Regularization"
    p: Annotated[Probability, Meta(description="probability of setting a value to zero")] = 0.5

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Dropout")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return f"{code.module('nn.Dropout', self.p)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        return x

    def summary(self) -> str:
        return f"p={self.p:g}"

"""Activation functions along an axis: scores to probabilities."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.layer import Code, Layer, Op, Value, check_axis, expect_float
from graph.tensor import TensorType


class _Softmax(Layer):
    category = "Activation"
    function: ClassVar[str]
    dim: Annotated[int, Meta(ge=-8, le=7, description="axis that sums to 1")] = -1

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_float(x, kind)
        check_axis(self.dim, x.rank, kind)
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call(self.function, x, dim=self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        return getattr(op, type(self).__name__)(x, axis=self.dim)


class Softmax(_Softmax):
    """Turn scores into probabilities that sum to 1 along an axis."""

    usual = True
    unit = "softmax"
    function = "F.softmax"
    keywords = ("multinoulli", "probabilities")


class Softmin(_Softmax):
    """Turn costs into probabilities that sum to 1 along an axis: the smallest cost gets the largest."""

    unit = "softmax"
    function = "F.softmin"
    keywords = ("probabilities",)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Softmax(op.Neg(x), axis=self.dim)


class LogSoftmax(_Softmax):
    """Turn scores into the logarithms of probabilities that sum to 1 along an axis."""

    unit = "log_softmax"
    function = "F.log_softmax"
    keywords = ("multinoulli", "log probabilities")

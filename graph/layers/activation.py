"""Activation functions: elementwise, except for softmax."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.layer import Code, Layer, Op, Value, check_axis, expect_float
from graph.tensor import TensorType


class _Elementwise(Layer):
    category = "Activation"
    function: ClassVar[str]
    operator: ClassVar[str]

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, type(self).__name__)
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call(self.function, x)

    def onnx(self, op: Op, x: Any) -> Any:
        return getattr(op, self.operator)(x)


class ReLU(_Elementwise):
    """Keep positive values, set negative ones to zero."""

    function, operator = "F.relu", "Relu"
    keywords = ("rectifier",)


class Sigmoid(_Elementwise):
    """Squash every value into 0 to 1."""

    function, operator = "torch.sigmoid", "Sigmoid"
    keywords = ("logistic",)


class Tanh(_Elementwise):
    """Squash every value into -1 to 1."""

    function, operator = "torch.tanh", "Tanh"
    keywords = ("hyperbolic tangent",)


class Softmax(Layer):
    """Turn scores into probabilities that sum to 1 along an axis."""

    category = "Activation"
    keywords = ("multinoulli", "probabilities")
    dim: Annotated[int, Meta(ge=-8, le=7, description="axis that sums to 1")] = -1

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "Softmax")
        check_axis(self.dim, x.rank, "Softmax")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.softmax", x, dim=self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Softmax(x, axis=self.dim)

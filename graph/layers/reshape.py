"""Layers that move values without changing them."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.dims import product
from graph.errors import ShapeError
from graph.fields import parameters_of
from graph.layer import Code, Layer, Op, Value, check_axis
from graph.tensor import TensorType

Axis = Annotated[int, Meta(ge=-8, le=7)]


class Flatten(Layer):
    """Merge a range of axes into one: from feature maps to a vector."""

    category = "Reshape"
    keywords = ("vector", "view", "ravel")
    typical = ("N,6,5,4",)
    start_dim: Annotated[Axis, Meta(description="first axis to merge; 0 is the batch")] = 1
    end_dim: Annotated[Axis, Meta(description="last axis to merge")] = -1

    def _range(self, x: TensorType) -> tuple[int, int]:
        start, end = check_axis(self.start_dim, x.rank, "Flatten"), check_axis(self.end_dim, x.rank, "Flatten")
        if start > end:
            raise ShapeError(f"Flatten has start_dim={self.start_dim} behind end_dim={self.end_dim}.", "x")
        return start, end

    def infer(self, x: TensorType) -> TensorType:
        start, end = self._range(x)
        return TensorType((*x.shape[:start], product(x.shape[start : end + 1]), *x.shape[end + 1 :]), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        options = {"end_dim": self.end_dim} if self.end_dim != -1 else {}
        return code.call("torch.flatten", x, self.start_dim, **options)

    def onnx(self, op: Op, x: Any) -> Any:
        start, end = self._range(op.inputs[0])
        if start == 1 and end == op.inputs[0].rank - 1:
            return op.Flatten(x, axis=1)
        behind = op.Shape(x, start=end + 1)
        return op.Reshape(x, op.Concat(op.constant([0] * start + [-1]), behind, axis=0))

    def summary(self) -> str:
        return "" if not parameters_of(self) else f"axes {self.start_dim} to {self.end_dim}"

"""Layers that put several tensors together: skip connections and branches."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.dims import total
from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, check_axis, expect_several
from graph.tensor import TensorType, format_shape


class Concat(Layer):
    """Join tensors end to end along an axis; all other sizes must agree."""

    usual = True
    category = "Merge"
    traits = frozenset({"skips"})
    keywords = ("concatenate", "cat", "join", "skip connection")
    typical = ("N,6,5", "N,6,5")
    dim: Annotated[int, Meta(ge=-8, le=7, description="axis along which they are joined; 1 is the channels")] = 1

    def infer(self, *x: TensorType) -> TensorType:
        expect_several(x, "Concat")
        axis = check_axis(self.dim, x[0].rank, "Concat", "x0")
        for index, other in enumerate(x[1:], 1):
            if other.rank != x[0].rank or any(
                a != b for at, (a, b) in enumerate(zip(x[0].shape, other.shape, strict=True)) if at != axis
            ):
                raise ShapeError(
                    f"Concat along axis {axis} cannot join {format_shape(x[0].shape)} and "
                    f"{format_shape(other.shape)}: all other sizes must be equal.",
                    f"x{index}",
                )
        shape = x[0].shape
        joined = total(other.shape[axis] for other in x)
        return TensorType((*shape[:axis], joined, *shape[axis + 1 :]), x[0].dtype)

    def torch(self, code: Code, *x: Value) -> str:
        return f"torch.cat([{', '.join(x)}], dim={self.dim})"

    def onnx(self, op: Op, *x: Any) -> Any:
        return op.Concat(*x, axis=self.dim)


class Stack(Layer):
    """Put tensors of one shape side by side along a new axis."""

    category = "Merge"
    keywords = ("join", "new axis")
    typical = ("N,6,5", "N,6,5")
    dim: Annotated[int, Meta(ge=-8, le=7, description="place of the new axis")] = 1

    def infer(self, *x: TensorType) -> TensorType:
        expect_several(x, "Stack")
        axis = check_axis(self.dim, x[0].rank + 1, "Stack", "x0")
        for index, other in enumerate(x):
            if other.shape != x[0].shape:
                raise ShapeError(
                    f"Stack joins tensors of one shape, got {format_shape(x[0].shape)} and "
                    f"{format_shape(other.shape)}.",
                    f"x{index}",
                )
        shape = x[0].shape
        return TensorType((*shape[:axis], len(x), *shape[axis:]), x[0].dtype)

    def torch(self, code: Code, *x: Value) -> str:
        return f"torch.stack([{', '.join(x)}], dim={self.dim})"

    def onnx(self, op: Op, *x: Any) -> Any:
        axis = self.dim % op.outputs[0].rank
        return op.Concat(*(op.Unsqueeze(value, op.constant([axis])) for value in x), axis=axis)

"""Layers that bring several tensors together: skip connections and branches."""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Any

from msgspec import Meta

from graph.dims import Dim
from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, broadcast, check_axis
from graph.tensor import TensorType, format_shape


def _expect_two(x: tuple[TensorType, ...], layer: str) -> None:
    if len(x) < 2:
        raise ShapeError(f"{layer} joins at least two tensors, got {len(x)}; connect another wire.", f"x{len(x)}")
    for index, other in enumerate(x):
        if other.dtype != x[0].dtype:
            raise ShapeError(f"{layer} expects one dtype, got {x[0].dtype} and {other.dtype}.", f"x{index}")


class Add(Layer):
    """Add tensors elementwise: how a skip connection joins the main path."""

    category = "Merge"
    keywords = ("sum", "residual", "skip connection", "plus")
    typical = ("N,6,5", "N,6,5", "N,6,5")

    def infer(self, *x: TensorType) -> TensorType:
        _expect_two(x, "Add")
        return TensorType(broadcast([t.shape for t in x], "Add"), x[0].dtype)

    def torch(self, code: Code, *x: Value) -> str:
        return " + ".join(x)

    def onnx(self, op: Op, *x: Any) -> Any:
        return reduce(op.Add, x)


class Concat(Layer):
    """Put tensors behind each other along an axis; all other sizes must agree."""

    category = "Merge"
    keywords = ("concatenate", "cat", "join", "skip connection")
    typical = ("N,6,5", "N,6,5")
    dim: Annotated[int, Meta(ge=-8, le=7, description="axis along which they are joined; 1 is the channels")] = 1

    def infer(self, *x: TensorType) -> TensorType:
        _expect_two(x, "Concat")
        axis = check_axis(self.dim, x[0].rank, "Concat", "x0")
        total: Dim = x[0].shape[axis]
        for index, other in enumerate(x[1:], 1):
            if other.rank != x[0].rank or any(
                a != b for at, (a, b) in enumerate(zip(x[0].shape, other.shape, strict=True)) if at != axis
            ):
                raise ShapeError(
                    f"Concat along axis {axis} cannot join {format_shape(x[0].shape)} and "
                    f"{format_shape(other.shape)}: all other sizes must be equal.",
                    f"x{index}",
                )
            total = total + other.shape[axis]
        shape = x[0].shape
        return TensorType((*shape[:axis], total, *shape[axis + 1 :]), x[0].dtype)

    def torch(self, code: Code, *x: Value) -> str:
        return f"torch.cat([{', '.join(x)}], dim={self.dim})"

    def onnx(self, op: Op, *x: Any) -> Any:
        return op.Concat(*x, axis=self.dim)

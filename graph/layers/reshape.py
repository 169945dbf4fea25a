"""Layers that read the same values in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import parameters_of
from graph.layer import Code, Layer, Op, Value, check_axis, remains
from graph.layers.parts.reduction import Axis
from graph.tensor import TensorType, format_shape

Sizes = Annotated[tuple[Annotated[int, Meta(ge=-1, le=2**31 - 1)], ...], Meta(min_length=1, max_length=7)]


def _check_sizes(sizes: Sequence[int], name: str) -> None:
    if any(size == 0 for size in sizes):
        raise ValueError(f"{name}={tuple(sizes)} has a size of 0; use sizes >= 1, or -1 for what is left")
    if sum(size < 0 for size in sizes) > 1:
        raise ValueError(f"{name}={tuple(sizes)} has -1 more than once; only one size can follow from the others")


def _solve(total: Dim, sizes: Sequence[int], layer: str, source: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """The sizes with -1 put in figures.

    Raises:
        ShapeError: they do not hold ``total`` values.
    """
    known = product(size for size in sizes if size != -1)
    rest: Dim = 1
    if -1 in sizes:
        rest = total if known == 1 else total // known
    if remains(total - known * rest):
        raise ShapeError(
            f"{layer} cannot read {total} values of {format_shape(source)} as {' x '.join(str(s) for s in sizes)}; "
            "the product of the sizes must be the same.",
            "x",
        )
    return tuple(rest if size == -1 else size for size in sizes)


class Flatten(Layer):
    """Merge a range of axes into one: from feature maps to a vector."""

    usual = True
    category = "Reshape"
    traits = frozenset({"reshapes", "gathers", "rearranges"})
    keywords = ("vector", "view", "ravel")
    typical = ("N,6,5,4",)
    start_dim: Annotated[Axis, Meta(description="first axis to merge; 0 is the batch")] = 1
    end_dim: Annotated[Axis, Meta(description="last axis to merge")] = -1

    def _range(self, x: TensorType) -> tuple[int, int]:
        start, end = check_axis(self.start_dim, x.rank, "Flatten"), check_axis(self.end_dim, x.rank, "Flatten")
        if start > end:
            raise ShapeError(f"Flatten has start_dim={self.start_dim} after end_dim={self.end_dim}.", "x")
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


class Unflatten(Layer):
    """Split one axis into several: from a vector to feature maps."""

    category = "Reshape"
    traits = frozenset({"reshapes"})
    keywords = ("view", "split axis")
    typical = ("N,12,5",)
    dim: Annotated[Axis, Meta(description="axis to split")] = 1
    unflattened_size: Annotated[Sizes, Meta(description="its new sizes; -1: what is left")] = (2, -1)

    def check(self) -> None:
        _check_sizes(self.unflattened_size, "unflattened_size")

    def infer(self, x: TensorType) -> TensorType:
        axis = check_axis(self.dim, x.rank, "Unflatten")
        sizes = _solve(x.shape[axis], self.unflattened_size, "Unflatten", x.shape)
        return TensorType((*x.shape[:axis], *sizes, *x.shape[axis + 1 :]), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return code.call("torch.unflatten", x, self.dim, self.unflattened_size)

    def onnx(self, op: Op, x: Any) -> Any:
        axis = self.dim % op.inputs[0].rank
        parts = [op.constant(list(self.unflattened_size))]
        before = [op.Shape(x, start=0, end=axis)] if axis else []
        behind = [op.Shape(x, start=axis + 1)] if axis + 1 < op.inputs[0].rank else []
        return op.Reshape(x, op.Concat(*before, *parts, *behind, axis=0))

    def summary(self) -> str:
        return f"axis {self.dim} to {' x '.join(str(size) for size in self.unflattened_size)}"


class Reshape(Layer):
    """Read the values of every sample in another shape; the batch stays."""

    category = "Reshape"
    traits = frozenset({"reshapes", "rearranges"})
    keywords = ("view",)
    typical = ("N,6,10",)
    shape: Annotated[Sizes, Meta(description="new sizes without the batch; -1: what is left")] = (-1,)

    def check(self) -> None:
        _check_sizes(self.shape, "shape")

    def infer(self, x: TensorType) -> TensorType:
        if x.rank < 1:
            raise ShapeError("Reshape expects a batch of values, got a single number.", "x")
        sizes = _solve(product(x.shape[1:]), self.shape, "Reshape", x.shape)
        return TensorType((x.shape[0], *sizes), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return code.call(f"{x}.reshape", Value(f"{x}.shape[0]", x.type), *self.shape)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Reshape(x, op.constant([0, *self.shape]))

    def summary(self) -> str:
        return " x ".join(str(size) for size in self.shape)

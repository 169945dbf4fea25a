"""Adaptive pooling: windows are as large as the wanted output needs."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.dims import Dim
from graph.errors import ShapeError
from graph.fields import Size, tuple_of
from graph.layer import Code, Layer, Op, Value, expect_float, expect_rank
from graph.layers.parts.windows import LAYOUT, times
from graph.tensor import TensorType


class _AdaptivePool(Layer):
    category = "Pooling"
    traits = frozenset({"pools", "gathers", "rearranges"})
    rank: ClassVar[int]
    function: ClassVar[str]
    everywhere: ClassVar[str]
    keywords = ("global", "downsample")
    output_size: Annotated[Size, Meta(description="extent of the result; 1: one value for each channel")] = 1

    def _sizes(self) -> tuple[int, ...]:
        return tuple_of(self.output_size, self.rank)

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        return TensorType((*x.shape[:2], *self._sizes()))

    def torch(self, code: Code, x: Value) -> str:
        return code.call(f"F.{self.function}{self.rank}d", x, self.output_size)

    def onnx(self, op: Op, x: Any) -> Any:
        sizes, extents = self._sizes(), op.inputs[0].shape[2:]
        if set(sizes) == {1}:
            return getattr(op, self.everywhere)(x)
        for axis, (extent, size) in enumerate(zip(extents, sizes, strict=True), 2):
            if extent != size:
                x = self._along(op, x, axis, self._windows(extent, size))
        return x

    def _windows(self, extent: Dim, size: int) -> list[tuple[int, int]]:
        """Start and end of each window on an axis; windows may overlap.

        Source: ``adaptive_avg_pool2d`` of PyTorch.
        """
        if not isinstance(extent, int):
            raise ShapeError(
                f"{type(self).__name__} with output_size={self.output_size} has an ONNX form for fixed sizes only, "
                f"got {extent}; use output_size=1 or give the Input a fixed size."
            )
        return [(index * extent // size, -(-(index + 1) * extent // size)) for index in range(size)]

    def _along(self, op: Op, x: Any, axis: int, windows: list[tuple[int, int]]) -> Any:
        raise NotImplementedError

    def summary(self) -> str:
        return f"to {times(self.output_size, self.rank)}"


class _AdaptiveAvgPool(_AdaptivePool):
    function, everywhere = "adaptive_avg_pool", "GlobalAveragePool"

    def _along(self, op: Op, x: Any, axis: int, windows: list[tuple[int, int]]) -> Any:
        """The means of windows are a matrix product: the axis goes last and back again."""
        last = self.rank + 1
        extent = windows[-1][1]
        shares = [[1 / (end - start) * (start <= at < end) for start, end in windows] for at in range(extent)]
        order = list(range(last + 1))
        order[axis], order[last] = last, axis
        matrix = op.constant(shares, "float32")
        if axis == last:
            return op.MatMul(x, matrix)
        return op.Transpose(op.MatMul(op.Transpose(x, perm=order), matrix), perm=order)


class _AdaptiveMaxPool(_AdaptivePool):
    function, everywhere = "adaptive_max_pool", "GlobalMaxPool"

    def _along(self, op: Op, x: Any, axis: int, windows: list[tuple[int, int]]) -> Any:
        at = op.constant([axis])
        parts = [op.Slice(x, op.constant([start]), op.constant([end]), at) for start, end in windows]
        return op.Concat(*(op.ReduceMax(part, at, keepdims=1) for part in parts), axis=axis)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Take means of a sequence, over windows that give the wanted length."""

    rank = 1
    typical = ("N,6,12",)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Take means of an image, over windows that give the wanted size; 1 is global average pooling."""

    rank = 2
    typical = ("N,6,12,11",)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Take means of a volume, over windows that give the wanted size."""

    rank = 3
    typical = ("N,6,7,8,6",)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Keep the largest values of a sequence, over windows that give the wanted length."""

    rank = 1
    typical = ("N,6,12",)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Keep the largest values of an image, over windows that give the wanted size; 1 is global max pooling."""

    rank = 2
    typical = ("N,6,12,11",)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Keep the largest values of a volume, over windows that give the wanted size."""

    rank = 3
    typical = ("N,6,7,8,6",)

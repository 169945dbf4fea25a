"""Adaptive pooling: windows are as large as the wanted output needs."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, NamedTuple

from msgspec import Meta

from graph.fields import Size, tuple_of
from graph.layer import Code, Layer, Op, Value, expect_float, expect_rank
from graph.layers.parts.windows import LAYOUT, times
from graph.tensor import TensorType

_FLOAT32 = 1


def _windows(extent: int, size: int) -> list[tuple[int, int]]:
    """Start and end of each window on an axis; windows may overlap.

    Source: ``adaptive_avg_pool2d`` of PyTorch.
    """
    return [(index * extent // size, -(-(index + 1) * extent // size)) for index in range(size)]


class _Bounds(NamedTuple):
    """Extent of an axis of a named size, and the start and end of each window on it, as ONNX values."""

    extent: Any
    starts: Any
    ends: Any


def _bounds(op: Op, x: Any, axis: int, size: int) -> _Bounds:
    extent = op.Shape(x, start=axis, end=axis + 1)
    parts, whole = op.constant(list(range(size + 1))), op.constant(size)
    edges = op.Mul(parts, extent)
    starts = op.Div(op.Slice(edges, op.constant([0]), op.constant([size])), whole)
    above = op.Add(op.Slice(edges, op.constant([1]), op.constant([size + 1])), op.constant(size - 1))
    return _Bounds(extent, starts, op.Div(above, whole))


def _count(op: Op, length: Any) -> Any:
    """0, 1, 2, ... below a length of the shape (1,)."""
    return op.Range(op.constant(0), op.Squeeze(length, op.constant([0])), op.constant(1))


class _AdaptivePool(Layer):
    category = "Pooling"
    traits = frozenset({"pools", "gathers", "rearranges"})
    rank: ClassVar[int]
    function: ClassVar[str]
    everywhere: ClassVar[str]
    keywords: ClassVar[tuple[str, ...]] = ("global", "downsample")
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
            if isinstance(extent, int) and extent != size:
                x = self._along(op, x, axis, _windows(extent, size))
            elif not isinstance(extent, int):
                x = self._along_any(op, x, axis, _bounds(op, x, axis, size))
        return x

    def _along(self, op: Op, x: Any, axis: int, windows: list[tuple[int, int]]) -> Any:
        """Pool an axis of a fixed size."""
        raise NotImplementedError

    def _along_any(self, op: Op, x: Any, axis: int, bounds: _Bounds) -> Any:
        """Pool an axis of a named size: the windows are found when the model runs."""
        raise NotImplementedError

    def summary(self) -> str:
        return f"to {times(self.output_size, self.rank)}"


class _AdaptiveAvgPool(_AdaptivePool):
    function, everywhere = "adaptive_avg_pool", "GlobalAveragePool"
    keywords = ("global average pooling", "downsample", "mean")

    def _along(self, op: Op, x: Any, axis: int, windows: list[tuple[int, int]]) -> Any:
        extent = windows[-1][1]
        shares = [[1 / (end - start) * (start <= at < end) for start, end in windows] for at in range(extent)]
        return self._weighed(op, x, axis, op.constant(shares, "float32"))

    def _along_any(self, op: Op, x: Any, axis: int, bounds: _Bounds) -> Any:
        at = op.Unsqueeze(_count(op, bounds.extent), op.constant([1]))
        inside = op.And(op.GreaterOrEqual(at, bounds.starts), op.Less(at, bounds.ends))
        width = op.Cast(op.Sub(bounds.ends, bounds.starts), to=_FLOAT32)
        return self._weighed(op, x, axis, op.Div(op.Cast(inside, to=_FLOAT32), width))

    def _weighed(self, op: Op, x: Any, axis: int, matrix: Any) -> Any:
        """The means of windows are a matrix product: the axis goes last and back again."""
        last = self.rank + 1
        order = list(range(last + 1))
        order[axis], order[last] = last, axis
        if axis == last:
            return op.MatMul(x, matrix)
        return op.Transpose(op.MatMul(op.Transpose(x, perm=order), matrix), perm=order)


class _AdaptiveMaxPool(_AdaptivePool):
    function, everywhere = "adaptive_max_pool", "GlobalMaxPool"

    def _along(self, op: Op, x: Any, axis: int, windows: list[tuple[int, int]]) -> Any:
        at = op.constant([axis])
        parts = [op.Slice(x, op.constant([start]), op.constant([end]), at) for start, end in windows]
        return op.Concat(*(op.ReduceMax(part, at, keepdims=1) for part in parts), axis=axis)

    def _along_any(self, op: Op, x: Any, axis: int, bounds: _Bounds) -> Any:
        """Each window as a row of its own, the last value of a short one again and again."""
        longest = op.ReduceMax(op.Sub(bounds.ends, bounds.starts), keepdims=1)
        new = op.constant([1])
        at = op.Add(op.Unsqueeze(bounds.starts, new), _count(op, longest))
        last = op.Unsqueeze(op.Sub(bounds.ends, op.constant(1)), new)
        return op.ReduceMax(op.Gather(x, op.Min(at, last), axis=axis), op.constant([axis + 1]), keepdims=0)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Take means of a sequence, over windows that give the wanted length."""

    rank = 1
    typical = ("N,6,12",)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Take means of an image, over windows that give the wanted size; 1 is global average pooling."""

    usual = True
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

"""Pooling: one value for each window."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any

from msgspec import Meta

from graph.errors import ShapeError
from graph.fields import Size
from graph.layer import Code, Op, Value
from graph.layers.parts.pooling import PaddedPool, Pool
from graph.tensor import TensorType


class _MaxPool(PaddedPool):
    function = "max_pool"
    keywords = ("downsample", "subsampling")
    dilation: Annotated[Size, Meta(description="steps between two values under the window")] = 1
    ceil_mode: Annotated[bool, Meta(description="keep a last window that hangs over the edge")] = False
    return_indices: Annotated[bool, Meta(description="tell as well where each value was, for MaxUnpool")] = False

    def output_names(self) -> tuple[str, ...]:
        return ("out", "indices") if self.return_indices else ("out",)

    def infer(self, x: TensorType) -> TensorType | tuple[TensorType, ...]:  # type: ignore[override]
        result = super().infer(x)
        return (result, TensorType(result.shape, "int64")) if self.return_indices else result

    def onnx(self, op: Op, x: Any) -> Any:
        attributes = self.attributes(op)
        given = x
        pads, kernel = attributes["pads"], attributes["kernel_shape"]
        before, after = pads[: self.rank], pads[self.rank :]
        if any(pad >= size for pad, size in zip(after, kernel, strict=True)):
            # onnxruntime pads by less than the kernel: what hangs over further is padded in front of it.
            overhang = [a - b for a, b in zip(after, before, strict=True)]
            around = op.constant([0] * (self.rank + 4) + overhang)
            x = op.Pad(x, around, op.constant(float("-inf"), "float32"))
            attributes["pads"] = before * 2
        if not self.return_indices:
            return op.MaxPool(x, **attributes)
        values, places = op.MaxPool(x, num_outputs=2, **attributes)
        return values, self._in_channel(op, places, given, x)

    def _in_channel(self, op: Op, places: Any, given: Any, padded: Any) -> Any:
        """Places counted through each channel as PyTorch does, from those counted through all of what was padded."""
        total, rest = None, places
        for axis in reversed(range(2, self.rank + 2)):  # the last axis runs fastest
            extent = op.Shape(padded, start=axis, end=axis + 1)
            behind = op.ReduceProd(op.Shape(given, start=axis + 1), keepdims=1) if axis < self.rank + 1 else None
            at = op.Mod(rest, extent)
            part = at if behind is None else op.Mul(at, behind)
            total = part if total is None else op.Add(total, part)
            rest = op.Div(rest, extent)
        return total


class _AvgPool(PaddedPool):
    traits = frozenset({"pools", "averages"})
    function = "avg_pool"
    keywords = ("downsample", "subsampling", "mean")
    ceil_mode: Annotated[bool, Meta(description="keep a last window that hangs over the edge")] = False
    count_include_pad: Annotated[bool, Meta(description="count the padding in the mean")] = True

    def onnx(self, op: Op, x: Any) -> Any:
        attributes = self.attributes(op)
        before, after = attributes["pads"][: self.rank], attributes["pads"][self.rank :]
        if not self.count_include_pad or before == after:
            return op.AveragePool(x, count_include_pad=int(self.count_include_pad), **attributes)
        padding = [0, 0, *before]
        overhang = [a - b for a, b in zip(after, before, strict=True)]
        attributes["pads"] = [0] * self.rank + overhang
        return op.AveragePool(op.Pad(x, op.constant(padding * 2)), count_include_pad=0, **attributes)


class MaxPool1d(_MaxPool):
    """Keep the largest value of each window of a sequence."""

    rank = 1
    typical = ("N,6,12",)


class MaxPool2d(_MaxPool):
    """Keep the largest value of each window of an image."""

    usual = True
    rank = 2
    typical = ("N,6,12,11",)


class MaxPool3d(_MaxPool):
    """Keep the largest value of each window of a volume."""

    rank = 3
    typical = ("N,6,7,8,6",)


class AvgPool1d(_AvgPool):
    """Take the mean of each window of a sequence."""

    rank = 1
    typical = ("N,6,12",)


class AvgPool2d(_AvgPool):
    """Take the mean of each window of an image."""

    rank = 2
    typical = ("N,6,12,11",)


class AvgPool3d(_AvgPool):
    """Take the mean of each window of a volume."""

    rank = 3
    typical = ("N,6,7,8,6",)

    def infer(self, x: TensorType) -> TensorType:
        result = super().infer(x)
        for size, kernel in zip(x.shape[2:], self._each(self.kernel_size), strict=True):
            if isinstance(size, int) and size < kernel:  # PyTorch refuses it, whatever the padding
                raise ShapeError(f"AvgPool3d has a window of {kernel} on an axis of {size}; use a smaller one.", "x")
        return result


class _LPPool(Pool):
    keywords = ("power average", "norm", "downsample")
    norm_type: Annotated[
        float, Meta(ge=1.0, le=10.0, description="the power p: 1 adds up, much larger keeps the largest")
    ] = 2.0

    def torch(self, code: Code, x: Value) -> str:
        kernel, stride, _, _ = self.sizes()
        sizes = {"kernel_size": kernel, "stride": stride} if stride != kernel else {"kernel_size": kernel}
        # A sequence's window is a plain number there.
        given = {name: size[0] if self.rank == 1 else size for name, size in sizes.items()}
        return code.call(f"F.lp_pool{self.rank}d", x, self.norm_type, **given)

    def onnx(self, op: Op, x: Any) -> Any:
        attributes = self.attributes(op)
        count = float(prod(attributes["kernel_shape"]))
        power = op.constant(self.norm_type, "float32")
        mean = op.AveragePool(op.Pow(x, power), count_include_pad=1, **attributes)
        total = op.Mul(mean, op.constant(count, "float32"))
        return op.Pow(total, op.constant(1.0 / self.norm_type, "float32"))

    def summary(self) -> str:
        return f"{super().summary()}, p={self.norm_type:g}"


class LPPool1d(_LPPool):
    """Take the p-norm of each window of a sequence: the p-th root of the sum of p-th powers."""

    rank = 1
    typical = ("N,6,12",)


class LPPool2d(_LPPool):
    """Take the p-norm of each window of an image: the p-th root of the sum of p-th powers."""

    rank = 2
    typical = ("N,6,12,11",)


class LPPool3d(_LPPool):
    """Take the p-norm of each window of a volume: the p-th root of the sum of p-th powers."""

    rank = 3
    typical = ("N,6,7,8,6",)

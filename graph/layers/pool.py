"""Pooling: one value for each window."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.errors import ShapeError
from graph.fields import Padding, Size, parameters_of, tuple_of
from graph.layer import Code, Layer, Op, Value, Window, expect_float, expect_rank, known
from graph.layers.parts.windows import LAYOUT, Axis, axes, slide, times
from graph.tensor import TensorType


class _Pool(Layer):
    category = "Pooling"
    traits = frozenset({"pools"})
    rank: ClassVar[int]
    function: ClassVar[str]
    kernel_size: Annotated[Size, Meta(description="extent of the window")] = 2
    stride: Annotated[Union[Size, None], Meta(description="steps between two windows; nothing: the kernel size")] = None
    padding: Annotated[Padding, Meta(description="values added on every side")] = 0

    def __post_init__(self) -> None:
        for pad, kernel in zip(self._each(self.padding), self._each(self.kernel_size), strict=False):
            if known(pad, kernel) and pad > kernel // 2:
                raise ValueError(f"padding={pad} must be at most half of kernel_size={kernel}")

    def _each(self, value: Any) -> tuple[int, ...]:
        return tuple_of(value, self.rank)

    def _sizes(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Kernel, stride, padding and dilation, each axis by axis."""
        kernel = self._each(self.kernel_size)
        stride = kernel if self.stride is None else self._each(self.stride)
        return kernel, stride, self._each(self.padding), self._each(getattr(self, "dilation", 1))

    def window(self) -> Window:
        kernel, stride, _, dilation = self._sizes()
        return Window(kernel, stride, dilation)

    @cached_property
    def _window(self) -> tuple[Axis, ...]:
        kernel, stride, padding, dilation = self._sizes()
        return axes(kernel, stride, tuple(2 * p for p in padding), dilation)

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        places = slide(kind, x.shape[2:], self._window, getattr(self, "ceil_mode", False))
        return TensorType((*x.shape[:2], *places))

    def torch(self, code: Code, x: Value) -> str:
        options = {name: value for name, value in parameters_of(self).items() if name != "kernel_size"}
        return code.call(f"F.{self.function}{self.rank}d", x, self.kernel_size, **options)

    def _attributes(self, op: Op) -> dict[str, Any]:
        """ONNX attributes; with ceil_mode and a fixed size, the last window's overhang is written as padding.

        ONNX before opset 22 counts windows that start in the padding on the right, PyTorch does not.
        """
        kernel, stride, padding, dilation = self._sizes()
        assert op.inputs[0] is not None
        extents, places = op.inputs[0].shape[2:], op.outputs[0].shape[2:]
        ceil = bool(getattr(self, "ceil_mode", False))
        after = list(padding)
        if ceil and all(isinstance(size, int) for size in extents):
            rows = zip(extents, places, kernel, stride, padding, dilation, strict=True)
            after = [p + max(0, (n - 1) * s + d * (k - 1) + 1 - int(size) - 2 * p) for size, n, k, s, p, d in rows]
            ceil = False
        attributes = {"kernel_shape": list(kernel), "strides": list(stride), "dilations": list(dilation)}
        return {**attributes, "pads": [*padding, *after], "ceil_mode": int(ceil)}

    def summary(self) -> str:
        text = times(self.kernel_size, self.rank)
        text += f", stride {times(self.stride, self.rank)}" if self.stride not in (None, self.kernel_size) else ""
        return text + (f", pad {times(self.padding, self.rank)}" if self.padding != 0 else "")


class _MaxPool(_Pool):
    function = "max_pool"
    keywords = ("downsample", "subsampling")
    dilation: Annotated[Size, Meta(description="steps between two values under the window")] = 1
    ceil_mode: Annotated[bool, Meta(description="keep a last window that hangs over the edge")] = False

    def onnx(self, op: Op, x: Any) -> Any:
        attributes = self._attributes(op)
        pads, kernel = attributes["pads"], attributes["kernel_shape"]
        before, after = pads[: self.rank], pads[self.rank :]
        if any(pad >= size for pad, size in zip(after, kernel, strict=True)):
            # onnxruntime pads by less than the kernel: what hangs over further is padded in front of it.
            overhang = [a - b for a, b in zip(after, before, strict=True)]
            around = op.constant([0] * (self.rank + 4) + overhang)
            x = op.Pad(x, around, op.constant(float("-inf"), "float32"))
            attributes["pads"] = before * 2
        return op.MaxPool(x, **attributes)


class _AvgPool(_Pool):
    traits = frozenset({"pools", "averages"})
    function = "avg_pool"
    keywords = ("downsample", "subsampling", "mean")
    ceil_mode: Annotated[bool, Meta(description="keep a last window that hangs over the edge")] = False
    count_include_pad: Annotated[bool, Meta(description="count the padding in the mean")] = True

    def onnx(self, op: Op, x: Any) -> Any:
        attributes = self._attributes(op)
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

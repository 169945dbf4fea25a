"""Pooling: one value for each window."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.fields import Padding, Size, parameters_of, tuple_of
from graph.layer import Code, Layer, Op, Value, expect_float, expect_rank
from graph.layers.windows import LAYOUT, slide, times
from graph.tensor import TensorType


class _Pool(Layer):
    category = "Pooling"
    rank: ClassVar[int]
    function: ClassVar[str]
    kernel_size: Annotated[Size, Meta(description="extent of the window")] = 2
    stride: Annotated[Union[Size, None], Meta(description="steps between two windows; nothing: the kernel size")] = None
    padding: Annotated[Padding, Meta(description="values added on every side")] = 0

    def __post_init__(self) -> None:
        for pad, kernel in zip(self._each(self.padding), self._each(self.kernel_size), strict=False):
            if pad > kernel // 2:
                raise ValueError(f"padding={pad} must be at most half of kernel_size={kernel}")

    def _each(self, value: Any) -> tuple[int, ...]:
        return tuple_of(value, self.rank)

    def _window(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Kernel, stride, padding and dilation, each axis by axis."""
        kernel = self._each(self.kernel_size)
        stride = kernel if self.stride is None else self._each(self.stride)
        return kernel, stride, self._each(self.padding), self._each(getattr(self, "dilation", 1))

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        kernel, stride, padding, dilation = self._window()
        pads = tuple(2 * p for p in padding)
        places = slide(kind, x.shape[2:], kernel, stride, pads, dilation, getattr(self, "ceil_mode", False))
        return TensorType((*x.shape[:2], *places))

    def torch(self, code: Code, x: Value) -> str:
        options = {name: value for name, value in parameters_of(self).items() if name != "kernel_size"}
        return code.call(f"F.{self.function}{self.rank}d", x, self.kernel_size, **options)

    def _attributes(self) -> dict[str, Any]:
        kernel, stride, padding, dilation = self._window()
        attributes = {"kernel_shape": list(kernel), "strides": list(stride), "pads": list(padding) * 2}
        return {**attributes, "dilations": list(dilation), "ceil_mode": int(getattr(self, "ceil_mode", False))}

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
        return op.MaxPool(x, **self._attributes())


class _AvgPool(_Pool):
    function = "avg_pool"
    keywords = ("downsample", "subsampling", "mean")
    ceil_mode: Annotated[bool, Meta(description="keep a last window that hangs over the edge")] = False
    count_include_pad: Annotated[bool, Meta(description="count the padding in the mean")] = True

    def onnx(self, op: Op, x: Any) -> Any:
        return op.AveragePool(x, count_include_pad=int(self.count_include_pad), **self._attributes())


class MaxPool2d(_MaxPool):
    """Keep the largest value of each window of an image."""

    rank = 2


class AvgPool2d(_AvgPool):
    """Take the mean of each window of an image."""

    rank = 2

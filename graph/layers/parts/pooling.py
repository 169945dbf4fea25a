"""What pooling layers share: the window, and its ONNX attributes."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.dims import Dim
from graph.fields import Padding, Size, parameters_of, tuple_of
from graph.layer import Code, Layer, Op, Value, Window, expect_float, expect_rank
from graph.layers.parts.windows import LAYOUT, Axis, axes, slide, times
from graph.tensor import TensorType


class Pool(Layer):
    """Base of what makes one value of each window."""

    category = "Pooling"
    traits = frozenset({"pools"})
    rank: ClassVar[int]
    function: ClassVar[str]
    kernel_size: Annotated[Size, Meta(description="extent of the window")] = 2
    stride: Annotated[Union[Size, None], Meta(description="steps between two windows; nothing: the kernel size")] = None

    def _each(self, value: Any) -> tuple[int, ...]:
        return tuple_of(value, self.rank)

    def sizes(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Kernel, stride, padding and dilation, each axis by axis."""
        kernel = self._each(self.kernel_size)
        stride = kernel if self.stride is None else self._each(self.stride)
        return kernel, stride, self._each(getattr(self, "padding", 0)), self._each(getattr(self, "dilation", 1))

    def window(self) -> Window:
        kernel, stride, _, dilation = self.sizes()
        return Window(kernel, stride, dilation)

    @cached_property
    def _window(self) -> tuple[Axis, ...]:
        kernel, stride, padding, dilation = self.sizes()
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

    def attributes(self, op: Op) -> dict[str, Any]:
        """ONNX attributes; with ceil_mode, the last window's overhang is written as padding.

        ONNX before opset 22 counts windows that start in the padding on the right, PyTorch does not.
        """
        kernel, stride, padding, dilation = self.sizes()
        assert op.inputs[0] is not None
        extents, places = op.inputs[0].shape[2:], op.outputs[0].shape[2:]
        ceil = bool(getattr(self, "ceil_mode", False))
        after = list(padding)
        if ceil:
            rows = zip(extents, places, kernel, stride, padding, dilation, strict=True)
            after = [_behind(size, n, d * (k - 1) + 1, s, p) for size, n, k, s, p, d in rows]
        attributes = {"kernel_shape": list(kernel), "strides": list(stride), "dilations": list(dilation)}
        return {**attributes, "pads": [*padding, *after]}

    def summary(self) -> str:
        text = times(self.kernel_size, self.rank)
        return text + (
            f", stride {times(self.stride, self.rank)}" if self.stride not in (None, self.kernel_size) else ""
        )


def _behind(size: Dim, places: Dim, reach: int, stride: int, padding: int) -> int:
    """The padding at the end with which a window takes as many places as with ceil_mode; of any named size."""
    if isinstance(size, int) and isinstance(places, int):
        return padding + max(0, (places - 1) * stride + reach - size - 2 * padding)
    return min(reach - 1, padding + stride - 1)


class PaddedPool(Pool):
    """Base of what may look beyond the edges."""

    padding: Annotated[Padding, Meta(description="values added on every side")] = 0

    def check(self) -> None:
        for pad, kernel in zip(self._each(self.padding), self._each(self.kernel_size), strict=False):
            if pad > kernel // 2:
                raise ValueError(f"padding={pad} must be at most half of kernel_size={kernel}")

    def summary(self) -> str:
        return super().summary() + (f", pad {times(self.padding, self.rank)}" if self.padding != 0 else "")

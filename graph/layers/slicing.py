"""Layers that take parts of a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Union

from msgspec import Meta

from graph.dims import Dim, is_negative
from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Layer, Op, Value, check_axis, known, remains
from graph.layers.parts.reduction import Axis
from graph.tensor import BATCH, TensorType, format_shape

Index = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
END = 2**63 - 1


def _at(axis: int, index: str) -> str:
    """The text of an index at one axis: ``[:, :, 3]``."""
    return "[" + ":, " * axis + index + "]"


class Slice(Layer):
    """Keep a range of an axis, as Python's ``start:end:step``."""

    category = "Reshape"
    keywords = ("range", "narrow", "crop", "part")
    typical = ("N,T,6",)
    dim: Annotated[Axis, Meta(description="axis to cut")] = 1
    start: Annotated[Index, Meta(description="first index that is kept; negative: from the end")] = 0
    end: Annotated[
        Union[Index, None], Meta(description="first index after it; negative: from the end; nothing: the end")
    ] = None
    step: Annotated[Positive, Meta(description="keep every step-th value")] = 1

    def infer(self, x: TensorType) -> TensorType:
        axis = check_axis(self.dim, x.rank, "Slice")
        length = self._length(x.shape[axis])
        if isinstance(length, int) and length < 1:
            raise ShapeError(
                f"Slice {self.summary()} keeps nothing of axis {axis} of {format_shape(x.shape)}; widen the range.", "x"
            )
        return TensorType((*x.shape[:axis], length, *x.shape[axis + 1 :]), x.dtype)

    def _length(self, size: Dim) -> Dim:
        """How many values are kept; of a named size, which is taken to reach ``start`` and ``end``."""
        if isinstance(size, int) and known(self.start, self.end or 0, self.step):
            return len(range(*slice(self.start, self.end, self.step).indices(size)))
        from_end = self.end is None or is_negative(self.end)
        if is_negative(self.start) and not from_end:
            raise ShapeError(f"Slice {self.summary()} needs a fixed size on its axis, got {size}.", "x")
        first = size + self.start if is_negative(self.start) else self.start
        last: Dim = size if self.end is None else size + self.end if from_end else self.end
        return last - first if self.step == 1 else (last - first + (self.step - 1)) // self.step

    def _range(self, text: Callable[[Any], str] = str) -> str:
        start = "" if self.start == 0 else text(self.start)
        bounds = f"{start}:{'' if self.end is None else text(self.end)}"
        return bounds if self.step == 1 else f"{bounds}:{text(self.step)}"

    def torch(self, code: Code, x: Value) -> str:
        return x + _at(self.dim % x.type.rank, self._range(code.text))

    def onnx(self, op: Op, x: Any) -> Any:
        ends = END if self.end is None else self.end
        bounds = [[self.start], [ends], [self.dim % op.inputs[0].rank], [self.step]]
        return op.Slice(x, *(op.constant(bound) for bound in bounds))

    def summary(self) -> str:
        return f"{self._range()} of axis {self.dim}"


class Select(Layer):
    """Keep one index of an axis and drop the axis: the last time step, say."""

    category = "Reshape"
    keywords = ("index", "last", "first", "pick")
    typical = ("N,T,6",)
    dim: Annotated[Axis, Meta(description="axis that is dropped")] = 1
    index: Annotated[Index, Meta(description="index that is kept; negative: from the end")] = -1

    def infer(self, x: TensorType) -> TensorType:
        axis = check_axis(self.dim, x.rank, "Select")
        size = x.shape[axis]
        if known(size, self.index) and not -size <= self.index < size:
            raise ShapeError(
                f"Select takes index {self.index} of axis {axis} of {format_shape(x.shape)}: use {-size} to "
                f"{size - 1}.",
                "x",
            )
        if size == BATCH and self.index not in (0, -1):
            raise ShapeError(f"Select takes index {self.index} of the batch, which may be smaller; use 0 or -1.", "x")
        return TensorType((*x.shape[:axis], *x.shape[axis + 1 :]), x.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return x + _at(self.dim % x.type.rank, code.text(self.index))

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Gather(x, op.constant(self.index), axis=self.dim % op.inputs[0].rank)

    def summary(self) -> str:
        return f"{self.index} of axis {self.dim}"


class Split(Layer):
    """Cut a tensor along an axis into several, each an output of its own."""

    category = "Reshape"
    keywords = ("chunk", "parts", "branches")
    typical = ("N,6,5",)
    dim: Annotated[Axis, Meta(description="axis to cut")] = 1
    sections: Annotated[int, Meta(ge=2, le=64, description="number of equal parts")] = 2
    sizes: Annotated[
        tuple[Positive, ...], Meta(max_length=64, description="sizes of the parts, where they are not equal")
    ] = ()

    def check(self) -> None:
        if len(self.sizes) == 1:
            raise ValueError("sizes needs at least two parts")

    def output_names(self) -> tuple[str, ...]:
        return tuple(f"part{index}" for index in range(len(self.sizes) or self.sections))

    def infer(self, x: TensorType) -> tuple[TensorType, ...]:
        axis = check_axis(self.dim, x.rank, "Split")
        size = x.shape[axis]
        parts: tuple[Dim, ...] = self.sizes or (size // self.sections,) * len(range(self.sections))
        if remains(size - sum(parts)):
            what = f"parts of {', '.join(map(str, self.sizes))}" if self.sizes else f"{self.sections} equal parts"
            raise ShapeError(
                f"Split cannot cut axis {axis} of {format_shape(x.shape)}, {size}, into {what}; "
                "their sum must be its size.",
                "x",
            )
        return tuple(TensorType((*x.shape[:axis], part, *x.shape[axis + 1 :]), x.dtype) for part in parts)

    def torch(self, code: Code, x: Value) -> str:
        if self.sizes:
            return code.call("torch.split", x, self.sizes, dim=self.dim)
        return code.call("torch.chunk", x, self.sections, dim=self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        axis, count = self.dim % op.inputs[0].rank, len(op.outputs)
        if self.sizes:
            parts = op.constant(list(self.sizes))
        else:
            size = op.Div(op.Shape(x, start=axis, end=axis + 1), op.constant([count]))
            parts = op.Expand(size, op.constant([count]))
        return op.Split(x, parts, axis=axis, num_outputs=count)

    def summary(self) -> str:
        parts = ", ".join(map(str, self.sizes)) if self.sizes else f"{self.sections} parts"
        return f"{parts} along axis {self.dim}"

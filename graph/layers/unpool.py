"""Unpooling: the values that max pooling kept, put back to where they were."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.accepted import Accepted, Places
from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import Padding, Size, tuple_of
from graph.layer import Code, Layer, Op, Value, expect_float, expect_rank
from graph.layers.parts.windows import LAYOUT, times
from graph.tensor import TensorType, format_shape


class _MaxUnpool(Layer):
    category = "Pooling"
    traits = frozenset({"enlarges", "rearranges"})
    keywords: ClassVar[tuple[str, ...]] = ("unpooling", "segnet", "indices", "upsample")
    port_notes: ClassVar[dict[str, str]] = {
        "indices": "where each value was: the indices of a MaxPool with return_indices",
        "like": "a tensor whose spatial size the result has: what that MaxPool was given",
    }
    rank: ClassVar[int]
    kernel_size: Annotated[Size, Meta(description="extent of the windows that were pooled")] = 2
    stride: Annotated[Union[Size, None], Meta(description="steps between two windows; nothing: the kernel size")] = None
    padding: Annotated[Padding, Meta(description="what the pooling added on every side")] = 0

    def infer(self, x: TensorType, indices: TensorType, like: TensorType | None = None) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        if indices != TensorType(x.shape, "int64"):
            raise ShapeError(
                f"{kind} expects indices of the shape {format_shape(x.shape)} int64, as MaxPool{self.rank}d gives them "
                f"with return_indices, got {indices}.",
                "indices",
            )
        sizes = self._usual(x)
        if like is not None:
            expect_rank(like, self.rank + 2, kind, LAYOUT[self.rank], "like")
            self._check(sizes, like)
            sizes = like.shape[2:]
        if any(isinstance(size, int) and size < 1 for size in sizes):
            raise ShapeError(f"{kind} leaves nothing of {format_shape(x.shape)}; use less padding.", "x")
        return TensorType((*x.shape[:2], *sizes))

    def _steps(self) -> tuple[int, ...]:
        return tuple_of(self.kernel_size if self.stride is None else self.stride, self.rank)

    def _usual(self, x: TensorType) -> tuple[Dim, ...]:
        """The smallest size that was pooled to this one, where no padding was cut off."""
        rows = zip(
            x.shape[2:], tuple_of(self.kernel_size, self.rank), self._steps(), tuple_of(self.padding, self.rank),
            strict=True,
        )  # fmt: skip
        return tuple((size - 1) * stride - 2 * padding + kernel for size, kernel, stride, padding in rows)

    def _check(self, usual: tuple[Dim, ...], like: TensorType) -> None:
        """Refuse a size that these windows cannot have been pooled from; of names it shows when the model runs."""
        for size, wanted, stride in zip(usual, like.shape[2:], self._steps(), strict=True):
            apart = wanted - size
            if isinstance(apart, int) and isinstance(stride, int) and not -stride < apart < stride:
                raise ShapeError(
                    f"{type(self).__name__} makes {format_shape(usual)} of its input, give or take less than its "
                    f"stride, and cannot make {format_shape(like.shape[2:])}.",
                    "like",
                )

    def accepts(  # type: ignore[override]
        self, x: TensorType, indices: TensorType, like: TensorType | None = None
    ) -> dict[str, Accepted]:
        return {"indices": Places(high=product(self.infer(x, indices, like).shape[2:]) - 1)}

    def torch(self, code: Code, x: Value, indices: Value, like: Value | None = None) -> str:
        options: dict[str, Any] = {} if self.stride is None else {"stride": self.stride}
        options |= {"padding": self.padding} if self.padding != 0 else {}
        if like is not None:
            options["output_size"] = Value(f"{like}.shape[2:]", like.type)
        return code.call(f"F.max_unpool{self.rank}d", x, indices, self.kernel_size, **options)

    def onnx(self, op: Op, x: Any, indices: Any, like: Any = None) -> Any:
        shape = op.Shape(x)
        sizes = op.Shape(like, start=2) if like is not None else self._sizes(op, x)
        front = op.Slice(shape, op.constant([0]), op.constant([2]))
        whole = op.Concat(front, op.ReduceProd(sizes, keepdims=1), axis=0)
        zeros = op.Expand(op.constant(0.0, "float32"), whole)
        flat = op.constant([0, 0, -1])
        filled = op.ScatterElements(zeros, op.Reshape(indices, flat), op.Reshape(x, flat), axis=2)
        return op.Reshape(filled, op.Concat(front, sizes, axis=0))

    def _sizes(self, op: Op, x: Any) -> Any:
        steps, kernel = self._steps(), tuple_of(self.kernel_size, self.rank)
        rest = [k - s - 2 * p for k, s, p in zip(kernel, steps, tuple_of(self.padding, self.rank), strict=True)]
        return op.Add(op.Mul(op.Shape(x, start=2), op.constant(list(steps))), op.constant(rest))

    def summary(self) -> str:
        text = times(self.kernel_size, self.rank)
        return text if self.stride in (None, self.kernel_size) else f"{text}, stride {times(self.stride, self.rank)}"


class MaxUnpool1d(_MaxUnpool):
    """Put the values that MaxPool1d kept back to where they were in the sequence; all others are zero."""

    rank = 1
    typical = ("N,6,5", "N,6,5 int64", "N,6,10")


class MaxUnpool2d(_MaxUnpool):
    """Put the values that MaxPool2d kept back to where they were in the image; all others are zero."""

    rank = 2
    typical = ("N,6,5,4", "N,6,5,4 int64", "N,6,10,8")


class MaxUnpool3d(_MaxUnpool):
    """Put the values that MaxPool3d kept back to where they were in the volume; all others are zero."""

    rank = 3
    typical = ("N,6,3,4,2", "N,6,3,4,2 int64", "N,6,6,8,4")

"""Batch and instance normalization: each channel by its own statistics."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank
from graph.layers.parts.initialize import Biased, VectorInit
from graph.layers.parts.windows import LAYOUT
from graph.tensor import TensorType, format_shape

Epsilon = Annotated[float, Meta(gt=0.0, le=1.0, description="added to the variance, against division by zero")]
ScaleInit = Annotated[VectorInit, Meta(description="initial scale; default: 1")]
Affine = Annotated[bool, Meta(description="learn a scale and an offset per channel")]
Track = Annotated[bool, Meta(description="keep statistics for inference")]
Momentum = Annotated[
    Union[Annotated[float, Meta(ge=0.0, le=1.0)], None],
    Meta(description="share of a new batch in the running statistics; nothing: plain mean"),
]


class _ChannelNorm(Biased):
    """Base of what keeps a scale, an offset and running statistics for each channel."""

    category = "Normalization"
    rank: ClassVar[int]
    weight_init: ScaleInit = "default"
    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1
    affine: Affine = True
    track_running_stats: Track = True

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_rank(x, self.rank + 2, kind, LAYOUT[self.rank])
        expect_float(x, kind)
        expect_fixed(x.shape[1], kind, "the channel axis")
        return x

    def weights(self, x: TensorType) -> dict[str, Weight]:  # type: ignore[override]
        channels = (x.shape[1],)
        learned = {"weight": Weight(channels), "bias": Weight(channels)} if self.affine else {}
        kept = {
            "running_mean": Weight(channels, trainable=False),
            "running_var": Weight(channels, trainable=False),
            "num_batches_tracked": Weight((), trainable=False, dtype="int64"),
        }
        return {**learned, **kept} if self.track_running_stats else learned

    def torch(self, code: Code, x: Value) -> str:
        module = self.construct(code, (x.type,), f"nn.{type(self).__name__}", x.type.shape[1], **self.options())
        return f"{module}({x})"

    def _scale(self, op: Op) -> tuple[Any, Any]:
        if self.affine:
            return op.weight("weight"), op.weight("bias")
        channels = op.inputs[0].shape[1]
        return op.constant([1.0] * channels, "float32"), op.constant([0.0] * channels, "float32")

    def _with_running_statistics(self, op: Op, x: Any) -> Any:
        mean, variance = op.weight("running_mean"), op.weight("running_var")
        return op.BatchNormalization(x, *self._scale(op), mean, variance, epsilon=self.eps)


class _BatchNorm(_ChannelNorm):
    traits = frozenset({"centres", "batch_statistics"})
    keywords = ("bn", "batch normalization")

    def values_compared(self, training: bool, *inputs: TensorType | None) -> Dim | None:
        (x,) = inputs
        return product((x.shape[0], *x.shape[2:])) if x and (training or not self.track_running_stats) else None

    def onnx(self, op: Op, x: Any) -> Any:
        if self.track_running_stats:
            return self._with_running_statistics(op, x)
        rank = op.inputs[0].rank
        axes = op.constant([axis for axis in range(rank) if axis != 1])
        centred = op.Sub(x, op.ReduceMean(x, axes, keepdims=1))
        variance = op.ReduceMean(op.Mul(centred, centred), axes, keepdims=1)
        normal = op.Div(centred, op.Sqrt(op.Add(variance, op.constant(self.eps, "float32"))))
        shape = op.constant([1, -1, *[1] * (rank - 2)])
        scale, bias = self._scale(op)
        return op.Add(op.Mul(normal, op.Reshape(scale, shape)), op.Reshape(bias, shape))


class BatchNorm1d(_BatchNorm):
    """Bring each feature of a batch to mean 0 and variance 1, then scale and shift it."""

    rank = 1
    typical = ("N,6",)

    def infer(self, x: TensorType) -> TensorType:
        if x.rank not in (2, 3):
            raise ShapeError(f"BatchNorm1d expects (N, C) or (N, C, L), got {format_shape(x.shape)}.", "x")
        expect_float(x, "BatchNorm1d")
        expect_fixed(x.shape[1], "BatchNorm1d", "the channel axis")
        return x


class BatchNorm2d(_BatchNorm):
    """Bring each channel of an image batch to mean 0 and variance 1, then scale and shift it."""

    usual = True
    rank = 2
    typical = ("N,6,5,4",)


class BatchNorm3d(_BatchNorm):
    """Bring each channel of a batch of volumes to mean 0 and variance 1, then scale and shift it."""

    rank = 3
    typical = ("N,6,3,5,4",)


class _InstanceNorm(_ChannelNorm):
    traits = frozenset({"centres"})
    keywords = ("instance normalization", "style")
    affine: Affine = False
    track_running_stats: Track = False

    def infer(self, x: TensorType) -> TensorType:
        result = super().infer(x)
        if product(x.shape[2:]) == 1:
            raise ShapeError(
                f"{type(self).__name__} needs more than one value per channel, got {format_shape(x.shape)}.", "x"
            )
        return result

    def onnx(self, op: Op, x: Any) -> Any:
        if self.track_running_stats:
            return self._with_running_statistics(op, x)
        return op.InstanceNormalization(x, *self._scale(op), epsilon=self.eps)


class InstanceNorm1d(_InstanceNorm):
    """Bring each channel of each sequence to mean 0 and variance 1."""

    rank = 1
    typical = ("N,6,5",)


class InstanceNorm2d(_InstanceNorm):
    """Bring each channel of each image to mean 0 and variance 1."""

    rank = 2
    typical = ("N,6,5,4",)


class InstanceNorm3d(_InstanceNorm):
    """Bring each channel of each volume to mean 0 and variance 1."""

    rank = 3
    typical = ("N,6,3,5,4",)

"""Normalization."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.fields import parameters_of
from graph.layer import Code, Layer, Op, Value, Weight, expect_fixed, expect_float, expect_rank
from graph.layers.windows import LAYOUT
from graph.tensor import TensorType


class _BatchNorm(Layer):
    category = "Normalization"
    rank: ClassVar[int]
    keywords = ("bn", "batch normalization")
    eps: Annotated[float, Meta(gt=0.0, le=1.0, description="added to the variance, against division by zero")] = 1e-5
    momentum: Annotated[
        Union[Annotated[float, Meta(ge=0.0, le=1.0)], None],
        Meta(description="share of a new batch in the running statistics; nothing: plain mean"),
    ] = 0.1
    affine: Annotated[bool, Meta(description="learn a scale and an offset per channel")] = True
    track_running_stats: Annotated[bool, Meta(description="keep statistics for inference")] = True

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
        return f"{code.module(f'nn.{type(self).__name__}', x.type.shape[1], **parameters_of(self))}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        channels = op.inputs[0].shape[1]
        if self.affine:
            scale, bias = op.weight("weight"), op.weight("bias")
        else:
            scale, bias = op.constant([1.0] * channels, "float32"), op.constant([0.0] * channels, "float32")
        if self.track_running_stats:
            mean, variance = op.weight("running_mean"), op.weight("running_var")
            return op.BatchNormalization(x, scale, bias, mean, variance, epsilon=self.eps)
        axes = op.constant([axis for axis in range(op.inputs[0].rank) if axis != 1])
        centred = op.Sub(x, op.ReduceMean(x, axes, keepdims=1))
        variance = op.ReduceMean(op.Mul(centred, centred), axes, keepdims=1)
        normal = op.Div(centred, op.Sqrt(op.Add(variance, op.constant(self.eps, "float32"))))
        shape = op.constant([1, -1, *[1] * self.rank])
        return op.Add(op.Mul(normal, op.Reshape(scale, shape)), op.Reshape(bias, shape))


class BatchNorm2d(_BatchNorm):
    """Bring each channel of an image batch to mean 0 and variance 1, then scale and shift it."""

    rank = 2
    typical = ("N,6,5,4",)

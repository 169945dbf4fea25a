"""Normalization across neighbouring channels, as AlexNet has it."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.errors import ShapeError
from graph.fields import Positive, parameters_of
from graph.layer import Code, Layer, Op, Value, expect_float
from graph.tensor import TensorType, format_shape


class LocalResponseNorm(Layer):
    """Divide every value by the strength of its neighbours in nearby channels.

    Source: Krizhevsky 2012, section 3.3; ``alpha`` is divided by ``size``, as in ``torch.nn``.
    """

    category = "Normalization"
    keywords = ("lrn", "alexnet", "lateral inhibition")
    typical = ("N,8,5,4",)
    size: Annotated[Positive, Meta(description="how many neighbouring channels count")] = 5
    alpha: Annotated[float, Meta(gt=0.0, le=1e6, description="weight of the neighbours")] = 1e-4
    beta: Annotated[float, Meta(gt=0.0, le=100.0, description="exponent")] = 0.75
    k: Annotated[float, Meta(ge=0.0, le=1e6, description="added to what they weigh")] = 1.0

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "LocalResponseNorm")
        if x.rank < 3:
            raise ShapeError(f"LocalResponseNorm expects (N, C, L, ...), got {format_shape(x.shape)}.", "x")
        return x

    def torch(self, code: Code, x: Value) -> str:
        options = {name: value for name, value in parameters_of(self).items() if name != "size"}
        return code.call("F.local_response_norm", x, self.size, **options)

    def onnx(self, op: Op, x: Any) -> Any:
        if self.size % 2 and op.inputs[0].rank == 4:
            return op.LRN(x, size=self.size, alpha=self.alpha, beta=self.beta, bias=self.k)
        # onnxruntime's LRN takes images and odd sizes; the mean over channels is a pooling along them.
        flat = op.Reshape(op.Unsqueeze(op.Mul(x, x), op.constant([1])), op.constant([0, 0, 0, -1]))
        around = [0, 0, self.size // 2, 0, 0, 0, (self.size - 1) // 2, 0]
        padded = op.Pad(flat, op.constant(around))
        mean = op.Reshape(op.AveragePool(padded, kernel_shape=[self.size, 1]), op.Shape(x))
        strength = op.Add(op.Mul(mean, op.constant(self.alpha, "float32")), op.constant(self.k, "float32"))
        return op.Div(x, op.Pow(strength, op.constant(self.beta, "float32")))

"""Activation functions: each value by itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from graph.layer import Op
from graph.layers.parts.elementwise import Elementwise, Number


class ReLU(Elementwise):
    """Keep positive values, set negative ones to zero."""

    usual = True
    unit = "rectifier"
    function, operator = "F.relu", "Relu"
    keywords = ("rectifier",)


class LeakyReLU(Elementwise):
    """Keep positive values, scale negative ones down."""

    function = "F.leaky_relu"
    keywords = ("rectifier",)
    negative_slope: Annotated[Number, Meta(description="factor of negative values")] = 0.01

    def onnx(self, op: Op, x: Any) -> Any:
        return op.LeakyRelu(x, alpha=self.negative_slope)


class Abs(Elementwise):
    """Drop the sign of every value: absolute-value rectification."""

    function, operator = "torch.abs", "Abs"
    keywords = ("absolute value", "rectification")


class ELU(Elementwise):
    """Keep positive values, let negative ones run smoothly towards -alpha."""

    function = "F.elu"
    keywords = ("exponential linear unit",)
    alpha: Annotated[Number, Meta(description="what large negative values become, negated")] = 1.0

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Elu(x, alpha=self.alpha)


class SELU(Elementwise):
    """Scale an ELU so that activations keep mean 0 and variance 1 from layer to layer."""

    function = "F.selu"
    keywords = ("self-normalizing", "scaled exponential linear unit")

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Selu(x, alpha=1.6732632423543772, gamma=1.0507009873554805)


class GELU(Elementwise):
    """Weigh every value by the normal distribution's share below it."""

    usual = True
    function = "F.gelu"
    keywords = ("gaussian error linear unit", "transformer")
    approximate: Annotated[Literal["none", "tanh"], Meta(description="exact, or by the tanh formula")] = "none"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Gelu(x, approximate=self.approximate)


class SiLU(Elementwise):
    """Multiply every value by its own sigmoid."""

    function = "F.silu"
    keywords = ("swish",)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Mul(x, op.Sigmoid(x))


class Mish(Elementwise):
    """Multiply every value by the tanh of its softplus."""

    function, operator = "F.mish", "Mish"


class Hardswish(Elementwise):
    """Approximate SiLU by straight and square pieces."""

    function, operator = "F.hardswish", "HardSwish"


class Hardtanh(Elementwise):
    """Cut values off below and above two limits."""

    function = "F.hardtanh"
    keywords = ("clip", "clamp")
    min_val: Annotated[Number, Meta(description="lower limit")] = -1.0
    max_val: Annotated[Number, Meta(description="upper limit")] = 1.0

    def check(self) -> None:
        if self.min_val >= self.max_val:
            raise ValueError(f"min_val={self.min_val:g} must be smaller than max_val={self.max_val:g}")

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Clip(x, op.constant(self.min_val, "float32"), op.constant(self.max_val, "float32"))


class Softplus(Elementwise):
    """Smooth the ReLU: log(1 + exp(beta * x)) / beta."""

    function = "F.softplus"
    beta: Annotated[float, Meta(gt=0.0, le=1e6, description="sharpness of the bend")] = 1.0
    threshold: Annotated[Number, Meta(description="values above threshold / beta are kept as they are")] = 20.0

    def onnx(self, op: Op, x: Any) -> Any:
        beta = op.constant(self.beta, "float32")
        scaled = op.Mul(x, beta)
        above = op.Greater(scaled, op.constant(self.threshold, "float32"))
        return op.Where(above, x, op.Div(op.Softplus(scaled), beta))


class Sigmoid(Elementwise):
    """Squash every value into 0 to 1."""

    usual = True
    traits = frozenset({"elementwise", "saturates"})
    unit = "sigmoid"
    function, operator = "torch.sigmoid", "Sigmoid"
    keywords = ("logistic",)


class Tanh(Elementwise):
    """Squash every value into -1 to 1."""

    usual = True
    traits = frozenset({"elementwise", "saturates"})
    unit = "tanh"
    function, operator = "torch.tanh", "Tanh"
    keywords = ("hyperbolic tangent",)

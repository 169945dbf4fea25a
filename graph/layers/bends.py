"""More activation functions: straight pieces, soft bends, thresholds."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.layer import Code, Op, Value
from graph.layers.parts.elementwise import Elementwise, Number

Slope = Annotated[float, Meta(ge=0.0, le=1e6)]


class ReLU6(Elementwise):
    """Keep values from 0 to 6, cut off what is below and above."""

    unit = "rectifier"
    function = "F.relu6"
    keywords = ("rectifier", "mobilenet", "clip")

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Clip(x, op.constant(0.0, "float32"), op.constant(6.0, "float32"))


class RReLU(Elementwise):
    """Keep positive values, scale negative ones by a random slope while training and by the middle one after."""

    function = "F.rrelu"
    keywords = ("rectifier", "random")
    lower: Annotated[Slope, Meta(description="smallest slope")] = 0.125
    upper: Annotated[Slope, Meta(description="largest slope")] = 1 / 3

    def check(self) -> None:
        if self.lower > self.upper:
            raise ValueError(f"lower={self.lower:g} must be at most upper={self.upper:g}")

    def torch(self, code: Code, x: Value) -> str:
        return f"{code.module('nn.RReLU', self.lower, self.upper)}({x})"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.LeakyRelu(x, alpha=(self.lower + self.upper) / 2)


class CELU(Elementwise):
    """Keep positive values, let negative ones run towards -alpha without a kink."""

    function = "F.celu"
    alpha: Annotated[float, Meta(gt=0.0, le=1e6, description="where negative values end")] = 1.0

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Celu(x, alpha=self.alpha)


class Hardsigmoid(Elementwise):
    """Approximate the sigmoid by straight pieces."""

    traits = frozenset({"elementwise", "saturates"})
    function = "F.hardsigmoid"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.HardSigmoid(x, alpha=1 / 6, beta=0.5)


class LogSigmoid(Elementwise):
    """Take the logarithm of the sigmoid."""

    function = "F.logsigmoid"
    keywords = ("log probability",)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Neg(op.Softplus(op.Neg(x)))


class Softsign(Elementwise):
    """Squash every value into -1 to 1, more slowly than tanh: x / (1 + |x|)."""

    traits = frozenset({"elementwise", "saturates"})
    function, operator = "F.softsign", "Softsign"


class Tanhshrink(Elementwise):
    """Subtract the tanh of every value from it."""

    function = "F.tanhshrink"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Sub(x, op.Tanh(x))


class Softshrink(Elementwise):
    """Move every value towards zero by lambd, and set to zero what would pass it."""

    function = "F.softshrink"
    keywords = ("soft threshold", "shrinkage")
    lambd: Annotated[float, Meta(ge=0.0, le=1e6, description="how far values move")] = 0.5

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.softshrink", x, self.lambd)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Shrink(x, lambd=self.lambd, bias=self.lambd)


class Hardshrink(Elementwise):
    """Set to zero what lies within lambd of it."""

    function = "F.hardshrink"
    keywords = ("hard threshold", "shrinkage")
    lambd: Annotated[float, Meta(ge=0.0, le=1e6, description="how far from zero a value must be")] = 0.5

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.hardshrink", x, self.lambd)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Shrink(x, lambd=self.lambd, bias=0.0)


class Threshold(Elementwise):
    """Replace every value that is not above a threshold."""

    keywords = ("cut off",)
    threshold: Annotated[Number, Meta(description="values up to here are replaced")] = 0.1
    value: Annotated[Number, Meta(description="what stands in their place")] = 0.0

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.threshold", x, self.threshold, self.value)

    def onnx(self, op: Op, x: Any) -> Any:
        above = op.Greater(x, op.constant(self.threshold, "float32"))
        return op.Where(above, x, op.constant(self.value, "float32"))

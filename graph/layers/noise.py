"""Regularization by noise, active in training only, and sampling."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.errors import ShapeError
from graph.fields import Probability
from graph.layer import Code, Layer, Op, Value, expect_float, expect_rank
from graph.layers.parts.windows import LAYOUT
from graph.tensor import TensorType, format_shape

_DROP_PATH = '''
def _drop_path(x, p, training):
    """Set whole samples to zero with probability p, and scale the others up."""
    if not training or p == 0.0:
        return x
    kept = torch.rand(x.size(0), *[1] * (x.dim() - 1), device=x.device) >= p
    return x * kept / (1.0 - p)
'''


class _Noise(Layer):
    category = "Regularization"
    traits = frozenset({"noisy"})

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, type(self).__name__)
        return x

    def onnx(self, op: Op, x: Any) -> Any:
        return x


class _Dropout(_Noise):
    traits = frozenset({"noisy", "drops"})
    p: Annotated[Probability, Meta(description="probability of dropping")] = 0.5

    def torch(self, code: Code, x: Value) -> str:
        return f"{code.module(f'nn.{type(self).__name__}', self.p)}({x})"

    def summary(self) -> str:
        return f"p={self.p:g}"


class Dropout(_Dropout):
    """Set random values to zero while training, and scale the rest up to keep the mean."""

    usual = True


class Dropout2d(_Dropout):
    """Set random whole channels to zero while training, and scale the rest up to keep the mean."""

    keywords = ("channel dropout", "spatial dropout")
    typical = ("N,6,5,4",)

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 4, "Dropout2d", LAYOUT[2])
        return super().infer(x)


class Dropout1d(_Dropout):
    """Set random whole channels of a sequence to zero while training, and scale the rest up to keep the mean."""

    keywords = ("channel dropout", "spatial dropout")
    typical = ("N,6,5",)

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 3, "Dropout1d", LAYOUT[1])
        return super().infer(x)


class Dropout3d(_Dropout):
    """Set random whole channels of a volume to zero while training, and scale the rest up to keep the mean."""

    keywords = ("channel dropout", "spatial dropout")
    typical = ("N,6,5,4,3",)

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 5, "Dropout3d", LAYOUT[3])
        return super().infer(x)


class FeatureAlphaDropout(_Dropout):
    """Drop random whole channels while training so that mean and variance stay."""

    keywords = ("channel dropout", "self-normalizing")
    typical = ("N,6,5,4",)

    def infer(self, x: TensorType) -> TensorType:
        expect_rank(x, 4, "FeatureAlphaDropout", LAYOUT[2])
        return super().infer(x)


class StochasticDepth(_Noise):
    """Set whole samples to zero while training, and scale the rest up: a skip is all that is left of a branch.

    Source: Huang et al. 2016.
    """

    keywords = ("drop path", "survival", "residual")
    p: Annotated[float, Meta(ge=0.0, lt=1.0, description="probability that a sample loses the branch")] = 0.1

    def torch(self, code: Code, x: Value) -> str:
        return f"{code.helper('_drop_path', _DROP_PATH)}({x}, {code.text(self.p)}, self.training)"

    def summary(self) -> str:
        return f"p={self.p:g}"


class AlphaDropout(_Dropout):
    """Drop random values while training so that mean and variance stay: the dropout that goes with SELU."""

    keywords = ("self-normalizing",)


class GaussianNoise(_Noise):
    """Add normal noise while training."""

    keywords = ("denoising", "jitter", "normal")
    std: Annotated[float, Meta(ge=0.0, le=1e6, description="standard deviation of the noise")] = 0.1

    def torch(self, code: Code, x: Value) -> str:
        return f"{x} + {code.factor(self.std)} * torch.randn_like({x}) if self.training else {x}"

    def summary(self) -> str:
        return f"std={self.std:g}"


class GaussianSample(Layer):
    """Draw from a normal distribution given by its mean and the logarithm of its variance; outside training, the mean.

    Source: the reparameterization of Kingma 2013, section 2.4.
    """

    category = "Regularization"
    traits = frozenset({"noisy"})
    keywords = ("reparameterization", "vae", "latent", "random", "normal")
    typical = ("N,6", "N,6")

    def infer(self, mu: TensorType, logvar: TensorType) -> TensorType:
        expect_float(mu, "GaussianSample", "mu")
        expect_float(logvar, "GaussianSample", "logvar")
        if mu.shape != logvar.shape:
            raise ShapeError(
                f"GaussianSample expects a mean and a variance of one shape, got {format_shape(mu.shape)} and "
                f"{format_shape(logvar.shape)}.",
                "logvar",
            )
        return mu

    def torch(self, code: Code, mu: Value, logvar: Value) -> str:
        return f"{mu} + torch.exp(0.5 * {logvar}) * torch.randn_like({mu}) if self.training else {mu}"

    def onnx(self, op: Op, mu: Any, logvar: Any) -> Any:
        return mu

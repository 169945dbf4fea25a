"""The functions whose graphs the manual shows, as PyTorch computes them at the layers' defaults.

Each is of one number: what a layer makes of a value, or what an objective makes of a difference, a score whose right
answer is yes, or the probability of the right class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, erf, exp, log, log1p, sin, sqrt, tanh
from typing import NamedTuple

SLOPE = 0.01
PRELU_SLOPE = 0.25
RRELU_SLOPE = (1 / 8 + 1 / 3) / 2
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
LAMBD = 0.5
THRESHOLD = 0.1


class Curve(NamedTuple):
    """A function over a stretch of numbers; ``across`` says what they are, ``up`` what it gives."""

    function: Callable[[float], float]
    low: float = -4.0
    high: float = 4.0
    across: str = "x"
    up: str = "y"

    def slope(self, x: float) -> float:
        """How steep it is at a place, by the difference over a hair's breadth to both sides."""
        hair = 1e-4
        return (self.function(x + hair) - self.function(x - hair)) / (2 * hair)


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def softplus(x: float) -> float:
    """log(1 + exp(x)), without overflow."""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def shifted(x: float, by: float) -> float:
    """A value moved towards zero, and zero where it would pass it."""
    return x - by if x > by else x + by if x < -by else 0.0


def huber(x: float) -> float:
    """Half the square up to 1, then straight on."""
    return x * x / 2 if abs(x) <= 1 else abs(x) - 0.5


DIFFERENCE = "prediction \N{MINUS SIGN} target"
YES, RIGHT = "score, where the answer is yes", "probability of the right class"
LOSS = "loss"
CURVES: Mapping[str, Curve] = {
    "relu": Curve(lambda x: max(0.0, x)),
    "leaky_relu": Curve(lambda x: x if x >= 0 else SLOPE * x),
    "absolute": Curve(abs),
    "elu": Curve(lambda x: x if x > 0 else exp(x) - 1),
    "selu": Curve(lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (exp(x) - 1))),
    "gelu": Curve(lambda x: x * (1 + erf(x / sqrt(2))) / 2),
    "silu": Curve(lambda x: x * sigmoid(x)),
    "mish": Curve(lambda x: x * tanh(softplus(x))),
    "hardswish": Curve(lambda x: x * min(max(x + 3, 0.0), 6.0) / 6),
    "hardtanh": Curve(lambda x: min(max(x, -1.0), 1.0)),
    "softplus": Curve(softplus),
    "sigmoid": Curve(sigmoid, -6.0, 6.0),
    "tanh": Curve(tanh),
    "relu6": Curve(lambda x: min(max(x, 0.0), 6.0), -2.0, 8.0),
    "rrelu": Curve(lambda x: x if x >= 0 else RRELU_SLOPE * x),
    "celu": Curve(lambda x: max(0.0, x) + min(0.0, exp(x) - 1)),
    "hardsigmoid": Curve(lambda x: min(max(x + 3, 0.0), 6.0) / 6, -6.0, 6.0),
    "log_sigmoid": Curve(lambda x: -softplus(-x)),
    "softsign": Curve(lambda x: x / (1 + abs(x))),
    "tanhshrink": Curve(lambda x: x - tanh(x)),
    "softshrink": Curve(lambda x: shifted(x, LAMBD), -2.0, 2.0),
    "hardshrink": Curve(lambda x: x if abs(x) > LAMBD else 0.0, -2.0, 2.0),
    "threshold": Curve(lambda x: x if x > THRESHOLD else 0.0, -1.0, 1.0),
    "prelu": Curve(lambda x: x if x >= 0 else PRELU_SLOPE * x),
    "exp": Curve(exp, -3.0, 2.0),
    "sin": Curve(sin, -7.0, 7.0),
    "cos": Curve(cos, -7.0, 7.0),
    "log": Curve(log, 0.02, 4.0),
    "sqrt": Curve(sqrt, 0.001, 4.0),
    "power": Curve(lambda x: x * x, -2.0, 2.0),
    "clamp": Curve(lambda x: max(x, 0.0)),
    "mse": Curve(lambda x: x * x, -3.0, 3.0, DIFFERENCE, LOSS),
    "l1": Curve(abs, -3.0, 3.0, DIFFERENCE, LOSS),
    "huber": Curve(huber, -3.0, 3.0, DIFFERENCE, LOSS),
    "smooth_l1": Curve(huber, -3.0, 3.0, DIFFERENCE, LOSS),
    "bce_with_logits": Curve(lambda x: softplus(-x), -4.0, 4.0, YES, LOSS),
    "soft_margin": Curve(lambda x: softplus(-x), -4.0, 4.0, YES, LOSS),
    "cross_entropy": Curve(lambda p: -log(p), 0.01, 0.999, RIGHT, LOSS),
    "focal": Curve(lambda p: -((1 - p) ** 2) * log(p), 0.01, 0.999, RIGHT, LOSS),
}

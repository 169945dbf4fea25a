"""Initial weights, chosen layer by layer: the fields, and the ``nn.init`` calls they stand for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from graph.expressions.formulas import Formula, Symbolic
from graph.fields import INITIAL, differs, parameters_of
from graph.layer import Code, Layer, Weight
from graph.tensor import TensorType

MatrixInit = Literal[
    "default", "zeros", "constant", "normal", "uniform", "xavier_uniform", "xavier_normal",
    "kaiming_uniform", "kaiming_normal", "orthogonal",
]  # fmt: skip
VectorInit = Literal["default", "zeros", "constant", "normal", "uniform"]
Scale = Annotated[float, Meta(ge=-1e6, le=1e6)]

_WEIGHTS = "initial weights; default: as PyTorch has them"
_SCALE = "the value of constant, standard deviation of normal, bound of uniform, gain of xavier and orthogonal"


class Weighted(Layer):
    """Base of the layers whose initial weights can be chosen."""

    weight_init: Annotated[MatrixInit, Meta(description=_WEIGHTS)] = "default"
    weight_scale: Annotated[Scale, Meta(description=_SCALE)] = 1.0

    def options(self, *skip: str) -> dict[str, Any]:
        """The constructor's arguments: parameters off their defaults, but for ``skip`` and the initial weights."""
        return {name: value for name, value in parameters_of(self).items() if name not in (*skip, *INITIAL)}

    def construct(self, code: Code, inputs: tuple[TensorType | None, ...], kind: str, *args: Any, **kwargs: Any) -> str:
        """Construct the module and its initial weights; the expression that refers to it."""
        module = code.module(kind, *args, **kwargs)
        if {self.weight_init, getattr(self, "bias_init", "default")} == {"default"}:
            return module
        for name, weight in self.weights(*inputs).items():
            self._initialize(code, name, weight)
        return module

    def _initialize(self, code: Code, name: str, weight: Weight) -> None:
        leaf = name.rpartition(".")[2]
        if not weight.trainable or any(part.startswith("norm") for part in name.split(".")):
            return
        if "bias" in leaf:
            initialize(code, name, getattr(self, "bias_init", "default"), getattr(self, "bias_scale", 1.0))
        else:
            initialize(code, name, self.weight_init, self.weight_scale)


class Biased(Weighted):
    """Base of the layers with weights and a bias."""

    bias_init: Annotated[VectorInit, Meta(description="initial bias; default: as PyTorch has it")] = "default"
    bias_scale: Annotated[
        Scale, Meta(description="the value of constant, standard deviation of normal, bound of uniform")
    ] = 1.0


def _bounds(scale: Any) -> tuple[Any, Any]:
    """As far below 0 and above it as a scale says, whatever its sign."""
    if not isinstance(scale, Symbolic):
        return -abs(scale), abs(scale)
    return Formula(f"-abs({scale})", scale.leaves), Formula(f"abs({scale})", scale.leaves)


def initialize(code: Code, name: str, kind: str, scale: float) -> None:
    """Write the call of ``nn.init`` that fills the weight ``name``.

    Xavier, He (kaiming) and orthogonal are Glorot 2010, He 2015 and Saxe 2013, as ``torch.nn.init`` has them.
    """
    if kind == "default":
        return
    low, high = _bounds(scale)
    gain = {"gain": high} if differs(high, 1.0) else {}
    calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "zeros": ((), {}),
        "constant": ((scale,), {}),
        "normal": ((), {"std": high}),
        "uniform": ((low, high), {}),
        "kaiming_uniform": ((), {"nonlinearity": "relu"}),
        "kaiming_normal": ((), {"nonlinearity": "relu"}),
    }
    args, kwargs = calls.get(kind, ((), gain))
    code.initialize(f"{kind}_", name, *args, **kwargs)

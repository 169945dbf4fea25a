"""Objectives that compare two tensors of one shape, element by element."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.accepted import Accepted, Probabilities
from graph.errors import ShapeError
from graph.layer import Code, Value, expect_float
from graph.layers.objectives.base import Reduced
from graph.tensor import TensorType, format_shape

Threshold = Annotated[float, Meta(gt=0.0, le=1e6)]


def expect_same(kind: str, first: TensorType, second: TensorType, port: str) -> None:
    """Refuse tensors of two shapes."""
    if first.shape != second.shape:
        raise ShapeError(
            f"{kind} compares tensors of one shape, got {format_shape(first.shape)} and {format_shape(second.shape)}.",
            port,
        )


class Elementwise(Reduced):
    """Base of what compares two tensors of one shape; it bears no category, so it is not a layer itself."""

    function: ClassVar[str]
    typical = ("N,6", "N,6")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_float(prediction, kind, "prediction")
        expect_float(target, kind, "target")
        expect_same(kind, prediction, target, "target")
        return TensorType(())

    def own_options(self) -> dict[str, Any]:
        """Arguments of the function beside the reduction."""
        return {}

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        return code.call(f"F.{self.function}", prediction, target, **self.own_options(), **self.options())


class MSE(Elementwise):
    """Mean squared error: the mean of the squared differences."""

    usual = True
    category = "Objective"
    metric = "distance"
    expects = "values"
    compares = True
    function = "mse_loss"
    keywords = ("regression", "mean squared error", "l2", "loss")


class L1(Elementwise):
    """Mean absolute error: the mean of the absolute differences."""

    category = "Objective"
    metric = "distance"
    compares = True
    function = "l1_loss"
    keywords = ("regression", "mean absolute error", "mae", "loss")


class Huber(Elementwise):
    """Squared differences near zero, absolute ones beyond ``delta``: outliers count less."""

    category = "Objective"
    metric = "distance"
    compares = True
    function = "huber_loss"
    keywords = ("regression", "robust", "loss")
    delta: Annotated[Threshold, Meta(description="where squared turns into absolute")] = 1.0

    def own_options(self) -> dict[str, Any]:
        return {} if self.delta == 1.0 else {"delta": self.delta}


class SmoothL1(Elementwise):
    """Absolute differences, smoothed to squares below ``beta``."""

    category = "Objective"
    metric = "distance"
    compares = True
    function = "smooth_l1_loss"
    keywords = ("regression", "robust", "loss", "boxes")
    beta: Annotated[Threshold, Meta(description="below it, differences are squared")] = 1.0

    def own_options(self) -> dict[str, Any]:
        return {} if self.beta == 1.0 else {"beta": self.beta}


class _Binary(Elementwise):
    metric = "binary_accuracy"
    threshold: ClassVar[float]
    keywords = ("binary cross entropy", "bernoulli", "classification", "loss")

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": Probabilities(instead=", or take MSE or L1, which compare any values")}


class BCEWithLogits(_Binary):
    """Compare scores (logits, before any sigmoid) with probabilities or 0 and 1: binary cross-entropy."""

    category = "Objective"
    expects = "logits"
    compares = True
    function = "binary_cross_entropy_with_logits"
    threshold = 0.0


class BCE(_Binary):
    """Compare probabilities (after Sigmoid) with probabilities or 0 and 1: binary cross-entropy."""

    category = "Objective"
    expects = "probabilities"
    compares = True
    function = "binary_cross_entropy"
    threshold = 0.5

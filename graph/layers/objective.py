"""Objectives: what training makes small. The total is their weighted sum."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from graph.errors import Fix, ShapeError
from graph.layer import Code, Layer, Role, Value, expect_float
from graph.tensor import TensorType, format_shape

Reduction = Literal["mean", "sum"]


class _Objective(Layer):
    """Base of the objectives: ``torch`` gives the unweighted value, ``metric`` what is reported beside it."""

    category = "Objective"
    role: ClassVar[Role] = "objective"
    outputs = ()
    metric: ClassVar[str] = ""
    loss_weight: Annotated[float, Meta(ge=0.0, le=1e6, description="factor of this objective in the total")] = 1.0
    reduction: Annotated[Reduction, Meta(description="how the values of a batch become one")] = "mean"

    def _options(self) -> dict[str, str]:
        return {} if self.reduction == "mean" else {"reduction": self.reduction}


class CrossEntropy(_Objective):
    """Compare class scores (logits, before any softmax) with the right class."""

    keywords = ("classification", "negative log likelihood", "softmax", "loss")
    metric = "accuracy"
    typical = ("N,6", "N int64")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        expect_float(prediction, "CrossEntropy", "prediction")
        if prediction.rank < 2:
            raise ShapeError(
                f"CrossEntropy expects scores (N, C, ...), got {format_shape(prediction.shape)}.", "prediction"
            )
        batch, classes, *rest = prediction.shape
        wanted = prediction.shape if target.dtype == "float32" else (batch, *rest)
        if target.dtype == "bool" or target.shape != wanted:
            raise ShapeError(
                f"CrossEntropy of scores {format_shape(prediction.shape)} expects class indices "
                f"{format_shape((batch, *rest))} int64 or probabilities {format_shape(prediction.shape)}, got {target}.",
                "prediction" if prediction.rank > 2 and target.rank == 1 else "target",
                Fix("Insert Flatten", "insert", {"kind": "Flatten", "port": "prediction"})
                if prediction.rank > 2 and target.rank == 1
                else None,
            )
        return TensorType(())

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        return code.call("F.cross_entropy", prediction, target, **self._options())


class MSE(_Objective):
    """Mean squared error: the mean of the squared differences."""

    keywords = ("regression", "mean squared error", "l2", "loss")
    typical = ("N,6", "N,6")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        expect_float(prediction, "MSE", "prediction")
        expect_float(target, "MSE", "target")
        if prediction.shape != target.shape:
            raise ShapeError(
                f"MSE compares tensors of one shape, got {format_shape(prediction.shape)} and "
                f"{format_shape(target.shape)}.",
                "target",
            )
        return TensorType(())

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        return code.call("F.mse_loss", prediction, target, **self._options())

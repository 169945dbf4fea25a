"""Objectives that ask for a margin, and those of distributions other than the normal one of fixed width."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.accepted import Accepted, ClassIndices, Marks, Probabilities
from graph.errors import ShapeError
from graph.layer import Code, Value, expect_float
from graph.layers.objectives.base import Reduced
from graph.layers.objectives.elementwise import Elementwise, expect_same
from graph.tensor import TensorType, format_shape

Margin = Annotated[float, Meta(ge=-1e6, le=1e6, description="how far apart is far enough")]

_FOCAL = '''
def _focal_loss(scores, target, gamma, reduction):
    """Cross-entropy that counts less where the right class is likely already (Lin et al. 2017)."""
    entropy = F.cross_entropy(scores, target, reduction="none")
    loss = (1.0 - torch.exp(-entropy)) ** gamma * entropy
    return loss.sum() if reduction == "sum" else loss.mean()
'''


class PoissonNLL(Elementwise):
    """Compare a rate, or its logarithm, with a count: the negative log likelihood of a Poisson distribution."""

    category = "Objective"
    function = "poisson_nll_loss"
    keywords = ("counts", "poisson", "regression", "loss")
    log_input: Annotated[bool, Meta(description="the prediction is the logarithm of the rate")] = True

    def own_options(self) -> dict[str, Any]:
        return {} if self.log_input else {"log_input": False}

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": Accepted(low=0.0)}


class HingeEmbedding(Elementwise):
    """Make distances of pairs marked 1 small, and those of pairs marked -1 larger than a margin."""

    category = "Objective"
    function = "hinge_embedding_loss"
    keywords = ("siamese", "similarity", "loss")
    margin: Margin = 1.0

    def own_options(self) -> dict[str, Any]:
        return {} if self.margin == 1.0 else {"margin": self.margin}

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": Marks()}


class SoftMargin(Elementwise):
    """Compare scores with marks of 1 or -1: the logistic loss."""

    category = "Objective"
    function = "soft_margin_loss"
    keywords = ("logistic", "binary", "classification", "loss")

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": Marks()}


class GaussianNLL(Reduced):
    """Compare a mean and a variance with a value: the negative log likelihood of a normal distribution."""

    category = "Objective"
    metric = "distance"
    keywords = ("regression", "uncertainty", "variance", "loss")
    typical: ClassVar[tuple[str, ...]] = ("N,6", "N,6", "N,6")
    eps: Annotated[float, Meta(gt=0.0, le=1.0, description="least variance")] = 1e-6

    def infer(self, prediction: TensorType, target: TensorType, variance: TensorType) -> TensorType:
        for port, kind in (("prediction", prediction), ("target", target), ("variance", variance)):
            expect_float(kind, "GaussianNLL", port)
            expect_same("GaussianNLL", prediction, kind, port)
        return TensorType(())

    def torch(self, code: Code, prediction: Value, target: Value, variance: Value) -> str:
        options = {} if self.eps == 1e-6 else {"eps": self.eps}
        return code.call("F.gaussian_nll_loss", prediction, target, variance, **options, **self.options())


class MarginRanking(Reduced):
    """Have the first of two scores larger where the mark is 1, and the second where it is -1."""

    category = "Objective"
    keywords = ("ranking", "order", "loss")
    typical: ClassVar[tuple[str, ...]] = ("N", "N", "N")
    margin: Margin = 0.0

    def infer(self, prediction: TensorType, other: TensorType, target: TensorType) -> TensorType:
        for port, kind in (("prediction", prediction), ("other", other), ("target", target)):
            expect_float(kind, "MarginRanking", port)
            expect_same("MarginRanking", prediction, kind, port)
        return TensorType(())

    def accepts(  # type: ignore[override]
        self, prediction: TensorType, other: TensorType, target: TensorType
    ) -> dict[str, Accepted]:
        return {"target": Marks()}

    def torch(self, code: Code, prediction: Value, other: Value, target: Value) -> str:
        options = {"margin": self.margin} if self.margin else {}
        return code.call("F.margin_ranking_loss", prediction, other, target, **options, **self.options())


class MultiLabelSoftMargin(Elementwise):
    """Compare scores (N, C) with several yes-or-no labels a sample: the mean of their binary cross-entropies."""

    category = "Objective"
    metric = "binary_accuracy"
    threshold: ClassVar[float] = 0.0
    function = "multilabel_soft_margin_loss"
    keywords = ("several labels", "tags", "classification", "loss")

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": Probabilities()}


class _ByClass(Reduced):
    """Scores against the index of the right class."""

    metric = "accuracy"
    typical: ClassVar[tuple[str, ...]] = ("N,6", "N int64")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_float(prediction, kind, "prediction")
        if prediction.rank < 2:
            raise ShapeError(f"{kind} expects scores (N, C, ...), got {format_shape(prediction.shape)}.", "prediction")
        wanted = TensorType((prediction.shape[0], *prediction.shape[2:]), "int64")
        if target != wanted:
            raise ShapeError(
                f"{kind} of scores {format_shape(prediction.shape)} expects class indices {wanted}, got {target}.",
                "target",
            )
        return TensorType(())

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": ClassIndices(high=prediction.shape[1] - 1, ignorable=False)}


class MultiMargin(_ByClass):
    """Have the score of the right class larger than all others by a margin: the hinge loss of several classes."""

    category = "Objective"
    keywords = ("hinge", "svm", "classification", "loss")
    margin: Margin = 1.0

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        if prediction.rank != 2:
            raise ShapeError(f"MultiMargin expects scores (N, C), got {format_shape(prediction.shape)}.", "prediction")
        return super().infer(prediction, target)

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        options = {} if self.margin == 1.0 else {"margin": self.margin}
        return code.call("F.multi_margin_loss", prediction, target, **options, **self.options())


class Focal(_ByClass):
    """Compare class scores with the right class, counting less what is right already.

    Source: Lin et al. 2017.
    """

    category = "Objective"
    expects = "scores"
    keywords = ("imbalance", "detection", "retinanet", "classification", "loss")
    gamma: Annotated[float, Meta(ge=0.0, le=10.0, description="how much less; 0 is the cross-entropy")] = 2.0

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        function = code.helper("_focal_loss", _FOCAL)
        return code.call(function, prediction, target, self.gamma, self.reduction)

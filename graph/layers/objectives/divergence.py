"""Objectives that compare distributions and regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from graph.accepted import Accepted, ClassIndices, LogProbabilities, Probabilities
from graph.errors import ShapeError
from graph.layer import Code, Value, expect_float
from graph.layers.objectives.base import Averaging, IgnoreIndex, Objective, Reduced
from graph.layers.objectives.classaxis import misfit
from graph.layers.objectives.elementwise import expect_same
from graph.tensor import TensorType, format_shape


class KLStandardNormal(Reduced):
    """Keep a Gaussian given by mean and log variance near the standard normal: the second term of a VAE.

    Summed over the features; mean or sum over the batch. Source: Kingma and Welling 2013, appendix B.
    """

    category = "Objective"
    keywords = ("vae", "kullback leibler", "kl divergence", "variational", "loss")
    typical = ("N,6", "N,6")

    def infer(self, mu: TensorType, logvar: TensorType) -> TensorType:
        expect_float(mu, "KLStandardNormal", "mu")
        expect_float(logvar, "KLStandardNormal", "logvar")
        expect_same("KLStandardNormal", mu, logvar, "logvar")
        return TensorType(())

    def torch(self, code: Code, mu: Value, logvar: Value) -> str:
        total = f"-0.5 * torch.sum(1 + {logvar} - {mu}.pow(2) - {logvar}.exp())"
        return total if self.reduction == "sum" else f"{total} / {mu}.size(0)"


class KLDivergence(Objective):
    """Compare log probabilities with target probabilities, element by element."""

    category = "Objective"
    expects = "log_probabilities"
    keywords = ("kullback leibler", "distillation", "loss")
    typical = ("N,6", "N,6")
    reduction: Annotated[Literal["batchmean", "sum"], Meta(description="how the values become one")] = "batchmean"
    log_target: Annotated[bool, Meta(description="the target holds log probabilities too")] = False

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        expect_float(prediction, "KLDivergence", "prediction")
        expect_float(target, "KLDivergence", "target")
        expect_same("KLDivergence", prediction, target, "target")
        return TensorType(())

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"target": LogProbabilities() if self.log_target else Probabilities()}

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        options = {"log_target": True} if self.log_target else {}
        return code.call("F.kl_div", prediction, target, reduction=self.reduction, **options)

    def averaging(self, *inputs: TensorType) -> Averaging:
        return "sum" if self.reduction == "sum" else "samples"


_OVERLAP = '''
def _overlap(scores, target, ignore_index):
    """What the predicted and the true region of each class share, and the sizes of both together."""
    if target.is_floating_point():
        shares = torch.sigmoid(scores)
    else:
        kept = target.ne(ignore_index)
        shares = torch.softmax(scores, dim=1) * kept.unsqueeze(1)
        target = F.one_hot(target.where(kept, 0), scores.size(1)).movedim(-1, 1) * kept.unsqueeze(1)
    axes = [0, *range(2, scores.dim())]
    return torch.stack([(shares * target).sum(axes), shares.sum(axes) + target.sum(axes)])
'''

_DICE = '''
def _dice_loss(totals, smooth):
    """One minus the mean Dice coefficient of the classes."""
    both, sizes = totals
    return 1 - ((2 * both + smooth) / (sizes + smooth)).mean()
'''


class Dice(Objective):
    """Make predicted and true regions overlap: scores per pixel against class indices, or against 0 and 1."""

    category = "Objective"
    metric = "overlap"
    expects = "masks"
    keywords = ("segmentation", "overlap", "f1", "iou", "loss")
    typical = ("N,3,6,5", "N,6,5 int64")
    class_axis = 1
    port_notes: ClassVar[Mapping[str, str]] = {
        "prediction": "scores (N, C, ...): axis 1 holds the classes",
        "target": "class indices (N, ...), or a mask (N, C, ...) for each class",
    }
    smooth: Annotated[float, Meta(ge=0.0, le=1e6, description="added above and below, against empty regions")] = 1.0
    ignore_index: IgnoreIndex = -100

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        expect_float(prediction, "Dice", "prediction")
        if prediction.rank < 2:
            raise ShapeError(f"Dice expects scores (N, C, ...), got {format_shape(prediction.shape)}.", "prediction")
        batch, _, *rest = prediction.shape
        wanted = (batch, *rest) if target.dtype == "int64" else prediction.shape
        if target.dtype == "bool" or target.shape != wanted:
            accepted = f"class indices {format_shape((batch, *rest))} int64 or a mask {format_shape(prediction.shape)}"
            raise misfit("Dice", prediction, target, accepted)
        return TensorType(())

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        if target.dtype != "int64":
            return {"target": Probabilities()}
        return {"target": ClassIndices(high=prediction.shape[1] - 1, ignored=self.ignore_index)}

    def totals_of(self, code: Code, *inputs: Value) -> str:
        return code.call(code.helper("_overlap", _OVERLAP), *inputs, self.ignore_index)

    def torch(self, code: Code, prediction: Value, target: Value, totals: Value) -> str:
        return code.call(code.helper("_dice_loss", _DICE), totals, self.smooth)

    def averaging(self, *inputs: TensorType) -> Averaging:
        return "totals"

    def settle(self, totals: Sequence[float]) -> float | None:
        classes = len(totals) // 2
        pairs = [(2 * both, size) for both, size in zip(totals[:classes], totals[classes:], strict=True)]
        if not any(size for _, size in pairs):
            return None
        if not self.smooth and any(size == 0 for _, size in pairs):
            return nan
        return 1 - sum((both + self.smooth) / (size + self.smooth) for both, size in pairs) / classes

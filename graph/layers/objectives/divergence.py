"""Objectives that compare distributions and regions."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from graph.errors import ShapeError
from graph.layer import Code, Value, expect_float
from graph.layers.objectives.base import Objective, Reduced
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

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        options = {"log_target": True} if self.log_target else {}
        return code.call("F.kl_div", prediction, target, reduction=self.reduction, **options)


_DICE = '''
def _dice_loss(scores, target, smooth):
    """One minus the mean Dice coefficient of the classes."""
    if target.is_floating_point():
        shares = torch.sigmoid(scores)
    else:
        shares = torch.softmax(scores, dim=1)
        target = F.one_hot(target, scores.size(1)).movedim(-1, 1).to(scores.dtype)
    axes = [0, *range(2, scores.dim())]
    both = (shares * target).sum(axes)
    return 1 - ((2 * both + smooth) / (shares.sum(axes) + target.sum(axes) + smooth)).mean()
'''


class Dice(Objective):
    """Make predicted and true regions overlap: scores per pixel against class indices, or against 0 and 1."""

    category = "Objective"
    expects = "masks"
    keywords = ("segmentation", "overlap", "f1", "iou", "loss")
    typical = ("N,3,6,5", "N,6,5 int64")
    smooth: Annotated[float, Meta(ge=0.0, le=1e6, description="added above and below, against empty regions")] = 1.0

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        expect_float(prediction, "Dice", "prediction")
        if prediction.rank < 2:
            raise ShapeError(f"Dice expects scores (N, C, ...), got {format_shape(prediction.shape)}.", "prediction")
        batch, _, *rest = prediction.shape
        wanted = (batch, *rest) if target.dtype == "int64" else prediction.shape
        if target.dtype == "bool" or target.shape != wanted:
            raise ShapeError(
                f"Dice of scores {format_shape(prediction.shape)} expects class indices "
                f"{format_shape((batch, *rest))} int64 or a mask {format_shape(prediction.shape)}, got {target}.",
                "target",
            )
        return TensorType(())

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        return code.call(code.helper("_dice_loss", _DICE), prediction, target, self.smooth)

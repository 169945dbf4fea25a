"""How wrong each prediction is, sample by sample, and what it says in words."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from graph.layers.objectives.base import Objective
from training.metrics.answers import Answers
from training.metrics.gauges import labels_of

_LEAST = 1e-7

WORST = {
    "classes": "minus the logarithm of the probability of the true class",
    "scores": "the lead of the highest wrong score over that of the true class",
    "yes_no": "minus the logarithm of the probability of the true answer",
    "values": "the mean of the squared errors",
}
"""What orders samples, by what is known of the predictions."""


class Scores(NamedTuple):
    """Of some samples: how wrong each is, NaN where nothing of it counts, and its true and predicted class.

    ``true`` and ``guess`` are -1 where a sample does not have one class; ``sure`` is the probability of the guess, NaN
    where none is known.
    """

    wrong: Tensor
    true: Tensor
    guess: Tensor
    sure: Tensor

    @staticmethod
    def joined(parts: list[Scores]) -> Scores:
        """Those of all batches."""
        return Scores(*(torch.cat(columns) for columns in zip(*parts, strict=True)))


def ordered_by(answers: Answers) -> str:
    """What makes a sample of these answers a bad one, in words."""
    if answers.kind in ("values", "yes_no"):
        return WORST[answers.kind]
    return WORST["yes_no" if answers.kind == "masks" else "classes" if answers.likely else "scores"]


def scores_of(layer: Objective, answers: Answers, prediction: Tensor, target: Tensor) -> Scores:
    """Those of a batch, on the CPU, in tensors of their own."""
    prediction, target = prediction.detach().float(), target.detach()
    if answers.kind == "values":
        return _plain(_mean((prediction - target.float()) ** 2))
    if answers.kind in ("yes_no", "masks"):
        return _of_yes_no(answers, prediction, target)
    return _of_classes(layer, answers, prediction, target)


def _of_yes_no(answers: Answers, prediction: Tensor, target: Tensor) -> Scores:
    likely = prediction.sigmoid() if answers.threshold == 0.0 else prediction
    right = torch.where(target > 0.5, likely, 1 - likely)
    wrong = _mean(-right.clamp(min=_LEAST).log())
    if prediction[0].numel() != 1 or answers.kind == "masks":
        return _plain(wrong)
    guess, true, _ = labels_of(answers, prediction, target)
    sure = torch.where(guess > 0, likely.flatten(), 1 - likely.flatten())
    return Scores(wrong, true.cpu().clone(), guess.cpu(), sure.cpu())


def _of_classes(layer: Objective, answers: Answers, prediction: Tensor, target: Tensor) -> Scores:
    kept = answers.kept(target)
    place = target.where(kept, 0).unsqueeze(1)
    if answers.likely:
        logs = prediction if layer.expects == "log_probabilities" else F.log_softmax(prediction, 1)
        each = -logs.gather(1, place).squeeze(1)
    else:
        logs = None
        others = prediction.scatter(1, place, -torch.inf)
        each = others.amax(1) - prediction.gather(1, place).squeeze(1)
    each = each.masked_fill(~kept, 0.0)
    counts = kept.reshape(len(kept), -1).sum(1)
    wrong = (each.reshape(len(each), -1).sum(1) / counts).cpu()  # NaN where nothing counts
    if target.dim() != 1:
        return _plain(wrong)
    guess = prediction.argmax(1)
    sure = torch.full_like(wrong, torch.nan) if logs is None else logs.gather(1, guess[:, None]).exp()[:, 0].cpu()
    return Scores(wrong, target.where(kept, -1).cpu(), guess.cpu(), sure)


def _mean(values: Tensor) -> Tensor:
    return values.reshape(len(values), -1).mean(1).cpu()


def _plain(wrong: Tensor) -> Scores:
    none = torch.full((len(wrong),), -1)
    return Scores(wrong, none, none, torch.full_like(wrong, torch.nan))

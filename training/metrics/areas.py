"""The area under the curve of true over false positives, from scores that are kept."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from graph.recipe.metrics.metric import Areas
from training.metrics.answers import Answers
from training.metrics.gauges import Gauge, exact

MOST_SCORES = 2**20


class AreaGauge(Gauge):
    """Keeps scores and labels, at most ``MOST_SCORES`` of them: those of the first samples, and says so."""

    def __init__(self, answers: Answers, most: int = MOST_SCORES) -> None:
        super().__init__(answers)
        self._room = self._most = most
        self._seen = 0
        self._scores: list[Tensor] = []
        self._labels: list[Tensor] = []

    @property
    def notice(self) -> str:  # type: ignore[override]
        """What is to be said where not all scores were kept."""
        if self._seen <= self._most:
            return ""
        kept = self._most - self._room
        return f"roc_auc looks at the scores of the first samples: {kept:,} of {self._seen:,} scores."

    def add(self, prediction: Tensor, target: Tensor) -> None:
        scores, labels = self._rows(prediction.detach(), target)
        self._keep(scores, labels, scores.numel())

    def told(self) -> Any:
        return [torch.cat(parts) if parts else None for parts in (self._scores, self._labels)], self._seen

    def join(self, told: Any) -> None:
        (scores, labels), seen = told
        if scores is not None:
            self._keep(scores, labels, seen)

    def _keep(self, scores: Tensor, labels: Tensor, seen: int) -> None:
        self._seen += seen
        fitting = self._room // scores.size(1)
        kept = scores[:fitting]
        self._room -= kept.numel()
        if len(kept):
            # A batch's buffers are used again for the next one.
            self._scores.append(exact(kept).cpu())
            self._labels.append(labels[:fitting].cpu().clone())

    def counts(self) -> Areas | None:
        if not self._scores:
            return None
        scores, labels = torch.cat(self._scores), torch.cat(self._labels)
        if bool(scores.isnan().any()):
            return Areas(())
        classes = range(scores.size(1))
        if scores.size(1) == 1:
            return Areas(_area(scores[:, 0], labels.eq(1)))
        return Areas([area for place in classes for area in _area(scores[:, place], labels.eq(place))])

    def _rows(self, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """A row of scores for each answer that counts, and its label; one score tells yes from no."""
        if self.answers.kind == "yes_no":
            return prediction.reshape(-1, 1), target.reshape(-1)
        kept = self.answers.kept(target)
        prediction, target = prediction[kept], target[kept]
        if prediction.size(1) == 2:
            return prediction[:, 1:] - prediction[:, :1], target
        # Scores of different samples compare only after a softmax.
        return (prediction.softmax(1) if self.answers.likely else prediction), target


def _area(scores: Tensor, true: Tensor) -> list[float]:
    """The area for one class, equal scores counting half; nothing where all are true or none is."""
    positive = int(true.sum())
    negative = len(true) - positive
    if not positive or not negative:
        return []
    _, place, counts = torch.unique(scores, return_inverse=True, return_counts=True)
    middle = counts.cumsum(0).double() - (counts.double() - 1.0) / 2.0
    ranks = float(middle[place][true].sum())
    return [(ranks - positive * (positive + 1) / 2.0) / (positive * negative)]

"""Which classes were taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.metrics.answers import Answers
from training.metrics.gauges import SummingGauge, labels_of

MOST_CLASSES = 1000


class ConfusionGauge(SummingGauge):
    """Counts how often each class was predicted for each true one: a row for a true class."""

    def add(self, prediction: Tensor, target: Tensor) -> None:
        guess, truth, classes = labels_of(self.answers, prediction, target)
        pairs = torch.bincount(truth * (classes + 1) + guess, minlength=(classes + 1) ** 2)
        self._count(pairs.view(classes + 1, classes + 1)[:classes, :classes])

    def counts(self) -> Sequence[Sequence[int]] | None:
        return None if self._sums is None else self._sums.tolist()


def has_confusion(answers: Answers) -> bool:
    """Whether a table of its classes says anything, and can be held."""
    return answers.kind not in ("values", "masks") and 1 < answers.classes <= MOST_CLASSES

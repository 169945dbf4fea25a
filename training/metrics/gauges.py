"""What counts answers over a set, batch by batch, so that it does not matter how large the batches are."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from graph.recipe.metrics.metric import ClassCounts, Distances, Likelihood, Ranks, Sequences
from training.metrics.answers import Answers

_MOST_RANKS = 5


class Gauge:
    """Base. ``add`` takes what an objective compared in one batch, on the device; ``counts`` what has added up."""

    notice = ""
    """What is to be said of what was left out, if anything was."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def add(self, prediction: Tensor, target: Tensor) -> None:
        """Count the answers of a batch."""
        raise NotImplementedError

    def counts(self) -> Any:
        """What metrics follow from; none where nothing was counted."""
        raise NotImplementedError

    def told(self) -> Any:
        """What has added up, on the CPU, to be told to another process."""
        raise NotImplementedError

    def join(self, told: Any) -> None:
        """Add what has added up elsewhere over later batches."""
        raise NotImplementedError


class SummingGauge(Gauge):
    """One of which everything is in one tensor of sums."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self._sums: Tensor | None = None

    def _count(self, found: Tensor) -> None:
        self._sums = found if self._sums is None else self._sums + found.to(self._sums.device)

    def told(self) -> Tensor | None:
        return None if self._sums is None else self._sums.cpu()

    def join(self, told: Tensor | None) -> None:
        if told is not None:
            self._count(told)


class ClassGauge(SummingGauge):
    """Counts right, predicted and true classes; of masks, the pixels of each channel."""

    def add(self, prediction: Tensor, target: Tensor) -> None:
        self._count(
            self._of_masks(prediction, target) if self.answers.kind == "masks" else self._of(prediction, target)
        )

    def counts(self) -> ClassCounts | None:
        if self._sums is None:
            return None
        hits, predicted, true = self._sums.tolist()
        weights = self.answers.weights if self.answers.weighted else ()
        return ClassCounts(hits, predicted, true, self.answers.kind == "yes_no", weights)

    def _of(self, prediction: Tensor, target: Tensor) -> Tensor:
        guess, truth, classes = labels_of(self.answers, prediction, target)
        right = guess.where(guess.eq(truth), classes)
        rows = (right, guess, truth)
        return torch.stack([torch.bincount(row, minlength=classes + 1)[:classes] for row in rows])

    def _of_masks(self, prediction: Tensor, target: Tensor) -> Tensor:
        guess, truth = prediction.gt(self.answers.threshold), target.gt(0.5)
        axes = [axis for axis in range(guess.dim()) if axis != 1]
        return torch.stack([mask.sum(axes) for mask in (guess & truth, guess, truth)])


def labels_of(answers: Answers, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, int]:
    """The predicted and the true classes in one row each, and their number, which stands for what does not count."""
    if answers.kind == "yes_no":
        return prediction.gt(answers.threshold).long().flatten(), target.long().flatten(), 2
    classes = prediction.size(1)
    kept = answers.kept(target)
    guess = prediction.argmax(1)
    return guess.where(kept, classes).flatten(), target.where(kept, classes).flatten(), classes


class RankGauge(SummingGauge):
    """Counts how often the true class is among the first scores; of equal scores the first class comes first."""

    def add(self, prediction: Tensor, target: Tensor) -> None:
        kept = self.answers.kept(target)
        index = target.where(kept, 0).unsqueeze(1)
        own = prediction.gather(1, index)
        places = torch.arange(prediction.size(1), device=prediction.device).view(1, -1, *[1] * (prediction.dim() - 2))
        before = prediction.gt(own) | (prediction.eq(own) & places.lt(index))
        rank = before.sum(1)
        # Against a score that is not a number nothing compares; the answer is not a right one.
        valid = kept & ~prediction.isnan().any(1)
        found = torch.stack([*((rank.lt(k) & valid).sum() for k in range(1, _MOST_RANKS + 1)), kept.sum()])
        self._count(found)

    def counts(self) -> Ranks | None:
        if self._sums is None:
            return None
        *first, count = self._sums.tolist()
        return Ranks(first, count)


class LikelihoodGauge(SummingGauge):
    """Adds up the logarithms of the true tokens' probabilities."""

    def add(self, prediction: Tensor, target: Tensor) -> None:
        kept = self.answers.kept(target)
        logs = prediction.log_softmax(1).gather(1, target.where(kept, 0).unsqueeze(1)).squeeze(1)
        found = torch.stack([exact(logs.where(kept, 0.0)).sum(), exact(kept).sum()])
        self._count(found)

    def counts(self) -> Likelihood | None:
        return None if self._sums is None else Likelihood(*self._sums.tolist())


class SequenceGauge(SummingGauge):
    """Counts the sequences of which every token that counts is right."""

    def add(self, prediction: Tensor, target: Tensor) -> None:
        kept = self.answers.kept(target)
        there = kept.flatten(1).any(1)
        right = (prediction.argmax(1).eq(target) | ~kept).flatten(1).all(1)
        found = torch.stack([(right & there).sum(), there.sum()])
        self._count(found)

    def counts(self) -> Sequences | None:
        return None if self._sums is None else Sequences(*self._sums.tolist())


class DistanceGauge(SummingGauge):
    """Adds up errors, and how far targets are from the mean of each output, which is moved along with them."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self._samples = 0
        self._mean: Tensor | None = None
        self._spread: Tensor | None = None

    def add(self, prediction: Tensor, target: Tensor) -> None:
        truth = exact(target).flatten(1) if target.dim() > 1 else exact(target).unsqueeze(1)
        error = exact(prediction).reshape(truth.shape) - truth
        found = torch.stack([error.abs().sum(), error.square().sum()])
        self._count(found)
        mean = truth.mean(0)
        self._merge(mean, (truth - mean).square().sum(0), len(truth))

    def counts(self) -> Distances | None:
        if self._sums is None or self._spread is None:
            return None
        absolute, squared = self._sums.tolist()
        return Distances(absolute, squared, float(self._spread.sum()), self._samples * self._spread.numel())

    def told(self) -> Any:
        moments = (self._mean, self._spread)
        return super().told(), [None if each is None else each.cpu() for each in moments], self._samples

    def join(self, told: Any) -> None:
        sums, (mean, spread), samples = told
        super().join(sums)
        if mean is not None:
            here = mean.device if self._mean is None else self._mean.device
            self._merge(mean.to(here), spread.to(here), samples)

    def _merge(self, mean: Tensor, spread: Tensor, samples: int) -> None:
        """Join the moments of a batch with those so far (Chan 1979)."""
        if self._mean is None or self._spread is None:
            self._mean, self._spread, self._samples = mean, spread, samples
            return
        both, apart = self._samples + samples, mean - self._mean
        self._spread = self._spread + spread + apart.square() * (self._samples * samples / both)
        self._mean = self._mean + apart * (samples / both)
        self._samples = both


def exact(values: Tensor) -> Tensor:
    """Numbers in 64 bits; on the CPU where the device has none."""
    return values.detach().cpu().double() if values.device.type == "mps" else values.detach().double()

"""Metrics of numbers and of sequences."""

from __future__ import annotations

from math import exp, sqrt

from graph.recipe.metrics.metric import Distances, Likelihood, Metric, Sequences, share


class Mae(Metric[Distances]):
    """The mean absolute error: how far predictions are off, in the target's own unit."""

    suits = frozenset({"values"})
    counts = Distances
    rises = False

    def of(self, counts: Distances) -> float | None:
        return share(counts.absolute, counts.numbers)


class Rmse(Metric[Distances]):
    """The root of the mean squared error over all numbers: far misses count more."""

    suits = frozenset({"values"})
    counts = Distances
    rises = False

    def of(self, counts: Distances) -> float | None:
        return sqrt(counts.squared / counts.numbers) if counts.numbers else None


class R2(Metric[Distances]):
    """How much of the targets' variance the predictions explain: 1 is all, 0 no more than their mean does."""

    suits = frozenset({"values"})
    counts = Distances

    def of(self, counts: Distances) -> float | None:
        return 1.0 - counts.squared / counts.spread if counts.spread else None


class Perplexity(Metric[Likelihood]):
    """Between how many tokens, equally likely, the predictions leave the choice on average."""

    suits = frozenset({"tokens"})
    counts = Likelihood
    rises = False

    def of(self, counts: Likelihood) -> float | None:
        try:
            return exp(-counts.logs / counts.tokens) if counts.tokens else None
        except OverflowError:
            return None


class SequenceAccuracy(Metric[Sequences]):
    """The share of sequences in which every token is right."""

    suits = frozenset({"tokens"})
    counts = Sequences

    def of(self, counts: Sequences) -> float | None:
        return share(counts.right, counts.sequences)

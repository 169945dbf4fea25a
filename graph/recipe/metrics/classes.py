"""Metrics of right and wrong answers, with the values that scikit-learn gives them."""

from __future__ import annotations

from typing import ClassVar

from graph.recipe.metrics.metric import Answer, Areas, ClassCounts, Metric, Ranks, mean, share

_ONE_OF_MANY: frozenset[Answer] = frozenset({"classes", "tokens", "pixels"})
_NAMED: frozenset[Answer] = frozenset({"classes", "tokens", "yes_no", "masks"})


class Accuracy(Metric[ClassCounts]):
    """The share of right answers; of tokens and pixels, where each of them has an answer."""

    suits = _ONE_OF_MANY | {"yes_no"}
    counts = ClassCounts

    def of(self, counts: ClassCounts) -> float | None:
        return share(sum(counts.hits), sum(counts.true))


class WeightedAccuracy(Metric[ClassCounts]):
    """The share of right answers, each counting as much as its class weighs in the objective."""

    suits = _ONE_OF_MANY
    counts = ClassCounts
    weighted = True

    def of(self, counts: ClassCounts) -> float | None:
        right = sum(weight * hits for weight, hits in zip(counts.weights, counts.hits, strict=True))
        return share(right, sum(weight * true for weight, true in zip(counts.weights, counts.true, strict=True)))


class _OfClasses(Metric[ClassCounts]):
    """Base of figures of each class: of yes alone where there is yes and no, else the mean over all there are."""

    suits: ClassVar[frozenset[Answer]] = _NAMED
    counts = ClassCounts

    def of_class(self, hits: float, predicted: float, true: float) -> float:
        """The figure of one class that was predicted, true, or both."""
        raise NotImplementedError

    def of(self, counts: ClassCounts) -> float | None:
        rows = [*zip(counts.hits, counts.predicted, counts.true, strict=True)]
        if counts.binary:
            return self.of_class(*rows[1]) if any(rows[1]) else None
        return mean([self.of_class(*row) for row in rows if row[1] or row[2]])


class F1(_OfClasses):
    """The harmonic mean of a class's precision and recall; the mean over the classes, or of yes."""

    def of_class(self, hits: float, predicted: float, true: float) -> float:
        return 2.0 * hits / (predicted + true)


class BalancedAccuracy(Metric[ClassCounts]):
    """The mean of the classes' recalls, so that a rare class counts as much as a frequent one."""

    suits = _ONE_OF_MANY | {"yes_no"}
    counts = ClassCounts

    def of(self, counts: ClassCounts) -> float | None:
        return mean([hits / true for hits, true in zip(counts.hits, counts.true, strict=True) if true])


class Precision(_OfClasses):
    """How many of those that were taken for a class belong to it; the mean over the classes, or of yes."""

    def of_class(self, hits: float, predicted: float, true: float) -> float:
        return hits / predicted if predicted else 0.0


class Recall(_OfClasses):
    """How many of those that belong to a class were taken for it; the mean over the classes, or of yes."""

    def of_class(self, hits: float, predicted: float, true: float) -> float:
        return hits / true if true else 0.0


class Iou(_OfClasses):
    """What the predicted and the true region share, over both together (Jaccard), in the whole set; the mean over
    the classes."""

    suits = frozenset({"pixels", "masks"})

    def of_class(self, hits: float, predicted: float, true: float) -> float:
        return hits / (predicted + true - hits)


class Dice(_OfClasses):
    """Twice what the predicted and the true region share, over the sizes of both, in the whole set; the mean over
    the classes."""

    suits = frozenset({"pixels", "masks"})

    def of_class(self, hits: float, predicted: float, true: float) -> float:
        return 2.0 * hits / (predicted + true)


class _TopK(Metric[Ranks]):
    suits = frozenset({"classes", "tokens"})
    counts = Ranks
    k: ClassVar[int]

    def of(self, counts: Ranks) -> float | None:
        return share(counts.first[self.k - 1], counts.answers)


class Top3Accuracy(_TopK):
    """How often the right class is among the three of the highest scores."""

    k = 3
    more_classes_than = 3


class Top5Accuracy(_TopK):
    """How often the right class is among the five of the highest scores."""

    k = 5
    more_classes_than = 5


class RocAuc(Metric[Areas]):
    """How likely one that belongs to a class scores higher for it than one that does not; the mean over the classes,
    each against the rest."""

    suits = frozenset({"classes", "yes_no"})
    counts = Areas
    usual = False

    def of(self, counts: Areas) -> float | None:
        return mean(counts.areas)

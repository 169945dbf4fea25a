"""What a metric is: a figure that follows from what adds up over a set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

Answer = Literal["classes", "tokens", "pixels", "yes_no", "masks", "values"]
"""What predictions are: one class a sample, one a token, one a pixel; yes or no; regions of yes; numbers."""


class ClassCounts(NamedTuple):
    """For each class how often it was right, how often it was predicted, and how often it was true.

    Masks have channels in place of classes: of each, the pixels that are in both masks and in either. Of yes and no,
    which are ``binary``, the second is yes. ``weights`` are those of the classes in the objective, if it has any.
    """

    hits: Sequence[float]
    predicted: Sequence[float]
    true: Sequence[float]
    binary: bool = False
    weights: Sequence[float] = ()


class Ranks(NamedTuple):
    """Of so many ``answers``, how often the true class was among the ``first`` 1, 2, ... scores."""

    first: Sequence[float]
    answers: float


class Likelihood(NamedTuple):
    """The sum of the logarithms of the probabilities of so many true ``tokens``."""

    logs: float
    tokens: float


class Sequences(NamedTuple):
    """How many sequences have every token right, of those with tokens that count."""

    right: float
    sequences: float


class Distances(NamedTuple):
    """Sums over so many ``numbers``: of errors, their squares, and the squared distances from each output's mean."""

    absolute: float
    squared: float
    spread: float
    numbers: float


class Areas(NamedTuple):
    """The area under the curve of true over false positives, for each class that has samples of both kinds."""

    areas: Sequence[float]


C = TypeVar("C")


class Metric(Generic[C]):
    """Base. A subclass with a docstring is a metric: the docstring says to the user what it tells."""

    suits: ClassVar[frozenset[Answer]]
    counts: ClassVar[type[Any]]  # what it follows from
    rises: ClassVar[bool] = True  # whether the larger is the better
    usual: ClassVar[bool] = True  # whether it costs so little that every epoch may have it
    more_classes_than: ClassVar[int] = 1
    weighted: ClassVar[bool] = False  # whether it says nothing new where all classes weigh the same

    @classmethod
    def name(cls) -> str:
        """What figures call it: the class's name in small letters."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def meaning(cls) -> str:
        """What it tells, in a sentence."""
        return " ".join((cls.__doc__ or "").split())

    def of(self, counts: C) -> float | None:
        """The figure; none where nothing counts."""
        raise NotImplementedError


def share(part: float, whole: float) -> float | None:
    """A part of a whole; none of nothing."""
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    """The mean; none of nothing."""
    return sum(values) / len(values) if values else None

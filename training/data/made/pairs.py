"""Pairs and triplets of handwritten digits: for networks that learn what is alike."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Array, Dataset, Fields
from training.data.digits import digits

TRAINING, TEST = 4000, 800
_CLASSES = 10


def pairs() -> Dataset:
    """first and second (1, 8, 8), half of the pairs of one class; same (1,), 1 for those, and target_pm, 1 or -1.

    Raises:
        DataError: scikit-learn is not installed.
    """
    real = digits()
    return Dataset("made:pairs", _pairs(real.training, 0, TRAINING), _pairs(real.test, 1, TEST))


def triplets() -> Dataset:
    """anchor, positive and negative (1, 8, 8): the positive is another sample of the anchor's class.

    Raises:
        DataError: scikit-learn is not installed.
    """
    real = digits()
    return Dataset("made:triplets", _triplets(real.training, 0, TRAINING), _triplets(real.test, 1, TEST))


def _pairs(real: Fields, seed: int, count: int) -> Fields:
    generator = np.random.default_rng(seed)
    labels = real["label"]
    first = generator.integers(0, len(labels), count)
    same = generator.permutation(np.arange(count) % 2)
    second = _another(generator, labels, first, np.where(same, labels[first], _other_class(generator, labels[first])))
    return {
        "first": real["image"][first],
        "second": real["image"][second],
        "same": same[:, None].astype(np.float32),
        "target_pm": (2 * same - 1).astype(np.float32),
    }


def _triplets(real: Fields, seed: int, count: int) -> Fields:
    generator = np.random.default_rng(seed)
    labels = real["label"]
    anchor = generator.integers(0, len(labels), count)
    positive = _another(generator, labels, anchor, labels[anchor])
    negative = _another(generator, labels, anchor, _other_class(generator, labels[anchor]))
    image = real["image"]
    return {"anchor": image[anchor], "positive": image[positive], "negative": image[negative]}


def _other_class(generator: Generator, classes: Array) -> Array:
    return (classes + generator.integers(1, _CLASSES, len(classes))) % _CLASSES


def _another(generator: Generator, labels: Array, samples: Array, classes: Array) -> Array:
    """A sample of each of ``classes``, any but the one of ``samples`` in its place."""
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels, minlength=_CLASSES)
    starts = np.cumsum(sizes) - sizes
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order)) - starts[labels[order]]
    alike = labels[samples] == classes
    drawn = generator.integers(0, sizes[classes] - alike)
    drawn += alike & (drawn >= rank[samples])
    chosen: Array = order[starts[classes] + drawn]
    return chosen

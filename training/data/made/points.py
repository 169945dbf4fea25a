"""Points: a noisy sine for regression, two blobs and three spirals for classification."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves

_ARMS = 3
_TURNS = 1.0


def sine() -> Dataset:
    """x (1,) from -pi to pi and y (1,), its sine with a little noise."""
    return halves("sine", _sine)


def blobs() -> Dataset:
    """point (2,) from one of two clouds that touch, and label (1,), 0 or 1 as a float: logistic regression."""
    return halves("blobs", _blobs)


def spirals() -> Dataset:
    """point (2,) on one of three arms that wind around each other, and label: no line tells them apart."""
    return halves("spirals", _spirals)


def _sine(generator: Generator, count: int) -> Fields:
    x = generator.uniform(-np.pi, np.pi, (count, 1))
    y = np.sin(x) + generator.normal(0, 0.1, x.shape)
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}


def _blobs(generator: Generator, count: int) -> Fields:
    label = generator.integers(0, 2, (count, 1))
    point = (2 * label - 1) + generator.normal(0, 0.8, (count, 2))
    return {"point": point.astype(np.float32), "label": label.astype(np.float32)}


def _spirals(generator: Generator, count: int) -> Fields:
    label = generator.integers(0, _ARMS, count)
    # The root spreads points evenly over the area: without it they crowd in the middle, where arms meet.
    radius = np.sqrt(generator.uniform(0.01, 1, count))
    angle = 2 * np.pi * (radius * _TURNS + label / _ARMS)
    point = radius * np.array([np.cos(angle), np.sin(angle)]) + generator.normal(0, 0.025, (2, count))
    return {"point": point.T.astype(np.float32), "label": label}

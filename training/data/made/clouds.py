"""Points on the surface of a solid, in no order: what a laser scanner sees."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Array, Dataset, Fields
from training.data.made.halves import halves

CLASSES = ("ball", "cube", "cylinder", "cone")
POINTS = 256


def clouds() -> Dataset:
    """points (256, 3), turned about the upright axis, and label: 0 ball, 1 cube, 2 cylinder, 3 cone."""
    return halves("clouds", _clouds)


def _clouds(generator: Generator, count: int) -> Fields:
    label = generator.integers(0, len(CLASSES), count)
    points = np.stack([_surface(generator, int(kind)) for kind in label])
    points *= generator.uniform(0.7, 1, (count, 1, 3))
    angle = generator.uniform(0, 2 * np.pi, (count, 1))
    x, y = points[..., 0].copy(), points[..., 1].copy()
    points[..., 0], points[..., 1] = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    points += generator.normal(0, 0.02, points.shape)
    return {"points": points.astype(np.float32), "label": label}


def _surface(generator: Generator, kind: int) -> Array:
    """Points within one of the middle along every axis."""
    if kind == 0:
        points = generator.normal(size=(POINTS, 3))
        ball: Array = points / np.linalg.norm(points, axis=1, keepdims=True)
        return ball
    if kind == 1:
        points = generator.uniform(-1, 1, (POINTS, 3))
        side = generator.integers(0, 3, POINTS)
        points[np.arange(POINTS), side] = np.sign(points[np.arange(POINTS), side])
        cube: Array = points
        return cube
    height, angle = generator.uniform(-1, 1, POINTS), generator.uniform(0, 2 * np.pi, POINTS)
    radius = np.ones(POINTS) if kind == 2 else (1 - height) / 2
    round_: Array = np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=1)
    return round_

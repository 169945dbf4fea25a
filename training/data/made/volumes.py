"""Solids in a noisy volume, as a scanner would see them: 3-D convolution."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Array, Dataset, Fields
from training.data.made.halves import halves

CLASSES = ("ball", "cube", "cylinder", "cross")
SIZE = 16


def volumes() -> Dataset:
    """volume (1, 16, 16, 16), about from 0 to 1, and label: 0 ball, 1 cube, 2 upright cylinder, 3 cross."""
    return halves("volumes", _volumes)


def _volumes(generator: Generator, count: int) -> Fields:
    label = generator.integers(0, len(CLASSES), count)
    radius = generator.uniform(3.5, 6, count)
    centre = generator.uniform(radius, SIZE - radius, (3, count))
    volume = generator.normal(0, 0.15, (count, 1, SIZE, SIZE, SIZE)).astype(np.float32)
    for place, kind in enumerate(label):
        volume[place, 0] += _solid(int(kind), centre[:, place], radius[place])
    return {"volume": volume, "label": label}


def _solid(kind: int, centre: Array, radius: float) -> Array:
    """Whether a voxel is inside; every kind reaches ``radius`` from its centre along each axis."""
    away = np.abs(np.arange(SIZE) + 0.5 - centre[:, None])
    z, y, x = away[0, :, None, None], away[1, :, None], away[2]
    if kind == 0:
        inside = z**2 + y**2 + x**2 < radius**2
    elif kind == 1:
        inside = (z < radius) & (y < radius) & (x < radius)
    elif kind == 2:
        inside = (z < radius) & (y**2 + x**2 < radius**2)
    else:
        thin = [distance < radius / 3 for distance in (z, y, x)]
        ahead = [distance < radius for distance in (z, y, x)]
        inside = (ahead[0] & thin[1] & thin[2]) | (thin[0] & ahead[1] & thin[2]) | (thin[0] & thin[1] & ahead[2])
    solid: Array = inside
    return solid

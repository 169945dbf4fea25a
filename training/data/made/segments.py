"""Shapes that may hide each other, and which pixel belongs to which: segmentation."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves
from training.data.made.shapes import SHAPES, Placed, add_noise, background, cover, paint

_MOST = 3
CLASSES = ("background", *SHAPES[:3])


def segments() -> Dataset:
    """image (1, 64, 64) of one to three shapes; mask (64, 64): 0 background, 1 circle, 2 square, 3 triangle."""
    return halves("segments", _segments, names={"mask": CLASSES})


def _segments(generator: Generator, count: int) -> Fields:
    image = background(generator, count, 1)
    mask = np.zeros((count, 64, 64), dtype=np.int64)
    shapes = generator.integers(1, _MOST + 1, count)
    for place in range(_MOST):
        kind = generator.integers(0, 3, count)
        half = generator.uniform(7, 16, (2, count)).astype(np.float32)
        x, y = generator.uniform(half, 64 - half).astype(np.float32)
        coverage = cover(Placed(kind, x, y, *half)) * (place < shapes)[:, None, None]
        paint(image, coverage, generator.uniform(0.45, 1, (count, 1)).astype(np.float32))
        np.copyto(mask, kind[:, None, None] + 1, where=coverage > 0.5)
    add_noise(generator, image, 0.08)
    return {"image": image, "mask": mask}

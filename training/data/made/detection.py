"""Shapes to find: what a detector of one shot learns, on a grid of 8 x 8 cells."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.colours import COLOURS, shades
from training.data.made.halves import halves
from training.data.made.shapes import SHAPES, SIZE, Placed, add_noise, background, cover, paint

GRID = 8
CLASSES = SHAPES[:3]
IGNORED = -100
_MOST = 3
_CELL = SIZE // GRID


def detection() -> Dataset:
    """image (3, 64, 64) of one to three shapes, and of the cell in which each has its centre:

    objects (1, 8, 8), 1 there; boxes (4, 8, 8), the centre's place in the cell and the width and height, the image
    being 1; classes (8, 8), 0 circle, 1 square, 2 triangle and elsewhere -100, which CrossEntropy ignores.
    """
    return halves("detection", _detection, names={"classes": CLASSES})


def _detection(generator: Generator, count: int) -> Fields:
    image = background(generator, count, 3)
    objects = np.zeros((count, 1, GRID, GRID), dtype=np.float32)
    boxes = np.zeros((count, 4, GRID, GRID), dtype=np.float32)
    classes = np.full((count, GRID, GRID), IGNORED, dtype=np.int64)
    shapes = generator.integers(1, _MOST + 1, count)
    # Each shape has a quarter of the image to itself, so that none hides another.
    quarters = generator.permuted(np.tile(np.arange(4), (count, 1)), axis=1)
    for place in range(_MOST):
        kind = generator.integers(0, len(CLASSES), count)
        half = generator.uniform(5, 12, (2, count)).astype(np.float32)
        inside = generator.uniform(half, SIZE // 2 - half)
        corner = SIZE // 2 * np.stack([quarters[:, place] % 2, quarters[:, place] // 2])
        x, y = (corner + inside).astype(np.float32)
        there = np.flatnonzero(place < shapes)
        coverage = cover(Placed(kind, x, y, *half)) * (place < shapes)[:, None, None]
        paint(image, coverage, shades(generator, generator.integers(0, len(COLOURS), count)))
        box = np.stack([x % _CELL / _CELL, y % _CELL / _CELL, *(2 * half / SIZE)], axis=1)
        row, column = (y[there] // _CELL).astype(np.int64), (x[there] // _CELL).astype(np.int64)
        objects[there, 0, row, column] = 1
        boxes[there, :, row, column] = box[there]
        classes[there, row, column] = kind[there]
    add_noise(generator, image, 0.05)
    return {"image": image, "objects": objects, "boxes": boxes, "classes": classes}

"""Cells under a microscope, in images as large as the U-Net of the paper takes them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Array, Dataset, Fields
from training.data.made.halves import halves

CLASSES = ("background", "cell")
SIZE, MASK = 572, 388
TRAINING, TEST = 16, 4
_CELLS = 60
_LARGEST = 45


def cells() -> Dataset:
    """image (1, 572, 572) and mask (388, 388) of its middle, 1 in a cell: what convolutions without padding leave."""
    return halves("cells", _cells, TRAINING, TEST)


def _cells(generator: Generator, count: int) -> Fields:
    image = np.empty((count, 1, SIZE, SIZE), dtype=np.float32)
    mask = np.empty((count, MASK, MASK), dtype=np.int64)
    edge = (SIZE - MASK) // 2
    for place in range(count):
        picture, inside = _picture(generator)
        noise = 0.06 * generator.standard_normal(picture.shape, dtype=np.float32)
        image[place, 0] = np.clip(picture + noise, 0, 1)
        mask[place] = inside[edge : edge + MASK, edge : edge + MASK]
    return {"image": image, "mask": mask}


def _picture(generator: Generator) -> tuple[Array, Array]:
    """A picture with cells laid one over the other, and which pixels are in one."""
    # A margin lets cells reach over the edge; it is cut off in the end.
    size = SIZE + 2 * _LARGEST
    picture = np.full((size, size), generator.uniform(0.35, 0.5), dtype=np.float32)
    inside = np.zeros((size, size), dtype=bool)
    for _ in range(_CELLS):
        row, column = generator.integers(0, SIZE, 2)
        window = np.s_[row : row + 2 * _LARGEST, column : column + 2 * _LARGEST]
        radius = _radius(generator)
        # Darker at the membrane, brighter within.
        shade = np.where(radius < 0.88, generator.uniform(0.5, 0.7), generator.uniform(0.1, 0.25))
        np.copyto(picture[window], shade.astype(np.float32), where=radius < 1)
        inside[window] |= radius < 1
    middle = np.s_[_LARGEST:-_LARGEST, _LARGEST:-_LARGEST]
    return picture[middle], inside[middle]


def _radius(generator: Generator) -> Array:
    """Distances from the middle of a window, 1 on a tilted ellipse that fits into it."""
    x = np.arange(2 * _LARGEST) - (_LARGEST - 0.5)
    y = x[:, None]
    tilt, half = generator.uniform(0, np.pi), generator.uniform(16, _LARGEST, 2)
    along, across = x * np.cos(tilt) + y * np.sin(tilt), y * np.cos(tilt) - x * np.sin(tilt)
    radius: Array = np.hypot(along / half[0], across / half[1])
    return radius

"""Pictures of one shape in one colour: ten classes."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.colours import COLOURS, shades
from training.data.made.halves import halves
from training.data.made.shapes import SHAPES, Placed, add_noise, background, cover, paint

CLASSES = tuple(f"{colour} {shape}" for shape in SHAPES for colour in COLOURS[:2])


def pictures() -> Dataset:
    """image (3, 64, 64) and label: five shapes, each in red and in blue, anywhere and of any size."""
    return halves("pictures", _pictures)


def _pictures(generator: Generator, count: int) -> Fields:
    label = generator.integers(0, len(CLASSES), count)
    half = generator.uniform(10, 22, count).astype(np.float32)
    x, y = generator.uniform(half, 64 - half, (2, count)).astype(np.float32)
    image = background(generator, count, 3)
    paint(image, cover(Placed(label // 2, x, y, half, half)), shades(generator, label % 2))
    add_noise(generator, image, 0.05)
    return {"image": image, "label": label}

"""Colours with names, no two shapes of quite the same one."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.made.shapes import Floats, Integers

COLOURS = ("red", "blue", "green", "yellow")
_RGB = np.array([[0.9, 0.2, 0.2], [0.25, 0.4, 0.95], [0.2, 0.8, 0.3], [0.95, 0.85, 0.2]], dtype=np.float32)


def shades(generator: Generator, names: Integers) -> Floats:
    """Colours (samples, 3) near those of the indices ``names`` into ``COLOURS``."""
    shift = generator.uniform(-0.1, 0.1, (len(names), 3)).astype(np.float32)
    colours: Floats = np.clip(_RGB[names] + shift, 0, 1)
    return colours

"""Circles, squares, triangles, crosses and rings with soft edges, drawn for many samples at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

SIZE = 64
CIRCLE, SQUARE, TRIANGLE, CROSS, RING = range(5)
SHAPES = ("circle", "square", "triangle", "cross", "ring")


class Placed(NamedTuple):
    """One shape per sample: its kind, and in pixels its centre and half its width and height."""

    kind: Integers
    x: Floats
    y: Floats
    half_width: Floats
    half_height: Floats


def cover(placed: Placed) -> Floats:
    """How much of every pixel the shapes cover, (samples, 64, 64) from 0 to 1."""
    result = np.empty((len(placed.kind), SIZE, SIZE), dtype=np.float32)
    for kind in np.unique(placed.kind):
        chosen = placed.kind == kind
        half_width, half_height = placed.half_width[chosen, None, None], placed.half_height[chosen, None, None]
        pixels = np.arange(SIZE, dtype=np.float32) + np.float32(0.5)
        x = pixels - placed.x[chosen, None, None]
        y = pixels[:, None] - placed.y[chosen, None, None]
        result[chosen] = np.clip(_depth(int(kind), x, y, half_width, half_height) + np.float32(0.5), 0, 1)
    return result


def _depth(kind: int, x: Floats, y: Floats, w: Floats, h: Floats) -> Floats:
    """How many pixels a point lies inside the outline, negative outside."""
    if kind == SQUARE:
        return np.minimum(w - np.abs(x), h - np.abs(y))
    if kind == TRIANGLE:
        slope = np.hypot(1 / w, 1 / (2 * h))  # of its sides, to measure across them
        return np.minimum(h - y, ((y + h) / (2 * h) - np.abs(x) / w) / slope)
    if kind == CROSS:
        upright = np.minimum(w / 3 - np.abs(x), h - np.abs(y))
        return np.maximum(upright, np.minimum(w - np.abs(x), h / 3 - np.abs(y)))
    radius = _radius(x, y, w, h)
    if kind == RING:
        return np.minimum(1 - radius, radius - np.float32(0.55)) * np.minimum(w, h)
    return (1 - radius) * np.minimum(w, h)


def _radius(x: Floats, y: Floats, w: Floats, h: Floats) -> Floats:
    """The distance from the centre, 1 on the ellipse."""
    return np.sqrt(np.square(x / w) + np.square(y / h))

"""Circles, squares, triangles, crosses and rings with soft edges, drawn for many samples at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

SIZE = 64
_PART = 32
_NOISE = 2**20
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
        members = np.flatnonzero(placed.kind == kind)
        for part in _parts(len(members)):
            result[members[part]] = _cover(int(kind), placed, members[part])
    return result


def _parts(count: int) -> Iterator[slice]:
    """Samples few by few, so that what is computed on the way stays in the cache: it takes half the time."""
    return (slice(start, start + _PART) for start in range(0, count, _PART))


def _cover(kind: int, placed: Placed, chosen: Integers) -> Floats:
    pixels = np.arange(SIZE, dtype=np.float32) + np.float32(0.5)
    x = pixels - placed.x[chosen, None, None]
    y = pixels[:, None] - placed.y[chosen, None, None]
    depth = _depth(kind, x, y, placed.half_width[chosen, None, None], placed.half_height[chosen, None, None])
    coverage: Floats = np.clip(depth + np.float32(0.5), 0, 1)
    return coverage


def _depth(kind: int, x: Floats, y: Floats, w: Floats, h: Floats) -> Floats:
    """How many pixels a point lies inside the outline, negative outside."""
    radius: Floats = np.sqrt(np.square(x / w) + np.square(y / h))  # 1 on the ellipse
    depth: Floats = (1 - radius) * np.minimum(w, h)
    if kind == SQUARE:
        depth = np.minimum(w - np.abs(x), h - np.abs(y))
    elif kind == TRIANGLE:
        slope = np.hypot(1 / w, 1 / (2 * h))  # of its sides, to measure across them
        depth = np.minimum(h - y, ((y + h) / (2 * h) - np.abs(x) / w) / slope)
    elif kind == CROSS:
        upright = np.minimum(w / 3 - np.abs(x), h - np.abs(y))
        depth = np.maximum(upright, np.minimum(w - np.abs(x), h / 3 - np.abs(y)))
    elif kind == RING:
        depth = np.minimum(1 - radius, radius - np.float32(0.55)) * np.minimum(w, h)
    return depth


def paint(canvas: Floats, coverage: Floats, colour: Floats) -> None:
    """Lay one shape per sample, of colour (samples, channels), over the canvas (samples, channels, 64, 64)."""
    for part in _parts(len(canvas)):
        canvas[part] += coverage[part, None] * (colour[part, :, None, None] - canvas[part])


def background(generator: Generator, count: int, channels: int) -> Floats:
    """Dark canvases, each of one colour."""
    canvas = np.empty((count, channels, SIZE, SIZE), dtype=np.float32)
    canvas[:] = generator.uniform(0, 0.25, (count, channels, 1, 1))
    return canvas


def add_noise(generator: Generator, canvas: Floats, deviation: float) -> None:
    """Add normal noise and keep the values from 0 to 1."""
    # Stretches of one long draw, from anywhere in it: a draw for every pixel would take longer than all the rest.
    noise = generator.standard_normal(_NOISE, dtype=np.float32) * np.float32(deviation)
    for image, start in zip(canvas, generator.integers(0, _NOISE - canvas[0].size, len(canvas)), strict=True):
        image += noise[start : start + image.size].reshape(image.shape)
        np.clip(image, 0, 1, out=image)

"""Which samples are images, and what their numbers say of the bits they were stored with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from graph.dims import Dim
from training.data.dataset import Array

CHANNELS = (1, 3, 4)
_SMALLEST = 8
_PART_BYTES = 64 * 2**20
# Whole numbers up to here may be the numbers of kinds or counts, as those of a board or a map are.
_FEW = 16
_BYTE, _WORD = 255, 65535


class Spread(NamedTuple):
    """The smallest and the largest of some numbers, and whether all are whole."""

    low: float
    high: float
    whole: bool


def is_image(shape: Sequence[Dim]) -> bool:
    """Whether a sample of this shape is an image, a volume or a film, with channels first or last.

    Two axes alone are an image where both are pixels by the dozen and alike: else they are time and features.
    """
    sizes = [size if isinstance(size, int) else _SMALLEST for size in shape]
    match sizes:
        case [_, _] if all(isinstance(size, int) for size in shape):
            return min(sizes) >= _SMALLEST and max(sizes) <= 2 * min(sizes)
        case [channels, height, width]:
            first = channels in CHANNELS and min(height, width) > 1
            last = width in CHANNELS and min(channels, height) > 1
            return first or last or min(height, width) >= _SMALLEST
        case [channels, _, _, _]:
            return channels in CHANNELS or is_image(shape[1:])
        case _:
            return False


def spread(array: Array) -> Spread:
    """What numbers an array holds."""
    parts = [_spread(part) for part in parts_of(array)]
    lows, highs, wholes = zip(*parts, strict=True)
    return Spread(min(lows), max(highs), all(wholes))


def bits_divisor(seen: Spread) -> int:
    """The largest value of the 8 or 16 bits an image with these numbers was stored with; 1 for other images."""
    if seen.low < 0 or not seen.high > _FEW:
        return 1
    # Fractions are what resizing leaves of bytes; a measure with fractions seldom fills just their range.
    if seen.high <= _BYTE:
        return _BYTE if seen.whole or seen.high > _BYTE // 2 else 1
    return _WORD if seen.whole and seen.high <= _WORD else 1


def is_unit(seen: Spread) -> bool:
    """Whether numbers are fractions of 1: an image that was scaled before."""
    return not seen.whole and seen.low >= 0 and seen.high <= 1


def parts_of(array: Array) -> Iterator[Array]:
    """An array in parts that take little memory to look at."""
    step = max(1, _PART_BYTES // max(1, prod(array.shape[1:]) * array.dtype.itemsize))
    for start in range(0, len(array), step):
        yield array[start : start + step]


def _spread(part: Array) -> Spread:
    whole = part.dtype.kind != "f" or bool((np.floor(part) == part).all())
    return Spread(float(part.min()), float(part.max()), whole)

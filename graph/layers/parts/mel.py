"""The mel scale and the waves of a Fourier transform, as numbers; sources are named beside each formula."""

from __future__ import annotations

from array import array
from itertools import pairwise
from math import cos, exp, log, log10, pi, sin

# Slaney's scale is linear up to 1000 Hz, which are 15 mels, and has a factor of 6.4 every 27 mels from there.
_LINEAR, _CORNER, _STEP = 200.0 / 3.0, 15.0, log(6.4) / 27.0


def to_mel(hertz: float, scale: str) -> float:
    """A frequency in mels.

    Source: ``htk`` is 2595 log10(1 + f / 700), as in the HTK book; ``slaney`` is that of the Auditory Toolbox.
    """
    if scale == "htk":
        return 2595.0 * log10(1.0 + hertz / 700.0)
    return hertz / _LINEAR if hertz < 1000.0 else _CORNER + log(hertz / 1000.0) / _STEP


def to_hertz(mel: float, scale: str) -> float:
    """The frequency of a mel, in Hz."""
    if scale == "htk":
        return 700.0 * (exp(log(10.0) * mel / 2595.0) - 1.0)
    return _LINEAR * mel if mel < _CORNER else 1000.0 * exp(_STEP * (mel - _CORNER))


def edges(bands: int, low: float, high: float, scale: str) -> list[float]:
    """Where bands begin, have their peaks and end, in Hz: each spans three of these ``bands + 2``, even in mels."""
    start, end = to_mel(low, scale), to_mel(high, scale)
    return [to_hertz(start + (end - start) * at / (bands + 1), scale) for at in range(bands + 2)]


def empty_bands(borders: list[float], step: float) -> int:
    """How many bands have none of the frequencies 0, ``step``, 2 ``step``, ... inside."""
    spans = zip(borders, borders[2:], strict=False)
    return sum((low // step + 1) * step >= high for low, high in spans)


def triangles(borders: list[float], step: float, count: int, even_areas: bool) -> list[list[float]]:
    """The weights of ``count`` frequencies, ``step`` apart, in each band: (bands, count)."""
    slopes = [high - low for low, high in pairwise(borders)]
    rows = []
    for band, (low, _, high) in enumerate(zip(borders, borders[1:], borders[2:], strict=False)):
        factor = 2.0 / (high - low) if even_areas else 1.0
        rise, fall = slopes[band], slopes[band + 1]
        places = (step * at for at in range(count))
        rows.append([factor * max(0.0, min((f - low) / rise, (high - f) / fall)) for f in places])
    return rows


def hann(length: int, within: int) -> list[float]:
    """A periodic Hann window with zeros on both sides, as ``torch.stft`` centres it."""
    before = (within - length) // 2
    window = [0.5 - 0.5 * cos(2.0 * pi * at / length) if length > 1 else 1.0 for at in range(length)]
    return [0.0] * before + window + [0.0] * (within - length - before)


def waves(length: int, window: list[float]) -> list[array[float]]:
    """The cosines and then the sines of a Fourier transform of ``length`` values, under a window."""
    tables = [[wave(2.0 * pi * at / length) for at in range(length)] for wave in (cos, sin)]
    return [
        array("d", (window[at] * table[frequency * at % length] for at in range(length)))
        for table in tables
        for frequency in range(length // 2 + 1)
    ]

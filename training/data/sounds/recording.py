"""A recording as numbers from -1 to 1: its channels averaged, resampled, cut or filled up to a length."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from training.data.dataset import Array

SUFFIXES = (".wav", ".flac", ".ogg")
_LONGEST_SECONDS = 3600.0


def recording(path: Path, rate: int, length: int) -> tuple[Array, str]:
    """The first ``length`` values at ``rate`` a second, and why there are none as the end of a sentence, if so."""
    try:
        with soundfile.SoundFile(path) as file:
            if not file.frames:
                return _silence(length), "holds no sound"
            # A little more than what is kept, for resampling looks ahead; never more than there is.
            wanted = int(min(file.frames, _LONGEST_SECONDS * file.samplerate, (length / rate + 1.0) * file.samplerate))
            values = file.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
            own = int(file.samplerate)
    except (soundfile.SoundFileError, RuntimeError, OSError):
        return _silence(length), "is empty" if not path.stat().st_size else "is not a recording that can be read"
    if not np.isfinite(values).all():
        return _silence(length), "holds numbers that are not finite"
    return _of_length(_resampled(values, own, rate), length), ""


def about(path: Path) -> tuple[int, int, float]:
    """The rate, the channels and the seconds of a recording; zeros for one that cannot be read."""
    try:
        with soundfile.SoundFile(path) as file:
            return int(file.samplerate), int(file.channels), file.frames / file.samplerate
    except (soundfile.SoundFileError, RuntimeError, OSError):
        return 0, 0, 0.0


def _resampled(values: Array, own: int, rate: int) -> Array:
    if own == rate:
        return values
    common = gcd(own, rate)
    return np.asarray(resample_poly(values, rate // common, own // common), dtype=np.float32)


def _of_length(values: Array, length: int) -> Array:
    kept = _silence(length)
    kept[: len(values)] = values[:length]
    return kept


def _silence(length: int) -> Array:
    return np.zeros(length, dtype=np.float32)

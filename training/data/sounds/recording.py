"""A recording as numbers from -1 to 1: its channels averaged, resampled, cut or filled up to a length."""

from __future__ import annotations

from math import gcd
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from scipy.signal import resample_poly

from training.data.dataset import Array

SUFFIXES = (".wav", ".flac", ".ogg")
_LONGEST_SECONDS = 3600.0


class About(NamedTuple):
    """What the head of a recording says of it."""

    rate: int
    channels: int
    seconds: float


class BadRecordingError(Exception):
    """A recording that cannot be used; the message is the end of a sentence."""


def about(path: Path) -> About | str:
    """What a recording is like, or what is wrong with it."""
    try:
        with soundfile.SoundFile(path) as file:
            if not file.frames:
                return "holds no sound"
            return About(int(file.samplerate), int(file.channels), file.frames / file.samplerate)
    except (soundfile.SoundFileError, RuntimeError, OSError):
        return _unreadable(path)


def recording(path: Path, rate: int, length: int) -> Array:
    """The first ``length`` values at ``rate`` a second.

    Raises:
        BadRecordingError: there are none.
    """
    try:
        with soundfile.SoundFile(path) as file:
            # A little more than what is kept, for resampling looks ahead; never more than there is.
            wanted = int(min(file.frames, _LONGEST_SECONDS * file.samplerate, (length / rate + 1.0) * file.samplerate))
            values = file.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
            own = int(file.samplerate)
    except (soundfile.SoundFileError, RuntimeError, OSError):
        raise BadRecordingError(_unreadable(path)) from None
    if not len(values):
        raise BadRecordingError("holds no sound")
    if not np.isfinite(values).all():
        raise BadRecordingError("holds numbers that are not finite")
    return _of_length(_resampled(values, own, rate), length)


def _unreadable(path: Path) -> str:
    return "is empty" if not path.stat().st_size else "is not a recording that can be read"


def _resampled(values: Array, own: int, rate: int) -> Array:
    if own == rate:
        return values
    common = gcd(own, rate)
    return np.asarray(resample_poly(values, rate // common, own // common), dtype=np.float32)


def _of_length(values: Array, length: int) -> Array:
    kept = np.zeros(length, dtype=np.float32)
    kept[: len(values)] = values[:length]
    return kept

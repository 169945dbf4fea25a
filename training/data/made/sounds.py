"""Two tones at a time, as levels of loudness: which level comes next?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves

LEVELS = 64
LENGTH = 256
_MU = LEVELS - 1


def sounds() -> Dataset:
    """levels_in (256,), samples in 64 steps that are finer where it is quiet, and levels_out (256,), the next ones."""
    return halves("sounds", _sounds)


def _sounds(generator: Generator, count: int) -> Fields:
    period, phase = generator.uniform(8, 40, (count, 2, 1)), generator.uniform(0, 2 * np.pi, (count, 2, 1))
    loudness = generator.uniform(0.2, 0.5, (count, 2, 1))
    wave = (loudness * np.sin(2 * np.pi * np.arange(LENGTH + 1) / period + phase)).sum(axis=1)
    wave += generator.normal(0, 0.005, wave.shape)
    squeezed = np.sign(wave) * np.log1p(_MU * np.abs(wave).clip(0, 1)) / np.log1p(_MU)
    levels = np.rint((squeezed + 1) / 2 * _MU).astype(np.int64)
    return {"levels_in": levels[:, :-1], "levels_out": levels[:, 1:]}

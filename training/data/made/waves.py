"""Sine waves from three numbers: one to many."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves

LENGTH = 24


def waves() -> Dataset:
    """params (3,), amplitude, frequency in waves per sample and phase in radians; wave (24, 1), with little noise."""
    return halves("waves", _waves)


def _waves(generator: Generator, count: int) -> Fields:
    params = generator.uniform([0.2, 0.5, -np.pi / 2], [1, 2, np.pi / 2], (count, 3)).astype(np.float32)
    amplitude, frequency, phase = params.T[:, :, None]
    wave = amplitude * np.sin(2 * np.pi * frequency * np.arange(LENGTH) / LENGTH + phase)
    wave += generator.normal(0, 0.02, wave.shape)
    return {"params": params, "wave": wave.astype(np.float32)[:, :, None]}

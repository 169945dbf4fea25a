"""Sounds of four timbres, of any pitch and loudness."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves

CLASSES = ("sine", "square", "sawtooth", "noise")
LENGTH = 1024


def audio() -> Dataset:
    """wave (1, 1024), about from -1 to 1, and label: 0 sine, 1 square, 2 sawtooth, 3 noise."""
    return halves("audio", _audio)


def _audio(generator: Generator, count: int) -> Fields:
    label = generator.integers(0, len(CLASSES), count)
    pitch, phase = generator.uniform(6, 48, (count, 1)), generator.uniform(0, 1, (count, 1))
    turn = (pitch * np.arange(LENGTH) / LENGTH + phase) % 1
    # Of equal power, so that loudness tells nothing.
    sine, square, sawtooth = np.sin(2 * np.pi * turn) * np.sqrt(2), np.sign(turn - 0.5), (2 * turn - 1) * np.sqrt(3)
    noise = generator.standard_normal(turn.shape)
    wave = np.choose(label[:, None], [sine, square, sawtooth, noise])
    wave *= generator.uniform(0.15, 0.4, (count, 1))
    wave += generator.normal(0, 0.03, wave.shape)
    return {"wave": wave.astype(np.float32)[:, None], "label": label}

"""Melodies that climb and fall by eight motifs, two of them in each melody: which note comes next?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves

NOTES = 16
LENGTH = 24
_MOTIFS = np.array(
    [
        [1, 1, 1, -2],
        [2, -1, 2, -1],
        [-1, -1, -1, 2],
        [-2, 1, -2, 1],
        [2, 2, -3, 0],
        [-2, -2, 3, 0],
        [4, -3, 1, -1],
        [0, 1, 0, -2],
    ]
)
_WRONG = 0.03


def music() -> Dataset:
    """notes_in (24,), numbers of notes on a scale of 16, and notes_out (24,), the note after each."""
    return halves("music", _music)


def _music(generator: Generator, count: int) -> Fields:
    bars = LENGTH // _MOTIFS.shape[1]
    two = generator.integers(0, len(_MOTIFS), (count, 2))
    motifs = np.take_along_axis(two, generator.integers(0, 2, (count, bars)), axis=1)
    steps = _MOTIFS[motifs].reshape(count, LENGTH)
    first = generator.integers(0, NOTES, (count, 1))
    climbed = np.concatenate([first, first + np.cumsum(steps, axis=1)], axis=1)
    # At the ends of the scale the melody turns around, as a ball thrown between two walls.
    top = NOTES - 1
    notes = top - np.abs(climbed % (2 * top) - top)
    wrong = generator.random(notes.shape) < _WRONG
    notes[wrong] = generator.integers(0, NOTES, int(wrong.sum()))
    return {"notes_in": notes[:, :-1], "notes_out": notes[:, 1:]}

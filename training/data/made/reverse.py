"""Sequences to say backwards: what an encoder must remember and a decoder repeat."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves

START, END = 0, 1
VOCABULARY = ("<start>", "<end>", *"abcdefghij")
LENGTH = 8


def reverse() -> Dataset:
    """source (8,); target_in (9,), <start> and the source reversed; target_out (9,), the source reversed and <end>."""
    return halves("reverse", _reverse, names=dict.fromkeys(("source", "target_in", "target_out"), VOCABULARY))


def _reverse(generator: Generator, count: int) -> Fields:
    source = generator.integers(END + 1, len(VOCABULARY), (count, LENGTH))
    start, end = (np.full((count, 1), token) for token in (START, END))
    reversed_source = source[:, ::-1]
    return {
        "source": source,
        "target_in": np.concatenate([start, reversed_source], axis=1),
        "target_out": np.concatenate([reversed_source, end], axis=1),
    }

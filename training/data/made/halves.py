"""Training and test samples from one generator, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields

TRAINING, TEST = 2000, 400


def halves(name: str, make: Callable[[Generator, int], Fields], training: int = TRAINING, test: int = TEST) -> Dataset:
    """The data ``made:name``: ``make`` draws as many samples as it is told from the generator it is handed."""
    return Dataset(f"made:{name}", make(np.random.default_rng(0), training), make(np.random.default_rng(1), test))

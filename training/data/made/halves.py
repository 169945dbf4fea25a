"""Training and test samples from one generator, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.runs.data_record import Learned

TRAINING, TEST = 2000, 400


def halves(
    name: str,
    make: Callable[[Generator, int], Fields],
    training: int = TRAINING,
    test: int = TEST,
    names: Mapping[str, Sequence[str]] | None = None,
) -> Dataset:
    """The data ``made:name``: ``make`` draws as many samples as it is told from the generator it is handed.

    ``names`` are those of classes and tokens by field, in the order of their numbers.
    """
    learned = Learned({field: list(known) for field, known in (names or {}).items()})
    fields = make(np.random.default_rng(0), training), make(np.random.default_rng(1), test)
    return Dataset(f"made:{name}", *fields, learned=learned)

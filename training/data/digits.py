"""The 1,797 handwritten digits of 8 x 8 pixels that come with scikit-learn: data that is always there."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from training.data.dataset import Dataset
from training.errors import DataError

_TEST_SHARE = 0.2


def digits() -> Dataset:
    """Images (1, 8, 8) from 0 to 1 and labels; a fifth of each class, always the same, is the test samples.

    Raises:
        DataError: scikit-learn is not installed.
    """
    # Importing scikit-learn takes a second, of which training would wait for every bit; its file takes 20 ms.
    spec = find_spec("sklearn")
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path()
    path = folder / "datasets" / "data" / "digits.csv.gz"
    if spec is None or not path.is_file():
        raise DataError(
            "The digits are part of scikit-learn, which is missing: 'pip install scikit-learn' installs it."
        )
    table = np.loadtxt(path, delimiter=",", dtype=np.float32)
    fields = {"image": table[:, :-1].reshape(-1, 1, 8, 8) / 16, "label": table[:, -1].astype(np.int64)}
    held = _held_out(fields["label"])
    return Dataset("digits", {key: a[~held] for key, a in fields.items()}, {key: a[held] for key, a in fields.items()})


def _held_out(labels: np.ndarray) -> np.ndarray:
    """Which samples are for testing: the same share of every class, the same ones every time."""
    generator = np.random.default_rng(0)
    held = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        held[members[: round(len(members) * _TEST_SHARE)]] = True
    return held

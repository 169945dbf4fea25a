"""The digits that come with scikit-learn."""

from __future__ import annotations

from graph.recipe.sources import Digits
from training.data.dataset import Dataset, Reading
from training.data.digits import digits


def read(_source: Digits, _reading: Reading) -> Dataset:
    """Images (1, 8, 8) from 0 to 1 and labels.

    Raises:
        DataError: scikit-learn is not installed.
    """
    return digits()

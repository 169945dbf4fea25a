"""What every source of data gives: named arrays of training samples, and of test samples where there are any."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Fields: TypeAlias = dict[str, Array]


class Dataset(NamedTuple):
    """Samples by field; the first axis of every array counts them. ``test`` is empty where nothing is held out."""

    name: str
    training: Fields
    test: Fields

    def describe(self) -> str:
        """The fields and the shape of one sample of each, for a sentence."""
        return ", ".join(f"'{key}' {_shape(array)} {array.dtype}" for key, array in self.training.items())


def _shape(array: Array) -> str:
    return " x ".join(str(size) for size in np.shape(array)[1:]) or "one number"

"""What every source of data gives: named arrays of training samples, and of others where there are any."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Fields: TypeAlias = dict[str, Array]

_LISTED = 8


class Dataset(NamedTuple):
    """Samples by field; the first axis of every array counts them.

    ``test`` and ``validation`` are empty where the data brings none, ``training`` where it is there to test on alone.
    ``left_out`` has what cannot be samples, by name, each with the reason as the end of a sentence.
    """

    name: str
    training: Fields
    test: Fields
    validation: Fields = {}
    left_out: dict[str, str] = {}

    def fields(self) -> Fields:
        """The fields there are: of the training samples, or else of others."""
        return self.training or self.test or self.validation

    def describe(self) -> str:
        """The fields and the shape of one sample of each, for a sentence."""
        fields = self.fields()
        shown = [f"'{key}' {_shape(array)} {array.dtype}" for key, array in list(fields.items())[:_LISTED]]
        return ", ".join(shown) + (f" and {len(fields) - _LISTED:,} more" if len(fields) > _LISTED else "")


def _shape(array: Array) -> str:
    return " x ".join(str(size) for size in np.shape(array)[1:]) or "one number"

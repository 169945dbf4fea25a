"""What every source of data gives: named arrays of training samples, and of others where there are any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from training.errors import DataError
from training.runs.data_record import Learned

Array: TypeAlias = npt.NDArray[Any]
Fields: TypeAlias = dict[str, Array]

Tell: TypeAlias = Callable[[str], None]
Stage: TypeAlias = Callable[[str, float], None]

_LISTED = 8


class Reading(NamedTuple):
    """How data is read: which share of it is held back, chosen by which seed, and what was learned from it before.

    ``tell`` is handed what is to be said of what was done to the data; ``stage`` what is being done, and how much of
    it is, from 0 to 1.
    """

    validation: float = 0.0
    seed: int = 0
    learned: Learned | None = None
    tell: Tell = lambda _: None
    stage: Stage = lambda _what, _done: None

    def began_with(self, *fields: str, texts: bool = False) -> Learned | None:
        """What was learned from the data a run began with, which names the values of ``fields``; ``None`` without any.

        Raises:
            DataError: that was data of another kind.
        """
        if self.learned is None or not self.learned.names:
            return None
        missing = next((field for field in fields if field not in self.learned.names), "")
        if missing or (texts and self.learned.length < 1):
            lacks = f"nothing called '{missing}'" if missing else "no texts that were read from files"
            raise DataError(f"What was trained on has {lacks}, by which this would be read; give it data of that kind.")
        return self.learned


class Dataset(NamedTuple):
    """Samples by field; the first axis of every array counts them.

    ``test`` and ``validation`` are empty where the data brings none, ``training`` where it is there to test on alone.
    ``left_out`` has what cannot be samples, by name, each with the reason as the end of a sentence; ``refused`` says
    what was wrong with each item that was skipped. ``held`` tells that the validation samples were chosen while
    reading, as the settings ask; ``learned`` is what must hold for every other file that is read for the same run.
    The fields in ``whole`` are whole numbers (int64), in fewer bytes.
    """

    name: str
    training: Fields
    test: Fields
    validation: Fields = {}
    left_out: dict[str, str] = {}
    refused: tuple[str, ...] = ()
    held: bool = False
    learned: Learned = Learned()
    whole: tuple[str, ...] = ()

    def fields(self) -> Fields:
        """The fields there are: of the training samples, or else of others."""
        return self.training or self.test or self.validation

    def dtype_of(self, field: str) -> np.dtype[Any]:
        """The type of a field's numbers."""
        return np.dtype(np.int64) if field in self.whole else self.fields()[field].dtype

    def describe(self) -> str:
        """The fields and the shape of one sample of each, for a sentence."""
        fields = self.fields()
        shown = [f"'{key}' {_shape(array)} {self.dtype_of(key)}" for key, array in list(fields.items())[:_LISTED]]
        return ", ".join(shown) + (f" and {len(fields) - _LISTED:,} more" if len(fields) > _LISTED else "")


def counted(number: int, noun: str) -> str:
    """A number of things, for a sentence."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Some names for a sentence."""
    return ", ".join(f"'{name:.60}'" for name in names[:10]) + (f" and {len(names) - 10:,} more" if names[10:] else "")


def _shape(array: Array) -> str:
    return " x ".join(str(size) for size in np.shape(array)[1:]) or "one number"

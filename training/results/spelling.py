"""Texts that are typed brought to the numbers of tokens, and numbers back to text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from training.data.texts.cutting import Cutting, cut
from training.data.texts.subwords import text_of
from training.data.texts.vocabulary import PADDING, UNKNOWN, Vocabulary
from training.errors import DataError
from training.runs.data_record import Learned, Unit

_SHOWN = 12


class Spelling(NamedTuple):
    """The names of tokens in the order of their numbers, and what they were cut from, by the ``field`` of the data."""

    names: list[str]
    learned: Learned
    field: str = ""
    largest: int = 0

    @property
    def padding(self) -> int:
        """The token that fills texts up; -1 where there is no such."""
        return self.names.index(PADDING) if PADDING in self.names else -1

    @property
    def unit(self) -> Unit:
        """What a token is: as the data was read, else as the names look."""
        if self.learned.unit:
            return self.learned.unit
        return "characters" if all(len(name) == 1 or _is_mark(name) for name in self.names) else "words"

    def numbers(self, text: str) -> list[int]:
        """The tokens of a text; of data without names, numbers with spaces between.

        Raises:
            DataError: it has tokens that are not known.
        """
        if not self.names:
            return self._read(text)
        known = {name: number for number, name in enumerate(self.names)}
        tokens = self._cut(text, known)
        other = known.get(UNKNOWN, -1)
        missing = [token for token in tokens if token not in known]
        if missing and other < 0:
            names = [repr(name)[1:-1] for name in self.names if not _is_mark(name)]
            told = ", ".join(names if len(names) <= _SHOWN else [*names[:_SHOWN], "..."])
            raise DataError(f"The model has no token '{missing[0]:.40}'; its tokens: {told}.")
        return [known.get(token, other) for token in tokens]

    def text(self, numbers: Sequence[int]) -> str:
        """The text of tokens."""
        names = [self.names[number] if number < len(self.names) else str(number) for number in numbers]
        if self.names and self.unit == "subwords":
            return text_of(names)
        return ("" if self.names and self.unit == "characters" else " ").join(names)

    def _cut(self, text: str, known: dict[str, int]) -> Sequence[str]:
        unit, lowercase = self.unit, self.learned.lowercase
        if unit == "characters":
            text = unicodedata.normalize("NFC", text)
            lower = [letter.lower() for letter in text]
            return [small if lowercase and small in known else own for own, small in zip(text, lower, strict=True)]
        if not self.learned.unit:
            return [word.lower() if word not in known and word.lower() in known else word for word in text.split()]
        words = cut(text, Cutting(unit, lowercase))
        if unit != "subwords":
            return words
        merges = self.learned.merges.get("target" if self.field.startswith("target") else self.field, [])
        special = sum(_is_mark(name) for name in self.names)
        return Vocabulary(self.names, merges).tokens([words], unit, special)[0]

    def _read(self, text: str) -> list[int]:
        words = text.split()
        if bad := next((word for word in words if not word.isdecimal() or int(word) > self.largest), ""):
            raise DataError(
                f"The data has no names for its tokens: write their numbers, from 0 to {self.largest}, with spaces "
                f"between, not '{bad:.40}'."
            )
        return [int(word) for word in words]


def _is_mark(name: str) -> bool:
    return len(name) > 2 and name[0] == "<" and name[-1] == ">"

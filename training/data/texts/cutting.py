"""How texts are cut: into words and marks, into characters, or into words that are cut further into subwords."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from graph.recipe.sources import TextFolder, TextPairs, TextTable
from training.data.texts.subwords import BEGINS
from training.runs.data_record import Learned, Unit

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")


class Cutting(NamedTuple):
    """What a token is, and whether capital letters are told apart from small ones."""

    unit: Unit
    lowercase: bool


def cutting(settings: TextFolder | TextTable | TextPairs, learned: Learned | None) -> Cutting:
    """As the settings ask or, where a run began with other texts, as these were cut."""
    if learned is not None and learned.unit:
        return Cutting(learned.unit, learned.lowercase)
    return Cutting(settings.unit, settings.lowercase)


def cut(text: str, how: Cutting) -> list[str]:
    """The words and marks of a text, or its characters; words to be cut further say whether a space is before them."""
    text = unicodedata.normalize("NFC", text)
    text = text.lower() if how.lowercase else text
    if how.unit == "characters":
        return list(text.strip())
    if how.unit == "words":
        return _WORD.findall(text)
    # A text begins like a word behind a space, so that a word has the same pieces wherever it stands.
    text = " " + text.replace(BEGINS, " ")
    ends = [0, *(found.end() for found in _WORD.finditer(text))]
    return [_marked(text[start:end]) for start, end in pairwise(ends)]


def _marked(word: str) -> str:
    """A word with a mark in the place of the spaces before it, if there are any."""
    bare = word.lstrip()
    return bare if bare == word else BEGINS + bare

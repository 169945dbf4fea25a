"""How well a few typed letters fit a name: its beginning, a part of it, what it is also called, or letters in order."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]?")


def rank(typed: str, name: str, also: Sequence[str] = ()) -> int | None:
    """The worse the larger, ``None`` where it does not fit; every word of ``typed`` has to.

    0: the name begins so, 1: it has that in it, 2: initials of it or of what it is ``also`` called, 3: that has it in
    it, 4: the name has these letters in this order, close to each other.
    """
    found = [_word_rank(word, name, also) for word in typed.lower().split()]
    worst = max((each for each in found if each is not None), default=0)
    return None if None in found else worst


def _word_rank(word: str, name: str, also: Sequence[str]) -> int | None:
    low = name.lower()
    if low.startswith(word):
        return 0
    if word in low:
        return 1
    parts = [part.lower() for part in _PART.findall(name)]
    if len(word) > 1 and any(_initials(text).startswith(word) for text in (" ".join(parts), *also)):
        return 2
    if any(word in text.lower() for text in also):
        return 3
    starts = {0, *(match.start() for match in _PART.finditer(name))}
    return 4 if len(word) > 1 and any(_in_order(word, low[start:]) for start in starts) else None


def _initials(text: str) -> str:
    return "".join(part[0] for part in text.lower().split())


def _in_order(word: str, text: str) -> bool:
    """Whether the letters of a word follow one another in a text from its first on, within twice their number."""
    if not text or text[0] != word[0]:
        return False
    left = iter(text[: 2 * len(word)])
    return all(letter in left for letter in word)

"""Words for sentences that are put together by chance."""

from __future__ import annotations

from numpy.random import Generator


def words(text: str) -> list[str]:
    """The words of a text: lists of them are easier to read without quotes."""
    return text.split()


def pick(generator: Generator, choice: list[str]) -> str:
    """One of the words."""
    return choice[int(generator.integers(len(choice)))]

"""Sentences of a small world, one after another, character by character: what comes next?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves
from training.data.made.words import pick, words

CHARACTERS = (*"abcdefghijklmnopqrstuvwxyz", " ", ".", ",", "?", "!", "\n")
LENGTH = 64
_ANIMALS = words("cat dog fox owl hen mouse")
_ADJECTIVES = words("old young quick quiet brave hungry")
_PLACES = words("garden barn river wood hill")
_VERBS = words("sees hears finds follows meets")
_MOVES = words("runs walks sleeps waits sings")


def sentences() -> Dataset:
    """text_in (64,), numbers of characters in ``CHARACTERS``, and text_out (64,), the character after each."""
    return halves("sentences", _sentences, names={"text_in": CHARACTERS, "text_out": CHARACTERS})


def _sentences(generator: Generator, count: int) -> Fields:
    text = ""
    while len(text) < 16 * count + LENGTH:
        text += _sentence(generator)
    numbers = np.array([CHARACTERS.index(character) for character in text])
    starts = np.arange(count)[:, None] * 16 + np.arange(LENGTH + 1)
    windows = numbers[starts]
    return {"text_in": windows[:, :-1], "text_out": windows[:, 1:]}


def _sentence(generator: Generator) -> str:
    who, whom = (f"the {pick(generator, _ADJECTIVES)} {pick(generator, _ANIMALS)}" for _ in range(2))
    where = f"in the {pick(generator, _PLACES)}"
    form = int(generator.integers(4))
    if form == 0:
        return f"{who} {pick(generator, _VERBS)} {whom} {where}. "
    if form == 1:
        return f"{where}, {who} {pick(generator, _MOVES)}. "
    if form == 2:
        return f"who {pick(generator, _MOVES)} {where}? {who}! "
    return f"{who} {pick(generator, _MOVES)}.\n"

"""Opinions in a few words, where "not" turns a word into its opposite: their order matters, their number does not."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves
from training.data.made.words import pick, words

_GOOD = words("good great fine fun lovely clever moving funny superb bright fresh sweet warm sharp honest charming")
_BAD = words("bad awful poor boring ugly stupid flat silly dreadful dull stale bitter cold clumsy false annoying")
_THINGS = words("film story plot music acting ending cast dialogue camera picture")
_NOT = words("not never")
_VERY = words("very really so quite truly")
_ARTICLES = words("the its this their")
_VERBS = words("is was felt seemed")
_AND = words("and also while then plus indeed")
VOCABULARY = ("<pad>", *_GOOD, *_BAD, *_THINGS, *_NOT, *_VERY, *_ARTICLES, *_VERBS, *_AND)
LENGTH = 16
_INDEX = {word: place for place, word in enumerate(VOCABULARY)}


def sentiment() -> Dataset:
    """tokens (16,), filled up with 0; lengths; label, 1 for praise: "its plot was not dull and its cast is superb"."""
    return halves("sentiment", _sentiment, names={"tokens": VOCABULARY, "label": ("criticism", "praise")})


def _sentiment(generator: Generator, count: int) -> Fields:
    tokens = np.zeros((count, LENGTH), dtype=np.int64)
    lengths = np.zeros(count, dtype=np.int64)
    label = generator.integers(0, 2, count)
    for place, praise in enumerate(label):
        sentence = _clause(generator, bool(praise))
        if generator.random() < 0.5:
            sentence += [pick(generator, _AND), *_clause(generator, bool(praise))]
        lengths[place] = len(sentence)
        tokens[place, : len(sentence)] = [_INDEX[word] for word in sentence]
    return {"tokens": tokens, "lengths": lengths, "label": label}


def _clause(generator: Generator, praise: bool) -> list[str]:
    """One to six words; every second clause says what it means by denying the opposite."""
    denied = generator.random() < 0.5
    clause = [pick(generator, _ARTICLES), pick(generator, _THINGS), pick(generator, _VERBS)]
    if generator.random() < 0.3:
        clause = []
    if denied:
        clause.append(pick(generator, _NOT))
    if generator.random() < 0.4:
        clause.append(pick(generator, _VERY))
    return [*clause, pick(generator, _GOOD if praise != denied else _BAD)]

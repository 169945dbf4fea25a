"""Sentences in which the same name is a person, a place or a date, as the words around it have it."""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.random import Generator

from training.data.dataset import Dataset, Fields
from training.data.made.halves import halves
from training.data.made.words import pick, words

CLASSES = ("outside", "person", "place", "date")
LENGTH = 12
_NAMES = words("april may june august jordan paris austin florence georgia virginia sydney victoria chelsea carolina")
_BEFORE = {
    1: words("mr mrs doctor aunt uncle cousin"),
    2: words("in near towards via beyond outside"),
    3: words("since until during every last"),
}
_BEHIND = {
    1: words("said laughed wrote asked sang smiled"),
    2: words("town station airport suburb harbour valley"),
    3: words("weekend holidays morning evening payday deadline"),
}
_FILLERS = words("they went home and it rained while we waited again for news all stayed")
VOCABULARY = ("<pad>", *_NAMES, *chain(*_BEFORE.values(), *_BEHIND.values()), *_FILLERS)
_INDEX = {word: place for place, word in enumerate(VOCABULARY)}


def entities() -> Dataset:
    """tokens (12,) and for each its tag: 0 outside, 1 person, 2 place, 3 date.

    The word that decides stands before the name or, as often, behind it: "uncle austin", "austin station".
    """
    return halves("entities", _entities, names={"tokens": VOCABULARY, "tags": CLASSES})


def _entities(generator: Generator, count: int) -> Fields:
    sentences = [_sentence(generator) for _ in range(count)]
    tokens, tags = np.array(sentences, dtype=np.int64).transpose(1, 0, 2)
    return {"tokens": tokens, "tags": tags}


def _sentence(generator: Generator) -> tuple[list[int], list[int]]:
    """Words and tags: names, each beside the word that decides about it, among words that mean nothing."""
    sentence: list[str] = []
    tags: list[int] = []
    while len(sentence) < LENGTH:
        if generator.random() < 0.5 or len(sentence) == LENGTH - 1:
            sentence.append(pick(generator, _FILLERS))
            tags.append(0)
            continue
        tag, before = int(generator.integers(1, len(CLASSES))), generator.random() < 0.5
        pair = [pick(generator, (_BEFORE if before else _BEHIND)[tag]), pick(generator, _NAMES)]
        sentence += pair if before else pair[::-1]
        tags += [0, tag] if before else [tag, 0]
    return [_INDEX[word] for word in sentence], tags

"""Subwords by byte-pair encoding: what most often stands side by side in the training texts becomes one piece.

Pieces are of characters; ``BEGINS`` stands for the space before a word.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from training.errors import DataError
from training.shown import Words

BEGINS = "\u2581"
_MARKS = {"<pad>", "<start>", "<end>"}
_SELDOM = 2  # so often must pieces stand side by side to become one


class Pieces(NamedTuple):
    """The pieces in the order of their numbers, and in order which two become one, with a space between them."""

    names: list[str]
    merges: list[str]


def learned_pieces(texts: Iterable[Sequence[str]], most: int) -> Pieces:
    """At most so many pieces of the words of texts: the frequent characters, and what is frequent among them.

    Raises:
        DataError: the library for it is not installed.
    """
    _need()
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.trainers import BpeTrainer

    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = WhitespaceSplit()
    trainer = BpeTrainer(vocab_size=most, min_frequency=_SELDOM, limit_alphabet=most, show_progress=False)
    tokenizer.train_from_iterator((" ".join(text) for text in texts), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return Pieces(sorted(model["vocab"], key=model["vocab"].__getitem__), [" ".join(pair) for pair in model["merges"]])


def in_pieces(texts: Sequence[Sequence[str]], pieces: Pieces, unknown: str) -> list[list[str]]:
    """The pieces of each text's words, with ``unknown`` for a character that is none of them.

    Raises:
        DataError: the library for it is not installed, or pieces and merges do not belong together.
    """
    _need()
    from tokenizers.models import BPE

    known = {name: number for number, name in enumerate([unknown, *pieces.names])}
    pairs = [tuple(merge.split(" ")) for merge in pieces.merges]
    if not all(len(pair) == 2 and {*pair, "".join(pair)} <= known.keys() for pair in pairs):
        raise DataError("The subwords that are kept with the run do not belong together; start a new run.")
    model = BPE(known, [(first, second) for first, second in pairs], unk_token=unknown)
    cut = {word: [token.value for token in model.tokenize(word)] for word in set(chain.from_iterable(texts))}
    return [[piece for word in text for piece in cut[word]] for text in texts]


def text_of(pieces: Iterable[str]) -> str:
    """The text that pieces are of."""
    return "".join(pieces).replace(BEGINS, " ").strip()


def joined(shown: Words) -> Words:
    """The words of pieces, wrong where one of their pieces is; what only marks a place stands alone."""
    groups: list[list[int]] = []
    for place, piece in enumerate(shown.tokens):
        if place == 0 or piece.startswith(BEGINS) or {piece, shown.tokens[place - 1]} & _MARKS:
            groups.append([])
        groups[-1].append(place)
    words = [text_of(shown.tokens[place] for place in group) for group in groups]
    return Words(words, [], [number for number, group in enumerate(groups) if not set(group).isdisjoint(shown.wrong)])


def _need() -> None:
    """See to it that the library is there, and that it starts no threads of its own beside those of training."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import tokenizers  # noqa: F401
    except ModuleNotFoundError:
        raise DataError(
            "Subwords are made with tokenizers, which is not installed: 'pip install \"layerloom[subwords]\"' does so; "
            "or set the option unit to words or characters."
        ) from None

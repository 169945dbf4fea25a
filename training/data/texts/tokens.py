"""Tokens and their numbers: 0 fills up, 1 is whatever the training texts do not have."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graph.recipe.sources import TextFolder, TextPairs, TextTable
from training.data.dataset import Array, Dataset, Fields, Reading, counted
from training.data.files.bounds import check_fits
from training.data.splits import Parts, parted
from training.runs.data_record import Learned

Text = TextFolder | TextTable
PADDING, UNKNOWN = "<pad>", "<unk>"
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
_TOKENS, _LABEL = "tokens", "label"


class Labelled(NamedTuple):
    """Texts cut into tokens, the label of each, whether some were held back, and what was wrong with those left out."""

    texts: list[list[str]]
    labels: list[str]
    held: bool
    refused: tuple[str, ...] = ()


def cut(text: str, settings: Text | TextPairs) -> list[str]:
    """The words and marks of a text, or its characters."""
    text = unicodedata.normalize("NFC", text)
    text = text.lower() if settings.lowercase else text
    return list(text.strip()) if settings.unit == "characters" else _WORD.findall(text)


def ordered(labels: Sequence[str]) -> list[str]:
    """The names of labels in their order, that of numbers where all are such."""
    names = set(labels)
    whole = all(name.isascii() and name.removeprefix("-").isdigit() for name in names)
    return sorted(names, key=lambda name: (int(name), name)) if whole else sorted(names)


def dataset_of(name: str, found: Labelled, names: list[str], parts: Parts, settings: Text, reading: Reading) -> Dataset:
    """tokens (N, L), lengths (N,) and label (N,) of all parts; vocabulary and L are those of the training texts."""
    learned = reading.learned if reading.learned and reading.learned.names else _learn(found, names, parts, settings)
    vocabulary, longest = learned.names[_TOKENS], learned.length
    check_fits(8 * longest * len(found.texts), counted(len(found.texts), "text"), "set a smaller max_length")
    tokens, lengths = numbered(found.texts, vocabulary, longest)
    shown = ", ".join(f"{place} is {label:.40}" for place, label in enumerate(names[:10]))
    reading.tell(f"The labels: {shown}{f' and so on, {len(names):,} in all' if len(names) > 10 else ''}.")
    tell_vocabulary(found.texts, tokens, vocabulary, longest, len(parts.training), reading)
    places = {label: place for place, label in enumerate(names)}
    fields: Fields = {
        _TOKENS: tokens,
        "lengths": lengths,
        _LABEL: np.array([places[label] for label in found.labels], dtype=np.int64),
    }
    return parted(name, fields, parts, held=found.held, refused=found.refused, learned=learned)


def vocabulary_of(texts: Sequence[Sequence[str]], most: int, special: Sequence[str] = (PADDING, UNKNOWN)) -> list[str]:
    """The most frequent tokens behind the special ones, equally frequent ones in the order of their names."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    for token in special:
        del counts[token]  # a text that says <unk> has no token of its own for it
    return [*special, *sorted(counts, key=lambda token: (-counts[token], token))[:most]]


def numbered(texts: Sequence[Sequence[str]], vocabulary: list[str], longest: int) -> tuple[Array, Array]:
    """The numbers (N, L) of tokens, 0 behind the last, and how many each text has (N,)."""
    numbers = {token: number for number, token in enumerate(vocabulary)}
    unknown = vocabulary.index(UNKNOWN)
    tokens = np.full((len(texts), longest), vocabulary.index(PADDING), dtype=np.int64)
    lengths = np.array([min(len(text), longest) for text in texts], dtype=np.int64)
    for place, text in enumerate(texts):
        tokens[place, : lengths[place]] = [numbers.get(token, unknown) for token in text[:longest]]
    return tokens, lengths


def tell_vocabulary(
    texts: Sequence[Sequence[str]],
    tokens: Array,
    vocabulary: Sequence[str],
    longest: int,
    training: int,
    reading: Reading,
    side: str = "",
) -> None:
    """Say how many tokens there are and what became of long texts and rare tokens."""
    of = f" of {side}" if side else ""
    reading.tell(
        f"The vocabulary{of} has {len(vocabulary):,} tokens, from the {counted(training, 'training text')}: 0 fills "
        f"up, 1 stands for every other; texts have {longest:,} tokens."
    )
    if cut_off := sum(len(text) > longest for text in texts):
        reading.tell(f"{counted(cut_off, 'text')} of {len(texts):,} cut off after {longest:,} tokens.")
    unknown = int((tokens == 1).sum())
    share = unknown / max(1, int((tokens != 0).sum()))
    if unknown:
        reading.tell(f"{share:.1%} of the tokens are not in the vocabulary.")


def _learn(found: Labelled, names: list[str], parts: Parts, settings: Text) -> Learned:
    training = [found.texts[place] for place in parts.training]
    longest = max(map(len, training))
    vocabulary = vocabulary_of(training, settings.vocabulary)
    return Learned({_LABEL: names, _TOKENS: vocabulary}, length=min(longest, settings.max_length))

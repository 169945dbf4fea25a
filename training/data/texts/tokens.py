"""Labelled texts as tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graph.recipe.sources import TextFolder, TextTable
from training.data.dataset import Dataset, Fields, Reading, counted
from training.data.files.bounds import check_fits
from training.data.splits import Parts, parted
from training.data.texts.cutting import cutting
from training.data.texts.vocabulary import (
    SPECIAL,
    known_vocabulary,
    numbered,
    tell_cutting,
    tell_vocabulary,
    vocabulary_of,
)
from training.runs.data_record import Learned

Text = TextFolder | TextTable
_TOKENS, _LABEL = "tokens", "label"


class Labelled(NamedTuple):
    """Texts cut into tokens, the label of each, whether some were held back, and what was wrong with those left out."""

    texts: list[list[str]]
    labels: list[str]
    held: bool
    refused: tuple[str, ...] = ()


def ordered(labels: Sequence[str]) -> list[str]:
    """The names of labels in their order, that of numbers where all are such."""
    names = set(labels)
    whole = all(name.isascii() and name.removeprefix("-").isdigit() for name in names)
    return sorted(names, key=lambda name: (int(name), name)) if whole else sorted(names)


def dataset_of(name: str, found: Labelled, names: list[str], parts: Parts, settings: Text, reading: Reading) -> Dataset:
    """tokens (N, L), lengths (N,) and label (N,) of all parts; vocabulary and L are those of the training texts."""
    before = reading.began_with(_LABEL, _TOKENS, texts=True)
    how = cutting(settings, before)
    training = (found.texts[place] for place in parts.training)
    vocabulary = known_vocabulary(before, _TOKENS) if before else vocabulary_of(training, settings.vocabulary, how.unit)
    texts = vocabulary.tokens(found.texts, how.unit, len(SPECIAL))
    longest = before.length if before else min(max(len(texts[place]) for place in parts.training), settings.max_length)
    check_fits(8 * longest * len(found.texts), counted(len(found.texts), "text"), "set a smaller max_length")
    tokens, lengths = numbered(texts, vocabulary.names, longest)
    shown = ", ".join(f"{place} is {label:.40}" for place, label in enumerate(names[:10]))
    reading.tell(f"The labels: {shown}{f' and so on, {len(names):,} in all' if len(names) > 10 else ''}.")
    tell_cutting(how, cutting(settings, None), reading)
    tell_vocabulary(texts, tokens, vocabulary.names, longest, len(parts.training), reading)
    places = {label: place for place, label in enumerate(names)}
    fields: Fields = {
        _TOKENS: tokens,
        "lengths": lengths,
        _LABEL: np.array([places[label] for label in found.labels], dtype=np.int64),
    }
    learned = before or Learned(
        {_LABEL: names, _TOKENS: vocabulary.names},
        length=longest,
        unit=how.unit,
        lowercase=how.lowercase,
        merges={_TOKENS: vocabulary.merges} if vocabulary.merges else {},
    )
    return parted(name, fields, parts, held=found.held, refused=found.refused, learned=learned)

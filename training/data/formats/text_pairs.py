"""Pairs of texts: one to be read, and one to be written from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from graph.recipe.sources import TextPairs
from training.data.dataset import Array, Dataset, Fields, Reading, counted
from training.data.files.baditems import settle
from training.data.files.bounds import check_fits
from training.data.formats.tagged_text import IGNORED
from training.data.places import unusable
from training.data.splits import by_chance, parted, shares
from training.data.texts.cutting import Cutting, cut, cutting
from training.data.texts.lines import lines_of
from training.data.texts.vocabulary import (
    SPECIAL,
    Vocabulary,
    known_vocabulary,
    numbered,
    tell_cutting,
    tell_vocabulary,
    vocabulary_of,
)
from training.errors import DataError
from training.runs.data_record import Learned

START, END = "<start>", "<end>"
_SPECIAL = (*SPECIAL, START, END)
_SIDES = ("source", "target")
_Pair = tuple[list[str], list[str]]


def read(source: TextPairs, reading: Reading) -> Dataset:
    """source (L,) and its number lengths; target_in (L + 1,), <start> and the other text; target_out, it and <end>.

    Behind the end target_out has -100, which objectives leave out.

    Raises:
        DataError: the file cannot be read, or a line has no tab.
    """
    path = Path(source.path)
    if not path.is_file():
        raise unusable(source, "is not a file")
    before = reading.began_with(*_SIDES, texts=True)
    how = cutting(source, before)
    pairs, refused = _pairs(path, source, how, reading)
    parts = by_chance(len(pairs), shares(reading, source.test_share))
    vocabularies = [
        known_vocabulary(before, name, _SPECIAL)
        if before
        else vocabulary_of((pairs[place][side] for place in parts.training), source.vocabulary, how.unit, _SPECIAL)
        for side, name in enumerate(_SIDES)
    ]
    sides = [
        vocabulary.tokens([pair[side] for pair in pairs], how.unit, len(_SPECIAL))
        for side, vocabulary in enumerate(vocabularies)
    ]
    learned = before or _learned(source, how, vocabularies, [side[place] for side in sides for place in parts.training])
    fields = _fields(sides, learned)
    tell_cutting(how, cutting(source, None), reading)
    for name, texts, field in zip(_SIDES, sides, ("source", "target_out"), strict=True):
        tokens = np.where(fields[field] == IGNORED, 0, fields[field])
        tell_vocabulary(texts, tokens, learned.names[name], learned.length, len(parts.training), reading, name)
    return parted(str(path), fields, parts, held=True, refused=refused, learned=learned)


def _pairs(path: Path, source: TextPairs, how: Cutting, reading: Reading) -> tuple[list[_Pair], tuple[str, ...]]:
    """The pairs of a file, and what was wrong with the lines that are left out.

    Raises:
        DataError: a line is bad and none may be left out, or there are none.
    """
    pairs: list[_Pair] = []
    faults: dict[Path | str, str] = {}
    lines = [(number, line) for number, line in enumerate(lines_of(path), 1) if line.strip()]
    if lines and tuple(part.strip().lower() for part in lines[0][1].split("\t")[:2]) == _SIDES:
        del lines[0]
    more = 0
    for number, line in lines:
        one, tab, other = line.partition("\t")
        other, further, _ = other.partition("\t")
        more += bool(further)
        both = cut(one, how), cut(other, how)
        if all(both):
            pairs.append(both)
        else:
            faults[f"Line {number:,} of {path.name}"] = "holds no text on one side" if tab else "has no tab"
    refused = settle(faults, len(lines), source.bad_items, reading.tell)
    if more:
        reading.tell(f"{path.name}: what stands behind a second tab is not used, in {counted(more, 'line')}.")
    if not pairs:
        raise DataError(f"{path} holds no pairs of texts; write two of them on each line, with a tab between.")
    return pairs, refused


def _learned(
    source: TextPairs, how: Cutting, known: Sequence[Vocabulary], training: Iterable[Sequence[str]]
) -> Learned:
    return Learned(
        {name: vocabulary.names for name, vocabulary in zip(_SIDES, known, strict=True)},
        length=min(max(map(len, training)), source.max_length),
        unit=how.unit,
        lowercase=how.lowercase,
        merges={name: vocabulary.merges for name, vocabulary in zip(_SIDES, known, strict=True) if vocabulary.merges},
    )


def _fields(sides: Sequence[Sequence[Sequence[str]]], learned: Learned) -> Fields:
    length, pairs = learned.length, len(sides[0])
    check_fits(32 * (length + 1) * pairs, counted(pairs, "pair"), "set a smaller max_length")
    read_from, lengths = numbered(sides[0], learned.names["source"], length)
    written, counts = numbered(sides[1], learned.names["target"], length)
    names = learned.names["target"]
    start: Array = np.full((pairs, 1), names.index(START), dtype=np.int64)
    target_out: Array = np.full((pairs, length + 1), IGNORED, dtype=np.int64)
    inside = np.arange(length) < counts[:, None]
    target_out[:, :-1][inside] = written[inside]
    target_out[np.arange(pairs), counts] = names.index(END)
    return {
        "source": read_from,
        "lengths": lengths,
        "target_in": np.concatenate([start, written], axis=1),
        "target_out": target_out,
    }

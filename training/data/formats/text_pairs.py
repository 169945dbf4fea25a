"""Pairs of texts: one to be read, and one to be written from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from graph.recipe.sources import TextPairs
from training.data.dataset import Array, Dataset, Fields, Reading, counted
from training.data.files.baditems import settle
from training.data.files.bounds import check_fits
from training.data.formats.tagged_text import IGNORED
from training.data.places import unusable
from training.data.splits import by_chance, parted, shares
from training.data.texts.lines import lines_of
from training.data.texts.tokens import PADDING, UNKNOWN, cut, numbered, tell_vocabulary, vocabulary_of
from training.errors import DataError
from training.runs.data_record import Learned

START, END = "<start>", "<end>"
_SPECIAL = (PADDING, UNKNOWN, START, END)
_SIDES = ("source", "target")


def read(source: TextPairs, reading: Reading) -> Dataset:
    """source (L,) and its number lengths; target_in (L + 1,), <start> and the other text; target_out, it and <end>.

    Behind the end target_out has -100, which objectives leave out.

    Raises:
        DataError: the file cannot be read, or a line has no tab.
    """
    path = Path(source.path)
    if not path.is_file():
        raise unusable(source, "is not a file")
    pairs: list[tuple[list[str], list[str]]] = []
    faults: dict[Path | str, str] = {}
    lines = [(number, line) for number, line in enumerate(lines_of(path), 1) if line.strip()]
    if lines and tuple(part.strip().lower() for part in lines[0][1].split("\t")[:2]) == _SIDES:
        del lines[0]
    for number, line in lines:
        one, tab, other = line.partition("\t")
        both = cut(one, source), cut(other.partition("\t")[0], source)
        if all(both):
            pairs.append(both)
        else:
            faults[f"Line {number:,} of {path.name}"] = "holds no text on one side" if tab else "has no tab"
    refused = settle(faults, len(lines), source.bad_items, reading.tell)
    if not pairs:
        raise DataError(f"{path} holds no pairs of texts; write two of them on each line, with a tab between.")
    parts = by_chance(len(pairs), shares(reading, source.test_share))
    learned = _learned(source, [pairs[place] for place in parts.training], reading)
    fields = _fields(pairs, learned)
    for side, name in enumerate(_SIDES):
        texts = [pair[side] for pair in pairs]
        tokens = fields[name] if side == 0 else np.where(fields["target_out"] == IGNORED, 0, fields["target_out"])
        tell_vocabulary(texts, tokens, learned.names[name], learned.length, len(parts.training), reading, name)
    return parted(str(path), fields, parts, held=True, refused=refused, learned=learned)


def _learned(source: TextPairs, training: list[tuple[list[str], list[str]]], reading: Reading) -> Learned:
    if reading.learned is not None and reading.learned.names:
        return reading.learned
    names = {
        name: vocabulary_of([pair[side] for pair in training], source.vocabulary, _SPECIAL)
        for side, name in enumerate(_SIDES)
    }
    longest = max(len(text) for pair in training for text in pair)
    return Learned(names, length=min(longest, source.max_length))


def _fields(pairs: list[tuple[list[str], list[str]]], learned: Learned) -> Fields:
    length = learned.length
    check_fits(32 * (length + 1) * len(pairs), counted(len(pairs), "pair"), "set a smaller max_length")
    read_from, lengths = numbered([pair[0] for pair in pairs], learned.names["source"], length)
    written, counts = numbered([pair[1] for pair in pairs], learned.names["target"], length)
    names = learned.names["target"]
    start: Array = np.full((len(pairs), 1), names.index(START), dtype=np.int64)
    target_out: Array = np.full((len(pairs), length + 1), IGNORED, dtype=np.int64)
    inside = np.arange(length) < counts[:, None]
    target_out[:, :-1][inside] = written[inside]
    target_out[np.arange(len(pairs)), counts] = names.index(END)
    return {
        "source": read_from,
        "lengths": lengths,
        "target_in": np.concatenate([start, written], axis=1),
        "target_out": target_out,
    }

"""Texts in a column of a table, their labels in another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from graph.recipe.sources import TextTable
from training.data.dataset import Dataset, Reading, listed
from training.data.files.baditems import settle
from training.data.splits import Parts, by_chance, by_name, completed, names_parts, names_validation, shares
from training.data.tables.frame import column_of, read_plain
from training.data.texts.cutting import cut, cutting
from training.data.texts.tokens import Labelled, dataset_of, ordered
from training.errors import DataError


def read(source: TextTable, reading: Reading) -> Dataset:
    """tokens (L,), their number lengths, and label.

    Raises:
        DataError: the table cannot be read, or not as the options say.
    """
    path = Path(source.path)
    frame = read_plain(path, source.separator, reading.tell)
    text = _column(frame, path, source.column, "text", "column")
    label = _column(frame, path, source.target, "label", "target")
    _tell_unused(source, frame, [text.name, label.name, source.part], path, reading)
    before = reading.began_with("label", "tokens", texts=True)
    how = cutting(source, before)
    texts = [cut(value or "", how) for value in text]
    labels: list[str | None] = label.to_list()
    faults: dict[Path | str, str] = {}
    for row, (tokens, named) in enumerate(zip(texts, labels, strict=True)):
        if not tokens or not named:
            faults[f"Row {row + 1:,} of {path.name}"] = "has no label" if tokens else "holds no text"
    refused = settle(faults, len(texts), source.bad_items, reading.tell)
    kept = [row for row, (tokens, named) in enumerate(zip(texts, labels, strict=True)) if tokens and named]
    held = not names_validation(_named(source, frame[kept], path))
    found = Labelled([texts[row] for row in kept], [str(labels[row]) for row in kept], held, refused)
    names = before.names["label"] if before else ordered(found.labels)
    known = set(names)
    if other := next((name for name in found.labels if name not in known), ""):
        raise DataError(f"{path} holds the label '{other:.60}', which is not among those that were trained on.")
    parts = _parts(source, frame[kept], path, found, reading)
    return dataset_of(str(path), found, names, parts, source, reading)


def _column(frame: pl.DataFrame, path: Path, asked: str, usual: str, option: str) -> pl.Series:
    if asked:
        return column_of(frame, asked, path, option)
    if found := next((name for name in frame.columns if name.lower() == usual), ""):
        return frame.get_column(found)
    raise DataError(
        f"{path} has no column called '{usual}'; it has {listed(frame.columns)}: name one in the option {option}."
    )


def _tell_unused(source: TextTable, frame: pl.DataFrame, used: Sequence[str], path: Path, reading: Reading) -> None:
    if unused := [name for name in frame.columns if name not in used]:
        reading.tell(f"{path.name}: {listed(unused)} not used.")
    parts = [] if source.part else [name for name in unused if names_parts(frame[name].unique().to_list())]
    if parts:
        reading.tell(
            f"{path.name}: {listed(parts)} says which rows train, validate and test; the option part heeds it."
        )


def _parts(source: TextTable, frame: pl.DataFrame, path: Path, found: Labelled, reading: Reading) -> Parts:
    classes = np.array(found.labels) if source.split == "stratified" else None
    wanted = shares(reading, source.test_share)
    if source.part:
        return completed(by_name(_named(source, frame, path), source.part), wanted, classes)
    return by_chance(len(found.texts), wanted, classes)


def _named(source: TextTable, frame: pl.DataFrame, path: Path) -> list[str]:
    """The part that every row names; none without a column for it."""
    return [value or "" for value in column_of(frame, source.part, path, "part")] if source.part else []

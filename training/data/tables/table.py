"""A table with what its columns are to be: features, a target, and others left aside."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from graph.recipe.sources import TableFile
from training.data.dataset import Reading, listed
from training.data.tables.empty import without_empty
from training.data.tables.features import is_category
from training.data.tables.frame import column_of
from training.data.tables.kept import open_frame
from training.data.tables.numerals import Columns
from training.data.tables.sheet import Sheet
from training.errors import DataError
from training.runs.data_record import Learned

_TARGETS = ("target", "label", "class", "y")


class Table(NamedTuple):
    """The rows to use; ``features`` and ``target`` name columns."""

    path: Path
    frame: pl.DataFrame | Sheet
    features: list[str]
    target: str


def open_table(source: TableFile, reading: Reading) -> Table:
    """Read a table, and find what its columns are.

    Raises:
        DataError: it cannot be read, or not as the options say.
    """
    path = Path(source.path)
    others = (*source.ignore, *(name for name in (source.group, source.time, source.part) if name))
    special = _special(source, others, reading.learned)
    frame = open_frame(path, source.separator, source.decimal, special, reading)
    for option in ("ignore", "categories", "numbers"):
        for name in getattr(source, option):
            column_of(frame, name, path, option)
    _check_numbers(source, frame, path)
    for option in ("target", "group", "time", "part"):
        if name := getattr(source, option):
            column_of(frame, name, path, option)
    usable = [name for name in frame.columns if name not in others]
    target = source.target or _usual_target(path, usable, reading)
    features = [name for name in usable if name != target]
    if not features:
        raise DataError(
            f"{path} has no column beside its target '{target}' to learn from; it has {listed(frame.columns)}."
        )
    used = without_empty(frame, features, target, source.missing, path, reading.tell)
    return Table(path, used, features, target)


def _special(source: TableFile, others: tuple[str, ...], learned: Learned | None) -> Columns:
    """Which columns are not like others; what a run began with as numbers, or as text, is that in every other file."""
    began = learned is not None and bool(learned.columns)
    text = tuple(learned.names) if learned and began else ()
    return Columns((*source.categories, *text), others, (*source.numbers, source.time), codes=not began)


def _check_numbers(source: TableFile, frame: pl.DataFrame | Sheet, path: Path) -> None:
    for name in source.numbers:
        if name in source.categories:
            raise DataError(f"The options numbers and categories both name the column '{name}'; take it out of one.")
        if is_category(frame[name]):
            shown = "" if frame[name].null_count() == len(frame) else f", such as '{frame[name].drop_nulls()[0]:.60}'"
            raise DataError(
                f"{path} holds text in its column '{name}'{shown}, which the option numbers names; correct it, or take "
                "it out of the option."
            )


def _usual_target(path: Path, usable: list[str], reading: Reading) -> str:
    if not usable:
        raise DataError(f"{path} has no column left to learn from; name fewer in the options.")
    found = next((name for word in _TARGETS for name in usable if name.lower() == word), usable[-1])
    reading.tell(f"{path.name}: the column '{found}' is the target; the option target names another.")
    return found

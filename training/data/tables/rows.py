"""Which rows of a table train, validate and test."""

from __future__ import annotations

import numpy as np
import polars as pl

from graph.recipe.sources import TableFile
from training.data.dataset import Array, Reading
from training.data.splits import Parts, by_chance, by_group, by_name, by_time, completed, names_validation, shares
from training.data.tables.features import is_category
from training.data.tables.table import Table
from training.data.tables.times import ranks
from training.errors import DataError

_MOST_CLASSES = 100


def parts_of(source: TableFile, table: Table, reading: Reading) -> Parts:
    """Which rows train, validate and test.

    Raises:
        DataError: they cannot be split as asked.
    """
    wanted = shares(reading, source.test_share)
    classes = _classes(table.frame[table.target]) if source.split == "stratified" else None
    asked = [name for name in ("group", "time", "part") if getattr(source, name)]
    if len(asked) > 1:
        raise DataError(f"The table is to be split by {' and by '.join(asked)}; set only one of these options.")
    if source.part:
        named = by_name(_filled(table, source.part).cast(pl.String).to_list(), source.part)
        return completed(named, wanted, classes)
    if source.group:
        return by_group(_filled(table, source.group).cast(pl.String).to_numpy(), wanted, source.group)
    if source.time:
        return by_time(ranks(table.frame[source.time], table.path), wanted, source.time)
    return by_chance(len(table.frame), wanted, classes)


def holds_back(source: TableFile, table: Table) -> bool:
    """Whether rows to validate on were held back here, none being named."""
    return not (source.part and names_validation(_filled(table, source.part).cast(pl.String).to_list()))


def _filled(table: Table, name: str) -> pl.Series:
    column = table.frame[name]
    if column.null_count():
        row = int(column.is_null().arg_true()[0]) + 1
        raise DataError(f"{table.path} has an empty cell in row {row:,} of its column '{name}', by which it is split.")
    return column


def _classes(column: pl.Series) -> Array | None:
    """The target as classes, where it is such: text, or a few whole numbers."""
    if not is_category(column) and (
        column.dtype != pl.Int64 or column.n_unique() > min(_MOST_CLASSES, len(column) / 2)
    ):
        return None
    return np.asarray(column.rank("dense").to_numpy(), dtype=np.int64)

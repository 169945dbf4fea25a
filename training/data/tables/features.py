"""Columns brought to arrays: numbers standardized, categories as indices or one-hot, empty cells as asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from training.data.dataset import Array
from training.data.tables.exact import single
from training.errors import DataError

UNKNOWN = "(missing)"
_MOST_CATEGORIES = 1000


class Fitted(NamedTuple):
    """What a column's values become: its categories in order, or its mean and deviation."""

    names: list[str]
    mean: float = 0.0
    deviation: float = 1.0


def is_category(column: pl.Series) -> bool:
    """Whether a column holds text."""
    return column.dtype == pl.String


def categories_of(column: pl.Series, path: Path, own: bool) -> list[str]:
    """The categories of a column in the order of their names; with ``own``, one for empty cells behind them.

    Raises:
        DataError: there are so many that they name the rows.
    """
    names = sorted(column.drop_nulls().unique().to_list())
    if len(names) > _MOST_CATEGORIES or (len(names) > len(column) / 2 and len(names) > 20):
        raise DataError(
            f"{path} holds {len(names):,} different texts in the {len(column):,} rows of its column '{column.name}', "
            "which names rows and tells nothing; leave it out with the option ignore."
        )
    return [*names, UNKNOWN] if own else names


def indices(column: pl.Series, names: Sequence[str], path: Path) -> Array:
    """The index of each cell's category.

    Raises:
        DataError: a cell holds none of them.
    """
    places = {name: place for place, name in enumerate(names)}
    filled = column.fill_null(UNKNOWN) if column.null_count() else column
    found = filled.replace_strict(places, default=-1, return_dtype=pl.Int64).to_numpy()
    if (found < 0).any():
        row = int(np.argmax(found < 0))
        raise DataError(
            f"{path} holds '{filled[row]:.60}' in row {row + 1:,} of its column '{column.name}', which is not among "
            f"the {len(names):,} categories of the data that was trained on; correct it, or train on data that has it."
        )
    return np.array(found, dtype=np.int64)


def one_hot(found: Array, count: int) -> Array:
    """A row (count,) of zeros with a one at each index."""
    encoded = np.zeros((len(found), count), dtype=np.float32)
    encoded[np.arange(len(found)), found] = 1
    return encoded


def fitted_numbers(column: pl.Series, training: Array, standardize: bool, path: Path) -> Fitted:
    """Mean and deviation of a column's training rows.

    Raises:
        DataError: a number is infinite, or none of the training rows has one.
    """
    values = column.cast(pl.Float64).to_numpy()
    if np.isinf(values).any():
        row = int(np.argmax(np.isinf(values)))
        raise DataError(
            f"{path} holds a number too large in row {row + 1:,} of its column '{column.name}'; correct it."
        )
    seen = values[training]
    seen = seen[~np.isnan(seen)]
    if not len(seen):
        raise DataError(f"{path} holds no number in any training row of its column '{column.name}'; leave it out.")
    deviation = float(seen.std())
    constant = not standardize or deviation <= abs(float(seen.mean())) * 1e-12
    return Fitted([], float(seen.mean()), 1.0 if constant else deviation)


def numbers(column: pl.Series, fitted: Fitted, standardize: bool, path: Path) -> Array:
    """A column's numbers (N,) in float32, standardized or not, empty cells at the mean of the training rows.

    Raises:
        DataError: one is too large.
    """
    values = np.nan_to_num(column.cast(pl.Float64).to_numpy(), nan=fitted.mean)
    return single((values - fitted.mean) / fitted.deviation if standardize else values, column.name, path)

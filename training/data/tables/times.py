"""Columns of times, in an order that is certain: numbers, or dates written year first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from training.data.dataset import Array
from training.data.tables.features import is_category
from training.errors import DataError

_YEAR_FIRST = r"^\d{4}-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$"
# All of a time but the mark before the hours and the zone behind them, which must be the same everywhere.
_ORDERED = r"^\d{4}-\d{2}(?:-\d{2})?([ T]?)(?:\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"


def ranks(column: pl.Series, path: Path) -> Array:
    """The place of each time in their order; equal ones have one place.

    Raises:
        DataError: a cell is empty, or dates are written such that their text has another order.
    """
    if column.null_count():
        row = int(column.is_null().arg_true()[0]) + 1
        raise DataError(f"{path} has no time in row {row:,} of its column '{column.name}'; correct it.")
    if is_category(column):
        odd = (~column.str.contains(_YEAR_FIRST)).arg_true()
        if len(odd):
            row = int(odd[0])
            raise DataError(
                f"{path} holds '{column[row]:.60}' in row {row + 1:,} of its column '{column.name}'; write times as "
                "numbers, or year first, such as 2024-01-31 or 2024-01-31 18:30."
            )
        if column.str.len_chars().n_unique() > 1:
            raise DataError(f"{path} writes times of several lengths in its column '{column.name}'; write all alike.")
        forms = column.str.replace(_ORDERED, "${1}").unique().sort()
        if len(forms) > 1:
            shown = " and ".join(f"'{form}'" for form in forms[:2])
            raise DataError(
                f"{path} writes times in several forms in its column '{column.name}', with {shown} around the hours; "
                "write all alike, in one zone."
            )
    return np.asarray(column.rank("dense").to_numpy(), dtype=np.int64)

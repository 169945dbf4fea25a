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
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})$"
_TINY = 1e-300


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


def uneven(column: pl.Series) -> int:
    """How many of the steps from time to time, which are in their order, are other than the most usual one.

    Days are also even that are a number of months apart, as the last of each month are.
    """
    if not is_category(column):
        return _uneven(column.cast(pl.Float64).to_numpy())
    texts = column.str.replace(_ZONE, "").to_numpy()
    try:
        times = texts.astype("datetime64[us]")
    except ValueError:  # a day that is in no calendar
        return 0
    others = _uneven(times.astype(np.int64).astype(np.float64))
    return others and min(others, _uneven(times.astype("datetime64[M]").astype(np.int64), least=1.0))


def _uneven(times: Array, least: float = 0.0) -> int:
    """So many steps are another than the usual one, of those that are as long as the ``least``; else all of them."""
    steps = np.diff(times)
    if not len(steps) or steps.min() < least:
        return len(steps)
    values, counts = np.unique(np.round(steps / max(float(np.median(steps)), _TINY), 6), return_counts=True)
    return len(steps) - int(counts.max()) if len(values) > 1 else 0

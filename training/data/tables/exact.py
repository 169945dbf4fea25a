"""Whole numbers that float32 does not tell apart."""

from __future__ import annotations

import numpy as np
import polars as pl

from training.data.dataset import Array

EXACT = 2**24  # up to here every whole number is one of float32


def merged(column: pl.Series, array: Array) -> str:
    """What is to be said of a column whose different whole numbers became the same in ``array``; "" of others."""
    if array.dtype != np.float32 or not column.dtype.is_numeric() or column.null_count() == len(column):
        return ""
    given = column.drop_nulls().to_numpy()
    if not np.isfinite(given).all() or (given.dtype.kind == "f" and (np.floor(given) != given).any()):
        return ""
    largest = max(int(given.max()), -int(given.min()))
    if largest <= EXACT:
        return ""
    before, after = len(np.unique(given)), len(np.unique(array[column.is_not_null().to_numpy()]))
    if after >= before:
        return ""
    return (
        f"the column '{column.name}' holds whole numbers up to {largest:,}, beyond the {EXACT:,} up to which float32 "
        f"tells all apart: of {before:,} different ones it keeps {after:,}"
    )

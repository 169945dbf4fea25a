"""Numbers in float32: what it does not tell apart, and what is too large for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from training.data.dataset import Array
from training.errors import DataError

EXACT = 2**24  # up to here every whole number is one of float32
_LOOKED_AT = 10_000


def single(values: Array, column: str, path: Path) -> Array:
    """The numbers of a column in float32.

    Raises:
        DataError: one is too large for it.
    """
    with np.errstate(over="ignore"):
        found = values.astype(np.float32)
    large = np.isinf(found)
    if large.any():
        row = int(np.argmax(large))
        raise DataError(
            f"{path} holds {values[row]:.6g} in row {row + 1:,} of its column '{column}', which is too large for "
            "float32; correct it, or write the numbers in a larger unit."
        )
    return found


def merged(column: pl.Series, array: Array) -> str:
    """What is to be said of a column of which different numbers became the same in ``array``; "" of others.

    Fractions lose digits, as a matter of course; it is said of them where less than half of the first rows stay apart.
    """
    if array.dtype != np.float32 or not column.dtype.is_numeric() or column.null_count() == len(column):
        return ""
    there = column.is_not_null().to_numpy()
    given, kept = column.filter(pl.Series(there)).to_numpy(), array[there]
    whole = given.dtype.kind != "f" or bool((np.floor(given) == given).all())
    largest = max(abs(given.max().item()), abs(given.min().item()))
    if not whole:
        given, kept = given[:_LOOKED_AT], kept[:_LOOKED_AT]
    elif largest <= EXACT:
        return ""
    before, after = len(np.unique(given)), len(np.unique(kept))
    if after >= (before if whole else before / 2):
        return ""
    if not whole:
        return f"of {before:,} different numbers of the column '{column.name}', float32 keeps {after:,} apart"
    shown = f"{int(largest):,}" if largest < 2**64 else f"{largest:.6g}"
    return (
        f"the column '{column.name}' holds whole numbers up to {shown}, beyond the {EXACT:,} up to which float32 tells "
        f"all apart: of {before:,} different ones it keeps {after:,}"
    )

"""Empty cells: refused, their rows left out, or filled."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from training.data.dataset import Tell, counted
from training.data.tables.features import is_category
from training.data.tables.sheet import Sheet
from training.errors import DataError

_REMEDY = "set the option missing to drop, mean or category, or fill them in"


def without_empty(
    frame: pl.DataFrame | Sheet, features: list[str], target: str, missing: str, path: Path, tell: Tell
) -> pl.DataFrame | Sheet:
    """The rows to use, as the option ``missing`` asks; those without a target are never made up.

    Raises:
        DataError: there are empty cells that may not be, or nothing is left.
    """
    if missing == "drop":
        return _whole_rows(frame, [*features, target], path, tell)
    _refuse(frame, [target], path, "correct them, or set the option missing to drop")
    if missing == "refuse":
        _refuse(frame, features, path, _REMEDY)
    if missing == "category":
        numbers = [name for name in features if not is_category(frame[name])]
        _refuse(frame, numbers, path, "numbers have no category of their own: set the option missing to mean or drop")
    holes = {name: frame[name].null_count() for name in features if frame[name].null_count()}
    for name, count in holes.items():
        filled = "a category of their own" if is_category(frame[name]) else "the mean of the training rows"
        tell(f"{path.name}: {counted(count, 'empty cell')} of the column '{name}' made {filled}.")
    return frame


def _whole_rows(frame: pl.DataFrame | Sheet, names: list[str], path: Path, tell: Tell) -> pl.DataFrame | Sheet:
    whole = pl.repeat(True, len(frame), eager=True)
    for name in names:
        whole &= frame[name].is_not_null()
    count = int(whole.sum())
    if count == len(frame):
        return frame
    tell(f"{path.name}: {counted(len(frame) - count, 'row')} of {len(frame):,} with empty cells left out.")
    if not count:
        raise DataError(f"{path} has an empty cell in every row; leave out the columns they are in.")
    return frame.filter(whole)


def _refuse(frame: pl.DataFrame | Sheet, names: list[str], path: Path, remedy: str) -> None:
    for name in names:
        if count := frame[name].null_count():
            row = int(frame[name].is_null().arg_true()[0]) + 1
            raise DataError(
                f"{path} has {counted(count, 'empty cell')} in its column '{name}', the first in row {row:,}; {remedy}."
            )

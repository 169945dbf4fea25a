"""Numbers written as text: with a point or a comma before the fraction, and with marks between thousands."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from training.data.dataset import Tell
from training.errors import DataError

_WITH_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?([eE][+-]?\d+)?$"
_WITH_POINT = r"^[+-]?(\d+\.?\d*|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)([eE][+-]?\d+)?$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_NUMBERLIKE = r"^[+-]?[\d.,'\s%$€£]*\d[\d.,'\s%$€£]*$"


class Columns(NamedTuple):
    """Columns of a table that are not like others: ``categories`` stay text, what is in ``aside`` may be anything."""

    categories: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


def numbered(frame: pl.DataFrame, path: Path, decimal: str, special: Columns, tell: Tell) -> pl.DataFrame:
    """The columns that hold nothing but numbers as such; the others stay text.

    Raises:
        DataError: a column mixes numbers and text, or what its numbers mean is open.
    """
    texts = [column for column in frame.get_columns() if column.name not in special.categories]
    learned = [column for column in texts if column.name not in special.aside]
    mark = decimal if decimal != "auto" else _mark(learned, path, tell)
    found = {column.name: _numbers(column, mark) for column in texts}
    for column in learned:
        if found[column.name] is None:
            _refuse_mixed(column, mark, path)
    return frame.with_columns(numbers for numbers in found.values() if numbers is not None)


def _mark(texts: list[pl.Series], path: Path, tell: Tell) -> str:
    """What stands before the fraction in a file."""
    commas = [column for column in texts if _plain(column) is None and _all_match(column, _WITH_COMMA)]
    if not commas:
        return "."
    values = pl.concat([column.drop_nulls().rename("") for column in commas])
    values = values.filter(values.str.contains(",", literal=True))
    if values.is_empty():
        return "."
    if values.str.contains(_THOUSANDS).all():
        raise DataError(
            f"{path} writes '{values[0]}' in its column '{commas[0].name}', which may be a fraction or thousands; set "
            "the option decimal to , or to a point."
        )
    tell(f"{path.name}: a comma stands before fractions, as in {values[0]}; the option decimal changes that.")
    return ","


def _numbers(column: pl.Series, mark: str) -> pl.Series | None:
    """A column as numbers, whole ones as integers; ``None`` where it holds anything else."""
    if column.null_count() == len(column) or not _all_match(column, _WITH_COMMA if mark == "," else _WITH_POINT):
        return None
    thousands = "." if mark == "," else ","
    plain = column.str.replace_all(thousands, "", literal=True).str.replace_all(mark, ".", literal=True)
    return _plain(plain)


def _plain(column: pl.Series) -> pl.Series | None:
    for dtype in (pl.Int64, pl.Float64):
        numbers = column.cast(dtype, strict=False)
        if numbers.null_count() == column.null_count() and column.null_count() < len(column):
            return numbers
    return None


def _all_match(column: pl.Series, pattern: str) -> bool:
    return bool(column.drop_nulls().str.contains(pattern).all())


def _refuse_mixed(column: pl.Series, mark: str, path: Path) -> None:
    """Refuse text between numbers, which is more often a mistake than a category."""
    given = column.drop_nulls()
    if given.is_empty():
        return
    fits = column.str.contains(_WITH_COMMA if mark == "," else _WITH_POINT)
    other = (~fits).fill_null(False).arg_true()
    if len(given) / 2 < (fits.sum() or 0) < len(given):
        row = int(other[0])
        raise DataError(
            f"{path} holds numbers in its column '{column.name}', but '{column[row]:.60}' in row {row + 1:,}; correct "
            "that, or name the column in an option such as ignore."
        )
    if given.str.contains(_NUMBERLIKE).all():
        raise DataError(
            f"{path} holds '{given[0]:.60}' in its column '{column.name}', which is not understood as a number; write "
            "plain numbers, or name the column in an option such as ignore."
        )

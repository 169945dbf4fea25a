"""Numbers written as text: with a point or a comma before the fraction, and with marks between thousands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from training.data.dataset import Tell, listed
from training.data.tables.sheet import Frame
from training.data.tables.spelling import plain
from training.errors import DataError

_WITH_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?([eE][+-]?\d+)?$"
_WITH_POINT = r"^[+-]?(\d+\.?\d*|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)([eE][+-]?\d+)?$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_NUMBERLIKE = r"^[(+\-\u2212\u2013]?[\d.,'\u2019\s%$€£]*\d[\d.,'\u2019\s%$€£]*\)?$"
_DIGITS = r"^\d+$"
_ZEROS_FIRST = r"^0\d"
_FIRST = 100


class Columns(NamedTuple):
    """Columns of a table that are not like others: ``categories`` stay text, what is in ``aside`` may be anything.

    Those in ``numbers`` are numbers also where zeros stand in front of them; without ``codes`` all are but those aside.
    """

    categories: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    codes: bool = True


def numbered(frame: Frame, path: Path, decimal: str, special: Columns, tell: Tell) -> Frame:
    """The columns that hold nothing but numbers as such; the others stay text.

    Raises:
        DataError: a column mixes numbers and text, or what its numbers mean is open.
    """
    names = [name for name in frame.columns if name not in special.categories]
    names = _without_codes(frame, names, path, special, tell)
    learned = [name for name in names if name not in special.aside]
    mark = decimal if decimal != "auto" else _mark(frame, learned, path, tell)
    changes: dict[str, Mapping[str, str]] = {}

    def converted() -> Iterator[pl.Series]:
        for name in names:
            spelled = plain(frame[name])
            column = _numbers(spelled.column, mark)
            if column is not None:
                changes[name] = {**spelled.changes, **_points(spelled.column, mark)}
                yield column
            elif name in learned:
                _refuse_mixed(spelled.column, mark, path)

    made = frame.with_columns(converted())
    _tell_spelling([name for name in learned if name in changes], changes, path, tell)
    return made


def _without_codes(frame: Frame, names: Sequence[str], path: Path, special: Columns, tell: Tell) -> list[str]:
    """The columns but those whose digits name things, as those of postcodes do: they stay text."""
    asked = [name for name in names if (special.codes or name in special.aside) and name not in special.numbers]
    codes = {name: code for name in asked if (code := _code(frame[name]))}
    told = [name for name in codes if name not in special.aside]
    if zeros := [name for name in told if codes[name].startswith("0")]:
        tell(
            f"{path.name}: zeros stand in front of the numbers of {listed(zeros)}, as in {codes[zeros[0]]:.60}, which "
            "therefore stay text; the option numbers reads them as numbers."
        )
    if long := [name for name in told if name not in zeros]:
        tell(
            f"{path.name}: {listed(long)} holds more digits than a number keeps, as in {codes[long[0]]:.60}, and "
            "therefore stays text; the option numbers reads numbers."
        )
    return [name for name in names if name not in codes]


def _code(column: pl.Series) -> str:
    """A cell that shows that digits name something, for a number would not bring it back; "" where none does."""
    given = column.drop_nulls()
    # Most columns show by their first cells that they hold something else.
    if given.is_empty() or not all(bool(part.str.contains(_DIGITS).all()) for part in (given[:_FIRST], given)):
        return ""
    names = given.filter(given.str.contains(_ZEROS_FIRST) | given.cast(pl.Int64, strict=False).is_null())
    ascii_ones = names.filter(names.str.contains(r"^[0-9]+$"))
    return "" if ascii_ones.is_empty() else str(ascii_ones[0])


def _mark(frame: Frame, names: Sequence[str], path: Path, tell: Tell) -> str:
    """What stands before the fraction in a file."""
    first, cell, thousands = "", "", True
    for name in names:
        column = plain(frame[name]).column
        if _plain(column) is not None or not _all_match(column, _WITH_COMMA):
            continue
        first, values = first or name, column.drop_nulls()
        values = values.filter(values.str.contains(",", literal=True))
        if not values.is_empty():
            cell, thousands = cell or str(values[0]), thousands and bool(values.str.contains(_THOUSANDS).all())
    if not cell:
        return "."
    if thousands:
        raise DataError(
            f"{path} writes '{cell}' in its column '{first}', which may be a fraction or thousands; set the option "
            "decimal to , or to a point."
        )
    tell(f"{path.name}: a comma stands before fractions, as in {cell}; the option decimal changes that.")
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


def _tell_spelling(names: Sequence[str], changes: Mapping[str, Mapping[str, str]], path: Path, tell: Tell) -> None:
    """Say which signs were taken for plain ones, and which marks for those between thousands."""
    said = {
        "signs": "a dash is read as minus",
        "spaces": "marks between thousands are left out",
        "points": "points stand between thousands",
    }
    for change, what in said.items():
        if found := [name for name in names if change in changes[name]]:
            tell(f"{path.name}: in {listed(found)} {what}, as in {changes[found[0]][change]:.60}.")


def _points(column: pl.Series, mark: str) -> dict[str, str]:
    """A cell with points between thousands: where most people come from, they stand before fractions."""
    # A comma that stands between thousands was asked about.
    if mark != ",":
        return {}
    grouped = column.filter(column.str.contains(".", literal=True).fill_null(False))
    return {"points": str(grouped[0])} if len(grouped) else {}


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
            "that, or name the column in an option such as ignore or categories."
        )
    if given.str.contains(_NUMBERLIKE).all():
        raise DataError(
            f"{path} holds '{given[0]:.60}' in its column '{column.name}', which is not understood as a number; write "
            "plain numbers, or name the column in an option such as ignore or categories."
        )

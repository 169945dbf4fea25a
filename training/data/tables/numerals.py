"""Numbers written as text: with a point or a comma before the fraction, and with marks between thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from training.data.dataset import Tell, listed
from training.data.tables.spelling import Spelled, plain
from training.errors import DataError

_WITH_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?([eE][+-]?\d+)?$"
_WITH_POINT = r"^[+-]?(\d+\.?\d*|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)([eE][+-]?\d+)?$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_NUMBERLIKE = r"^[(+\-\u2212\u2013]?[\d.,'\u2019\s%$€£]*\d[\d.,'\u2019\s%$€£]*\)?$"
_DIGITS = r"^\d+$"
_ZEROS_FIRST = r"^0\d"


class Columns(NamedTuple):
    """Columns of a table that are not like others: ``categories`` stay text, what is in ``aside`` may be anything.

    Those in ``numbers`` are numbers also where zeros stand in front of them; without ``codes`` all are but those aside.
    """

    categories: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    codes: bool = True


def numbered(frame: pl.DataFrame, path: Path, decimal: str, special: Columns, tell: Tell) -> pl.DataFrame:
    """The columns that hold nothing but numbers as such; the others stay text.

    Raises:
        DataError: a column mixes numbers and text, or what its numbers mean is open.
    """
    texts = [column for column in frame.get_columns() if column.name not in special.categories]
    texts = _without_codes(texts, path, special, tell)
    spelled = {column.name: plain(column) for column in texts}
    learned = [spelled[column.name].column for column in texts if column.name not in special.aside]
    mark = decimal if decimal != "auto" else _mark(learned, path, tell)
    found = {name: _numbers(column.column, mark) for name, column in spelled.items()}
    for column in learned:
        if found[column.name] is None:
            _refuse_mixed(column, mark, path)
    numbers = {name: column for name, column in found.items() if column is not None}
    _tell_spelling([column.name for column in learned if column.name in numbers], spelled, path, mark, tell)
    return frame.with_columns(numbers.values())


def _without_codes(texts: Sequence[pl.Series], path: Path, special: Columns, tell: Tell) -> list[pl.Series]:
    """The columns but those whose digits name things, as those of postcodes do: they stay text."""
    asked = [column for column in texts if special.codes or column.name in special.aside]
    codes = {column.name: code for column in asked if column.name not in special.numbers and (code := _code(column))}
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
    return [column for column in texts if column.name not in codes]


def _code(column: pl.Series) -> str:
    """A cell that shows that digits name something, for a number would not bring it back; "" where none does."""
    given = column.drop_nulls()
    if given.is_empty() or not given.str.contains(_DIGITS).all():
        return ""
    names = given.filter(given.str.contains(_ZEROS_FIRST) | given.cast(pl.Int64, strict=False).is_null())
    ascii_ones = names.filter(names.str.contains(r"^[0-9]+$"))
    return "" if ascii_ones.is_empty() else str(ascii_ones[0])


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


def _tell_spelling(names: Sequence[str], spelled: Mapping[str, Spelled], path: Path, mark: str, tell: Tell) -> None:
    """Say which signs were taken for plain ones, and which marks for those between thousands."""
    changed = {name: dict(spelled[name].changes) for name in names}
    for name in names if mark == "," else ():
        # A point is a fraction where most people come from; a comma that is none was asked about.
        grouped = spelled[name].column.filter(spelled[name].column.str.contains(".", literal=True).fill_null(False))
        changed[name] |= {"points": str(grouped[0])} if len(grouped) else {}
    said = {
        "signs": "a dash is read as minus",
        "spaces": "marks between thousands are left out",
        "points": "points stand between thousands",
    }
    for change, what in said.items():
        if found := [name for name in names if change in changed[name]]:
            tell(f"{path.name}: in {listed(found)} {what}, as in {changed[found[0]][change]:.60}.")


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

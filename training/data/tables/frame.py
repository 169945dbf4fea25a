"""A table as columns, each of numbers or text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from training.data.dataset import Reading, Tell, listed
from training.data.files.bounds import check_fits
from training.data.tables.numerals import Columns, numbered
from training.data.tables.parquet import copy_parquet, parquet
from training.data.tables.sheet import Frame, Progress, Sheet
from training.data.tables.textfile import needed_bytes as needed_for_texts, one_form, read_texts, sheet_of
from training.errors import DataError


def read_frame(
    path: Path,
    separator: str,
    decimal: str,
    special: Columns,
    tell: Tell,
) -> pl.DataFrame:
    """The columns of a table: Int64, Float64 or String, with nothing where a cell is empty.

    Categories are text also where they are written as numbers.

    Raises:
        DataError: the file cannot be read as a table.
    """
    if path.suffix.lower() == ".parquet":
        return _with_categories(_read_parquet(path, tell), special)
    return _with_categories(numbered(read_texts(path, separator, tell), path, decimal, special, tell), special)


def read_sheet(path: Path, separator: str, decimal: str, special: Columns, reading: Reading, stem: Path) -> Sheet:
    """The same where memory does not hold it, in files called ``stem`` and a number.

    Raises:
        DataError: as for memory, or the disk does not hold it.
    """
    if path.suffix.lower() == ".parquet":
        copy = stem.with_name(f"{stem.name}.copy")
        copy_parquet(path, copy)
        columns = len(pl.scan_ipc(copy, glob=False).collect_schema())
        sheet = _usual_frame(Sheet.of(stem, copy, Progress(path, columns, reading.stage)), path, reading.tell)
        copy.unlink()
        return _with_categories(sheet, special)
    texts = sheet_of(path, separator, reading.tell, stem, reading.stage)
    return _with_categories(numbered(texts, path, decimal, special, reading.tell), special)


def _with_categories(frame: Frame, special: Columns) -> Frame:
    known = [name for name in special.categories if name in frame.columns]
    return frame.with_columns(frame[name].cast(pl.String) for name in known)


def needed_bytes(path: Path) -> int:
    """How much memory a table may take."""
    return 4 * path.stat().st_size if path.suffix.lower() == ".parquet" else needed_for_texts(path)


def read_plain(path: Path, separator: str, tell: Tell) -> pl.DataFrame:
    """The columns of a table as text, whatever they hold: only an empty cell holds nothing.

    Raises:
        DataError: the file cannot be read as a table.
    """
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, tell).cast(pl.String)
    return read_texts(path, separator, tell, nothing=("",))


def column_of(frame: pl.DataFrame | Sheet, name: str, path: Path, option: str) -> pl.Series:
    """A column by its name.

    Raises:
        DataError: the table has none of that name.
    """
    if name not in frame.columns:
        raise DataError(
            f"{path} has no column '{name:.60}', which the option {option} names; it has {listed(frame.columns)}."
        )
    return frame.get_column(name)


def _read_parquet(path: Path, tell: Tell) -> pl.DataFrame:
    check_fits(4 * path.stat().st_size, f"The table {path}", "keep fewer rows or columns")
    return _usual_frame(parquet(path), path, tell)


def _usual_frame(frame: Frame, path: Path, tell: Tell) -> Frame:
    if frame.is_empty():
        raise DataError(f"{path} holds no rows of data.")
    told: dict[str, list[str]] = {"durations": [], "digits": [], "decimals": []}

    def usual() -> Iterator[pl.Series]:
        for column in frame.get_columns():
            made = _usual(column, path)
            if change := _change(column, made):
                told[change].append(column.name)
            yield made

    made = frame.with_columns(usual())
    said = {
        "durations": "holds durations, which are counted in seconds",
        "digits": "holds more digits than a number keeps, and therefore becomes text",
        "decimals": "holds decimals of more digits than a number keeps: some that differ become the same",
    }
    for change, names in told.items():
        if names:
            tell(f"{path.name}: {listed(names)} {said[change]}.")
    return made


def _change(column: pl.Series, made: pl.Series) -> str:
    """What is to be told of a column that was brought to a type that is used here; "" of others."""
    if column.dtype == pl.Duration:
        return "durations"
    if column.dtype.is_numeric() and made.dtype == pl.String:
        return "digits"
    return "decimals" if column.dtype.is_decimal() and made.n_unique() < column.n_unique() else ""


def _usual(column: pl.Series, path: Path) -> pl.Series:
    if column.dtype in (pl.Categorical, pl.Enum, pl.String):
        return one_form(column.cast(pl.String))
    if column.dtype == pl.Boolean or column.dtype.is_integer() or getattr(column.dtype, "scale", None) == 0:
        whole = column.cast(pl.Int64, strict=False)
        return whole if whole.null_count() == column.null_count() else column.cast(pl.String)
    if column.dtype.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if column.dtype == pl.Duration:
        return column.cast(pl.Duration("ns")).cast(pl.Int64) / 1e9
    if column.dtype.is_temporal():
        return _time_as_text(column)
    raise DataError(
        f"{path} holds {column.dtype} in its column '{column.name}'; only numbers, texts and truth values can be used."
    )


def _time_as_text(column: pl.Series) -> pl.Series:
    """Times year first; those of one place on earth in universal time, in which their texts have their own order."""
    zoned = isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None
    return (column.dt.convert_time_zone("UTC") if zoned else column).cast(pl.String)

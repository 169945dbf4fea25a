"""A table in memory: each column numbers or text."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from training.data.dataset import Tell, listed
from training.data.files.bounds import check_fits
from training.data.tables.numerals import Columns, numbered
from training.data.tables.parquet import parquet
from training.data.tables.textfile import one_form, read_texts
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
        frame = _read_parquet(path, tell)
    else:
        frame = numbered(read_texts(path, separator, tell), path, decimal, special, tell)
    known = [name for name in special.categories if name in frame.columns]
    return frame.with_columns(pl.col(known).cast(pl.String)) if known else frame


def read_plain(path: Path, separator: str, tell: Tell) -> pl.DataFrame:
    """The columns of a table as text, whatever they hold: only an empty cell holds nothing.

    Raises:
        DataError: the file cannot be read as a table.
    """
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, tell).cast(pl.String)
    return read_texts(path, separator, tell, nothing=("",))


def column_of(frame: pl.DataFrame, name: str, path: Path, option: str) -> pl.Series:
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
    frame = parquet(path)
    if frame.is_empty():
        raise DataError(f"{path} holds no rows of data.")
    lasting = [column.name for column in frame.get_columns() if column.dtype == pl.Duration]
    if lasting:
        tell(f"{path.name}: {listed(lasting)} holds durations, which are counted in seconds.")
    return pl.DataFrame([_usual(column, path) for column in frame.get_columns()])


def _usual(column: pl.Series, path: Path) -> pl.Series:
    if column.dtype in (pl.Categorical, pl.Enum, pl.String):
        return one_form(column.cast(pl.String))
    if column.dtype == pl.Boolean or column.dtype.is_integer():
        whole = column.cast(pl.Int64, strict=False)
        return whole if whole.null_count() == column.null_count() else column
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

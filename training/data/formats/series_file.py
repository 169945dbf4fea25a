"""Series: windows over the rows of a table, and the rows that follow them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from graph.recipe.sources import SeriesFile
from training.data.dataset import Array, Dataset, Reading, counted, listed
from training.data.files.made import Making, make
from training.data.files.store import Layout, Seen
from training.data.splits import Parts, parted, without
from training.data.tables.exact import merged, single
from training.data.tables.features import Fitted, fitted_numbers, is_category, numbers
from training.data.tables.frame import column_of, read_frame
from training.data.tables.numerals import Columns
from training.data.tables.times import ranks, uneven
from training.errors import DataError
from training.runs.data_record import Learned

_BLOCK = 4096  # windows that are made at once


class _Series(NamedTuple):
    path: Path
    frame: pl.DataFrame
    targets: list[str]


def read(source: SeriesFile, reading: Reading) -> Dataset:
    """x (window, columns), and y (horizon,) or (horizon, targets) of the rows that follow, in their own units.

    Raises:
        DataError: the table cannot be read, or has too few rows.
    """
    series = _series(source, reading)
    first_validation, first_test = _boundaries(source, len(series.frame), reading)
    fitted = _fitted(source, series, first_validation, reading.learned)
    starts = np.arange(0, len(series.frame) - source.window - source.horizon + 1, source.stride)
    parts = _parts(source, starts, first_validation, first_test, reading)
    columns = series.frame.columns
    seen = np.stack(
        [numbers(series.frame[name], fitted[name], source.standardize, series.path) for name in columns], axis=1
    )
    asked = np.stack(
        [single(series.frame[name].cast(pl.Float64).to_numpy(), name, series.path) for name in series.targets], axis=1
    )
    _tell_merged(series, seen, asked, reading)
    asked = asked[:, 0] if len(series.targets) == 1 else asked
    x, y = _windows(source, seen, asked, starts[np.concatenate(parts)], reading)
    parts = without(parts, [True] * sum(map(len, parts)))
    learned = Learned(
        columns=columns,
        means={name: found.mean for name, found in fitted.items()},
        deviations={name: found.deviation for name, found in fitted.items()},
    )
    return parted(str(series.path), {"x": x, "y": y}, parts, held=True, learned=learned)


def _series(source: SeriesFile, reading: Reading) -> _Series:
    """The columns that are seen, in the order of time.

    Raises:
        DataError: a column is missing or holds anything but numbers, or the order of the rows is open.
    """
    path = Path(source.path)
    special = Columns(aside=(*source.ignore, source.time), numbers=(source.time,), codes=False)
    frame = read_frame(path, source.separator, source.decimal, special, reading.tell)
    for name in (*source.targets, *source.ignore):
        column_of(frame, name, path, "targets" if name in source.targets else "ignore")
    if source.time:
        order = ranks(column_of(frame, source.time, path, "time"), path)
        if len(np.unique(order)) < len(order):
            raise DataError(f"{path} has rows of one time in its column '{source.time}'; keep one series a file.")
        frame = frame[np.argsort(order)]
        if others := uneven(frame[source.time]):
            reading.tell(
                f"{path.name}: {others:,} of {counted(len(frame) - 1, 'step')} of time differ from the usual one; "
                "windows and what follows are counted in rows, as if all were alike."
            )
    frame = frame.drop([name for name in (*source.ignore, source.time) if name])
    for column in frame.get_columns():
        _check_numbers(column, path)
    if not frame.width:
        raise DataError(f"{path} has no column left to look at; ignore fewer.")
    targets = list(source.targets) or [frame.columns[-1]]
    if not source.targets:
        reading.tell(f"{path.name}: the column '{targets[0]}' is foretold; the option targets names others.")
    if missing := [name for name in targets if name not in frame.columns]:
        raise DataError(f"{path}: the column '{missing[0]}' is both to be foretold and left aside; do one of them.")
    return _Series(path, frame, targets)


def _check_numbers(column: pl.Series, path: Path) -> None:
    if column.null_count() == len(column):
        raise DataError(f"{path} holds nothing in its column '{column.name}'; name it in the option ignore.")
    if is_category(column):
        raise DataError(
            f"{path} holds text in its column '{column.name}', such as '{column.drop_nulls()[0]:.60}'; name it in the "
            "option ignore, or in the option time if it holds the times."
        )
    if column.null_count():
        row = int(column.is_null().arg_true()[0]) + 1
        raise DataError(f"{path} has an empty cell in row {row:,} of its column '{column.name}'; fill it in.")


def _boundaries(source: SeriesFile, rows: int, reading: Reading) -> tuple[int, int]:
    """The first row to validate on, and the first to test on."""
    first_test = rows - round(rows * source.test_share)
    return first_test - round(first_test * reading.validation), first_test


def _parts(source: SeriesFile, starts: Array, first_validation: int, first_test: int, reading: Reading) -> Parts:
    """The windows of each part: those that foretell its rows, and only these."""
    if not len(starts):
        needed = source.window + source.horizon
        raise DataError(f"{source.path} has fewer rows than the {needed:,} that a window and what follows need.")
    begin, end = starts + source.window, starts + source.window + source.horizon
    none = starts[:0]
    training = np.flatnonzero(end <= first_validation)
    validation = np.flatnonzero((begin >= first_validation) & (end <= first_test)) if reading.validation else none
    test = np.flatnonzero(begin >= first_test) if source.test_share else none
    wanted = {"train": 1.0, "validate": reading.validation, "test": source.test_share}
    for (what, share), part in zip(wanted.items(), (training, validation, test), strict=True):
        if share and not len(part):
            raise DataError(
                f"{source.path} has too few rows to {what} on windows of {source.window:,} and {source.horizon:,} that "
                "follow; hold back another share, or set a smaller window."
            )
    if across := len(starts) - len(training) - len(validation) - len(test):
        reading.tell(f"{counted(across, 'window')} of {len(starts):,} that reach from one part into the next left out.")
    return Parts(training, validation, test)


def _fitted(source: SeriesFile, series: _Series, first_validation: int, learned: Learned | None) -> dict[str, Fitted]:
    columns = series.frame.columns
    if learned is None or not learned.columns:
        rows = np.arange(first_validation)
        return {name: fitted_numbers(series.frame[name], rows, source.standardize, series.path) for name in columns}
    if learned.columns != columns or not learned.means.keys() >= set(columns):
        raise DataError(
            f"{series.path} has the columns {listed(columns)}, but what was trained on {listed(learned.columns)}; "
            "give it the same, in the same order, of numbers."
        )
    return {name: Fitted([], learned.means[name], learned.deviations[name]) for name in columns}


def _tell_merged(series: _Series, seen: Array, asked: Array, reading: Reading) -> None:
    """Say which whole numbers float32 does not tell apart, as they are seen or as they are asked for."""
    for values, names in ((seen, series.frame.columns), (asked, series.targets)):
        for place, name in enumerate(names):
            if lost := merged(series.frame[name], values[:, place]):
                reading.tell(f"{series.path.name}: {lost}.")


def _windows(source: SeriesFile, seen: Array, asked: Array, starts: Array, reading: Reading) -> list[Array]:
    """The rows of each window from ``starts`` on that are seen, and those that follow."""

    def work(arrays: Sequence[Array]) -> Seen:
        for at in range(0, len(starts), _BLOCK):
            block = starts[at : at + _BLOCK, np.newaxis]
            arrays[0][at : at + _BLOCK] = seen[block + np.arange(source.window)]
            arrays[1][at : at + _BLOCK] = asked[block + source.window + np.arange(source.horizon)]
        return Seen()

    layouts = [
        Layout((len(starts), source.window, *seen.shape[1:]), np.float32),
        Layout((len(starts), source.horizon, *asked.shape[1:]), np.float32),
    ]
    digests = (hashlib.blake2b(np.ascontiguousarray(each).data).hexdigest() for each in (seen, asked, starts))
    what = f"{counted(len(starts), 'window')} of {Path(source.path).name}"
    return make(Making(what, "made of its rows", "set a larger stride", layouts, digests, work), reading.tell).arrays

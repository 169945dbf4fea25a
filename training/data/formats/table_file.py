"""Tables: each row a sample, its columns features and a target."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from graph.recipe.sources import TableFile
from training.data.dataset import Array, Dataset, Fields, Reading, counted
from training.data.files.bounds import check_fits
from training.data.splits import (
    Parts,
    by_chance,
    by_group,
    by_name,
    by_time,
    completed,
    names_validation,
    parted,
    shares,
)
from training.data.tables.empty import without_empty
from training.data.tables.features import (
    Fitted,
    categories_of,
    fitted_numbers,
    indices,
    is_category,
    numbers,
    one_hot,
)
from training.data.tables.frame import column_of, listed, read_frame
from training.data.tables.numerals import Columns
from training.data.tables.times import ranks
from training.errors import DataError
from training.runs.data_record import Learned

_TARGETS = ("target", "label", "class", "y")
_MOST_CLASSES = 100


class _Table(NamedTuple):
    path: Path
    frame: pl.DataFrame
    features: list[str]
    target: str


def read(source: TableFile, reading: Reading) -> Dataset:
    """The features x and the target y of a table's rows, or a field for every column.

    Raises:
        DataError: the table cannot be read, or not as the options say.
    """
    table = _table(source, reading)
    parts = _parts(source, table, reading)
    fitted = _learned(table, reading.learned)
    if fitted:
        # In the order of what was trained on, whatever the order of the columns is here.
        table = table._replace(features=list(reading.learned.columns if reading.learned else ()))
    fitted = fitted or _fit(source, table, parts)
    _tell(source, table, fitted, parts, reading)
    fields = _fields(source, table, fitted)
    learned = Learned(
        {name: found.names for name, found in fitted.items() if found.names},
        table.features,
        {name: found.mean for name, found in fitted.items() if not found.names},
        {name: found.deviation for name, found in fitted.items() if not found.names},
    )
    return parted(str(table.path), fields, parts, held=_holds(source, table), learned=learned)


def _table(source: TableFile, reading: Reading) -> _Table:
    path = Path(source.path)
    others = (*source.ignore, *(name for name in (source.group, source.time, source.part) if name))
    special = Columns(source.categories, others)
    frame = read_frame(path, source.separator, source.decimal, special, reading.tell)
    for option in ("ignore", "categories"):
        for name in getattr(source, option):
            column_of(frame, name, path, option)
    for option in ("target", "group", "time", "part"):
        if name := getattr(source, option):
            column_of(frame, name, path, option)
    usable = [name for name in frame.columns if name not in others]
    target = source.target or _usual_target(path, usable, reading)
    features = [name for name in usable if name != target]
    if not features:
        raise DataError(
            f"{path} has no column beside its target '{target}' to learn from; it has {listed(frame.columns)}."
        )
    used = without_empty(frame, features, target, source.missing, path, reading.tell)
    return _Table(path, used, features, target)


def _usual_target(path: Path, usable: list[str], reading: Reading) -> str:
    if not usable:
        raise DataError(f"{path} has no column left to learn from; name fewer in the options.")
    found = next((name for word in _TARGETS for name in usable if name.lower() == word), usable[-1])
    reading.tell(f"{path.name}: the column '{found}' is the target; the option target names another.")
    return found


def _parts(source: TableFile, table: _Table, reading: Reading) -> Parts:
    """Which rows train, validate and test.

    Raises:
        DataError: they cannot be split as asked.
    """
    wanted = shares(reading, source.test_share)
    classes = _classes(table.frame[table.target]) if source.split == "stratified" else None
    asked = [name for name in ("group", "time", "part") if getattr(source, name)]
    if len(asked) > 1:
        raise DataError(f"The table is to be split by {' and by '.join(asked)}; set only one of these options.")
    if source.part:
        named = by_name(_filled(table, source.part).cast(pl.String).to_list(), source.part)
        return completed(named, wanted, classes)
    if source.group:
        return by_group(_filled(table, source.group).cast(pl.String).to_numpy(), wanted, source.group)
    if source.time:
        return by_time(ranks(table.frame[source.time], table.path), wanted, source.time)
    return by_chance(len(table.frame), wanted, classes)


def _holds(source: TableFile, table: _Table) -> bool:
    """Whether rows to validate on were held back here, none being named."""
    return not (source.part and names_validation(_filled(table, source.part).cast(pl.String).to_list()))


def _filled(table: _Table, name: str) -> pl.Series:
    column = table.frame[name]
    if column.null_count():
        row = int(column.is_null().arg_true()[0]) + 1
        raise DataError(f"{table.path} has an empty cell in row {row:,} of its column '{name}', by which it is split.")
    return column


def _classes(column: pl.Series) -> Array | None:
    """The target as classes, where it is such: text, or a few whole numbers."""
    if not is_category(column) and (
        column.dtype != pl.Int64 or column.n_unique() > min(_MOST_CLASSES, len(column) / 2)
    ):
        return None
    return np.asarray(column.rank("dense").to_numpy(), dtype=np.int64)


def _fit(source: TableFile, table: _Table, parts: Parts) -> dict[str, Fitted]:
    """Categories of all rows, means and deviations of the training rows alone."""
    fitted = {}
    for name in [*table.features, table.target]:
        column = table.frame[name]
        if is_category(column):
            own = bool(column.null_count()) and name != table.target
            fitted[name] = Fitted(categories_of(column, table.path, own))
        elif name != table.target:
            fitted[name] = fitted_numbers(column, parts.training, source.standardize, table.path)
    return fitted


def _learned(table: _Table, learned: Learned | None) -> dict[str, Fitted] | None:
    """What was learned of the table a run began with, for the table that is there now.

    Raises:
        DataError: its columns are others.
    """
    if learned is None or not learned.columns:
        return None
    missing = [name for name in learned.columns if name not in table.features]
    more = [name for name in table.features if name not in learned.columns]
    if missing or more:
        what = f"lacks the columns {listed(missing)}" if missing else f"has the further columns {listed(more)}"
        raise DataError(f"{table.path} {what}, other than the data that was trained on; give it the same columns.")
    for name in table.features:
        if is_category(table.frame[name]) != (name in learned.names):
            kinds = ("numbers", "text") if is_category(table.frame[name]) else ("text", "numbers")
            raise DataError(
                f"{table.path} holds {kinds[1]} in its column '{name}', which held {kinds[0]} in the data that was "
                "trained on; correct it."
            )
    names = {name: Fitted(list(found)) for name, found in learned.names.items()}
    return names | {name: Fitted([], mean, learned.deviations[name]) for name, mean in learned.means.items()}


def _fields(source: TableFile, table: _Table, fitted: Mapping[str, Fitted]) -> Fields:
    features = {name: _array(source, table, name, fitted[name]) for name in table.features}
    target = _target(table, fitted)
    if source.fields == "each":
        return {**features, table.target: target}
    columns = [array if array.ndim == 2 else array[:, np.newaxis] for array in features.values()]
    width = sum(column.shape[1] for column in columns)
    check_fits(4 * width * len(target), f"The table {table.path}", "leave out columns")
    return {"x": np.concatenate(columns, axis=1, dtype=np.float32), "y": target}


def _array(source: TableFile, table: _Table, name: str, fitted: Fitted) -> Array:
    column = table.frame[name]
    if not is_category(column):
        return numbers(column, fitted, source.standardize)
    found = indices(column, fitted.names, table.path)
    return one_hot(found, len(fitted.names)) if source.encoding == "one-hot" else found


def _target(table: _Table, fitted: Mapping[str, Fitted]) -> Array:
    column = table.frame[table.target]
    if table.target in fitted:
        return indices(column, fitted[table.target].names, table.path)
    return np.asarray(column.to_numpy(), dtype=np.int64 if column.dtype == pl.Int64 else np.float32)


def _tell(source: TableFile, table: _Table, fitted: Mapping[str, Fitted], parts: Parts, reading: Reading) -> None:
    """Say what becomes of the columns."""
    kinds = [name for name in table.features if fitted[name].names]
    plain = [name for name in table.features if not fitted[name].names]
    said = []
    if plain:
        how = (
            f"standardized by the {counted(len(parts.training), 'training row')}"
            if source.standardize
            else "taken as they are"
        )
        said.append(f"the numbers of {listed(plain)} are {how}")
    if kinds:
        said.append(
            f"the categories of {listed(kinds)} become {'one-hot' if source.encoding == 'one-hot' else 'indices'}"
        )
    reading.tell(f"{table.path.name}: {' and '.join(said)}.")
    if constant := [name for name in plain if source.standardize and table.frame[name].n_unique() == 1]:
        reading.tell(f"{table.path.name}: {listed(constant)} holds the same number in every row, and tells nothing.")
    if table.target in fitted:
        names = fitted[table.target].names
        reading.tell(f"{table.path.name}: the target '{table.target}' has {len(names):,} classes: {listed(names)}.")

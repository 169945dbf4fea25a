"""Tables: each row a sample, its columns features and a target."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from graph.recipe.sources import TableFile
from training.data.dataset import Array, Dataset, Fields, Reading, Stage, counted, listed
from training.data.files.keeping import signs_of
from training.data.files.made import Making, make
from training.data.files.store import Layout, Seen
from training.data.splits import Parts, parted, without
from training.data.tables.doubts import doubts
from training.data.tables.exact import merged, single
from training.data.tables.features import (
    Fitted,
    categories_of,
    fitted_numbers,
    indices,
    is_category,
    numbers,
    one_hot,
)
from training.data.tables.rows import holds_back, parts_of
from training.data.tables.sheet import Sheet, rows_of
from training.data.tables.table import Table, open_table
from training.errors import DataError
from training.runs.data_record import Learned

_BLOCK_CELLS = 2**22
_REMEDY = "; where they name things, name the column in the option categories or ignore"


def read(source: TableFile, reading: Reading) -> Dataset:
    """The features x and the target y of a table's rows, or a field for every column.

    Raises:
        DataError: the table cannot be read, or not as the options say.
    """
    table = open_table(source, reading)
    parts = parts_of(source, table, reading)
    fitted = _learned(table, reading.learned)
    if fitted:
        # In the order of what was trained on, whatever the order of the columns is here.
        table = table._replace(features=list(reading.learned.columns if reading.learned else ()))
    fitted = fitted or _fit(source, table, parts)
    _tell(source, table, fitted, parts, reading)
    fields = _fields(source, table, fitted, parts, reading)
    learned = Learned(
        {name: found.names for name, found in fitted.items() if found.names},
        table.features,
        {name: found.mean for name, found in fitted.items() if not found.names},
        {name: found.deviation for name, found in fitted.items() if not found.names},
    )
    ordered = without(parts, [True] * len(table.frame))
    return parted(str(table.path), fields, ordered, held=holds_back(source, table), learned=learned)


def _fit(source: TableFile, table: Table, parts: Parts) -> dict[str, Fitted]:
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


def _learned(table: Table, learned: Learned | None) -> dict[str, Fitted] | None:
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
    for name in (*table.features, table.target):
        if is_category(table.frame[name]) != (name in learned.names):
            kinds = ("numbers", "text") if is_category(table.frame[name]) else ("text", "numbers")
            raise DataError(
                f"{table.path} holds {kinds[1]} in its column '{name}', which held {kinds[0]} in the data that was "
                "trained on; correct it."
            )
    names = {name: Fitted(list(found)) for name, found in learned.names.items()}
    return names | {name: Fitted([], mean, learned.deviations[name]) for name, mean in learned.means.items()}


def _fields(source: TableFile, table: Table, fitted: Mapping[str, Fitted], parts: Parts, reading: Reading) -> Fields:
    """The arrays, in the order of the parts."""
    target = _target(table, fitted)
    for name in [*table.features, table.target]:
        column = table.frame[name]
        array = target if name == table.target else _array(source, table.path, column, fitted[name])
        if lost := merged(column, array):
            names_things = name != table.target and not column.dtype.is_float()
            reading.tell(f"{table.path.name}: {lost}{_REMEDY if names_things else ''}.")
    layouts = _layouts(source, table, fitted)
    rows = f"{counted(len(target), 'row')} of {table.path.name}"
    made = make(
        Making(
            f"The fields of {rows}",
            "made of its columns",
            "leave out columns",
            [*layouts.values()],
            _signs(source, table, fitted, parts),
            lambda arrays: _fill(source, table, fitted, parts, arrays, reading.stage),
        ),
        reading.tell,
    )
    ordered = target[np.concatenate(parts)]
    return {**dict(zip(layouts, made.arrays, strict=True)), table.target if source.fields == "each" else "y": ordered}


def _layouts(source: TableFile, table: Table, fitted: Mapping[str, Fitted]) -> dict[str, Layout]:
    """The arrays of the features: one for all, or one for each."""
    rows, one_hot_wanted = len(table.frame), source.encoding == "one-hot"
    if source.fields == "each":
        return {name: _layout(rows, fitted[name].names, one_hot_wanted) for name in table.features}
    widths = [len(fitted[name].names) if one_hot_wanted and fitted[name].names else 1 for name in table.features]
    return {"x": Layout((rows, sum(widths)), np.float32)}


def _layout(rows: int, names: Sequence[str], one_hot_wanted: bool) -> Layout:
    if not names:
        return Layout((rows,), np.float32)
    return Layout((rows, len(names)), np.float32) if one_hot_wanted else Layout((rows,), np.int64)


def _fill(
    source: TableFile,
    table: Table,
    fitted: Mapping[str, Fitted],
    parts: Parts,
    arrays: Sequence[Array],
    stage: Stage,
) -> Seen:
    """Make the features, so many rows at a time that memory holds them and the arrays they become."""
    at = 0
    for places in (block for part in parts for block in _blocks(part, len(table.features))):
        if isinstance(table.frame, Sheet):
            stage(f"Making the features of {table.path.name}", at / len(table.frame))
        rows = rows_of(table.frame, table.features, places)
        made = [_array(source, table.path, rows[name], fitted[name]) for name in table.features]
        if source.fields == "vector":
            columns = [array if array.ndim == 2 else array[:, np.newaxis] for array in made]
            made = [np.concatenate(columns, axis=1, dtype=np.float32)]
        for whole, array in zip(arrays, made, strict=True):
            whole[at : at + len(places)] = array
        at += len(places)
    return Seen()


def _blocks(places: Array, columns: int) -> list[Array]:
    size = max(1, _BLOCK_CELLS // max(1, columns))
    return [places[start : start + size] for start in range(0, len(places), size)]


def _signs(source: TableFile, table: Table, fitted: Mapping[str, Fitted], parts: Parts) -> Iterator[str]:
    """What decides the numbers of the features."""
    yield from signs_of([table.path])
    yield from (pl.__version__, repr(msgspec.structs.asdict(source)), repr(table.features), repr(fitted))
    yield from (hashlib.blake2b(np.ascontiguousarray(part).data).hexdigest() for part in parts)


def _array(source: TableFile, path: Path, column: pl.Series, fitted: Fitted) -> Array:
    if not is_category(column):
        return numbers(column, fitted, source.standardize, path)
    found = indices(column, fitted.names, path)
    return one_hot(found, len(fitted.names)) if source.encoding == "one-hot" else found


def _target(table: Table, fitted: Mapping[str, Fitted]) -> Array:
    column = table.frame[table.target]
    if table.target in fitted:
        return indices(column, fitted[table.target].names, table.path)
    values = column.to_numpy()
    return np.asarray(values, np.int64) if column.dtype == pl.Int64 else single(values, column.name, table.path)


def _tell(source: TableFile, table: Table, fitted: Mapping[str, Fitted], parts: Parts, reading: Reading) -> None:
    """Say what becomes of the columns."""
    kinds = [name for name in table.features if fitted[name].names]
    plain = [name for name in table.features if not fitted[name].names]
    said = []
    if plain:
        began = reading.learned is not None and bool(reading.learned.columns)
        by = "what the run began with" if began else f"the {counted(len(parts.training), 'training row')}"
        how = f"standardized by {by}" if source.standardize else "taken as they are"
        said.append(f"the numbers of {listed(plain)} are {how}")
    if kinds:
        said.append(
            f"the categories of {listed(kinds)} become {'one-hot' if source.encoding == 'one-hot' else 'indices'}"
        )
    reading.tell(f"{table.path.name}: {' and '.join(said)}.")
    if constant := [name for name in plain if source.standardize and table.frame[name].n_unique() == 1]:
        reading.tell(f"{table.path.name}: {listed(constant)} holds the same number in every row, and tells nothing.")
    categories = {name: found.names for name, found in fitted.items() if found.names}
    typed = categories.keys() - {*source.categories} if table.path.suffix.lower() == ".parquet" else ()
    for doubt in doubts(categories, [name for name in categories if name in typed]):
        reading.tell(f"{table.path.name}: {doubt}.")
    if table.target in fitted:
        names = fitted[table.target].names
        reading.tell(f"{table.path.name}: the target '{table.target}' has {len(names):,} classes: {listed(names)}.")

"""Tables: each row a sample, its columns features and a target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from graph.recipe.sources import TableFile
from training.data.dataset import Array, Dataset, Fields, Reading, counted, listed
from training.data.files.bounds import check_fits
from training.data.splits import Parts, parted
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
from training.data.tables.table import Table, open_table
from training.errors import DataError
from training.runs.data_record import Learned

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
    fields = _fields(source, table, fitted, reading)
    learned = Learned(
        {name: found.names for name, found in fitted.items() if found.names},
        table.features,
        {name: found.mean for name, found in fitted.items() if not found.names},
        {name: found.deviation for name, found in fitted.items() if not found.names},
    )
    return parted(str(table.path), fields, parts, held=holds_back(source, table), learned=learned)


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
    for name in table.features:
        if is_category(table.frame[name]) != (name in learned.names):
            kinds = ("numbers", "text") if is_category(table.frame[name]) else ("text", "numbers")
            raise DataError(
                f"{table.path} holds {kinds[1]} in its column '{name}', which held {kinds[0]} in the data that was "
                "trained on; correct it."
            )
    names = {name: Fitted(list(found)) for name, found in learned.names.items()}
    return names | {name: Fitted([], mean, learned.deviations[name]) for name, mean in learned.means.items()}


def _fields(source: TableFile, table: Table, fitted: Mapping[str, Fitted], reading: Reading) -> Fields:
    features = {name: _array(source, table, name, fitted[name]) for name in table.features}
    target = _target(table, fitted)
    for name, array in {**features, table.target: target}.items():
        if lost := merged(table.frame[name], array):
            names_things = name != table.target and not table.frame[name].dtype.is_float()
            reading.tell(f"{table.path.name}: {lost}{_REMEDY if names_things else ''}.")
    if source.fields == "each":
        return {**features, table.target: target}
    columns = [array if array.ndim == 2 else array[:, np.newaxis] for array in features.values()]
    width = sum(column.shape[1] for column in columns)
    check_fits(4 * width * len(target), f"The table {table.path}", "leave out columns")
    return {"x": np.concatenate(columns, axis=1, dtype=np.float32), "y": target}


def _array(source: TableFile, table: Table, name: str, fitted: Fitted) -> Array:
    column = table.frame[name]
    if not is_category(column):
        return numbers(column, fitted, source.standardize, table.path)
    found = indices(column, fitted.names, table.path)
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
    categories = {name: found.names for name, found in fitted.items() if found.names}
    for doubt in doubts(categories, stored=table.path.suffix.lower() == ".parquet"):
        reading.tell(f"{table.path.name}: {doubt}.")
    if table.target in fitted:
        names = fitted[table.target].names
        reading.tell(f"{table.path.name}: the target '{table.target}' has {len(names):,} classes: {listed(names)}.")

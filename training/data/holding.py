"""Samples held back to validate on, of every class alike, from data that is read without regard to that."""

from __future__ import annotations

from collections.abc import Sequence

from training.data.binding import Binding
from training.data.dataset import Array, Dataset, Fields
from training.data.splits import Shares, by_chance
from training.errors import DataError


def hold_back(dataset: Dataset, bindings: Sequence[Binding], validation: float, seed: int) -> Dataset:
    """The data with a share of every class to validate on, where it brings no samples for that.

    Raises:
        DataError: no Target takes classes.
    """
    if dataset.held or dataset.validation or not validation or not dataset.training:
        return dataset
    targets = [binding for binding in bindings if not binding.is_input and binding.type.dtype == "int64"]
    classes = [dataset.training[binding.field] for binding in targets]
    found = next((array for array in classes if array.ndim == 1), None)
    if found is None:
        raise DataError(
            "No Target takes one class a sample, by which the split could be stratified; set split to random."
        )
    parts = by_chance(len(found), Shares(0.0, validation, seed), found)
    training, held = (_rows(dataset.training, rows) for rows in (parts.training, parts.validation))
    return dataset._replace(training=training, validation=held, held=True)


def _rows(fields: Fields, rows: Array) -> Fields:
    return {name: array[rows] for name, array in fields.items()}

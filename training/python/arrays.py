"""Data from Python as named arrays: mappings, sequences of arrays and map-style datasets of torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from training.data.dataset import Array, Fields
from training.errors import DataError

_WANTED = "give a mapping of names to arrays, a tuple of arrays, or a dataset with a length and items"


def fields_from(data: Any, names: Sequence[str], what: str) -> Fields:
    """The arrays by field; those without names take ``names``, of the Inputs and then the Targets as they are drawn.

    Raises:
        DataError: it is none of what can be read, or its arrays do not go together.
    """
    fields = _named(data, names, what)
    counts = {name: len(array) if array.ndim else None for name, array in fields.items()}
    if len(set(counts.values())) != 1 or None in counts.values():
        told = ", ".join(
            f"'{name}' {'one number' if count is None else f'{count:,}'}" for name, count in counts.items()
        )
        raise DataError(
            f"The {what} has different numbers of samples: {told}; the first axis of every array counts them."
        )
    return fields


def _named(data: Any, names: Sequence[str], what: str) -> Fields:
    if isinstance(data, Mapping):
        return {str(name): _array(value, f"'{name}' of the {what}") for name, value in data.items()}
    if isinstance(data, tuple):
        return _with_names([_array(value, f"the {what}") for value in data], names, what)
    if isinstance(data, np.ndarray | torch.Tensor):
        return _with_names([_array(data, f"the {what}")], names, what)
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return _from_items(data, names, what)
    raise DataError(f"The {what} is {_kind(data)}; {_WANTED}.")


def _from_items(data: Any, names: Sequence[str], what: str) -> Fields:
    """A dataset, read item by item; its items are alike."""
    items = [data[place] for place in range(len(data))]
    if not items:
        raise DataError(f"The {what} has no samples.")
    if isinstance(items[0], Mapping):
        found = {str(key): [item[key] for item in items] for key in items[0]}
        return {key: _stacked(values, f"'{key}' of the {what}") for key, values in found.items()}
    rows = [item if isinstance(item, tuple | list) else (item,) for item in items]
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise DataError(f"Item {place:,} of the {what} has {len(row)} parts, the first has {len(rows[0])}.")
    columns = zip(*rows, strict=True)
    return _with_names([_stacked(values, f"part {at} of the {what}") for at, values in enumerate(columns)], names, what)


def _with_names(arrays: Sequence[Array], names: Sequence[str], what: str) -> Fields:
    if len(arrays) != len(names):
        raise DataError(
            f"The {what} has {len(arrays)} arrays, but the drawing takes {len(names)}, Inputs first: "
            f"{', '.join(names)}."
        )
    return dict(zip(names, arrays, strict=True))


def _stacked(values: Sequence[Any], what: str) -> Array:
    arrays = [_array(value, what) for value in values]
    for place, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise DataError(
                f"Item {place:,} of {what} is {_shape(array)}, the first is {_shape(arrays[0])}; make them one size."
            )
    return np.stack(arrays)


def _array(value: Any, what: str) -> Array:
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        value = value.float() if value.dtype in (torch.bfloat16, torch.float16) else value
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"A part of {what} is {_kind(value)}, not an array: {str(error).rstrip('.')}.") from None
    if np.ma.is_masked(value):
        raise DataError(f"A part of {what} masks values, which are none to train on; fill them in, as by filled().")
    if array.dtype.kind not in "biuf":
        raise DataError(f"A part of {what} holds {array.dtype}, which are not numbers; {_WANTED}.")
    return array


def _shape(array: Array) -> str:
    return " x ".join(map(str, array.shape)) or "one number"


def _kind(value: Any) -> str:
    return f"of type {type(value).__name__}"

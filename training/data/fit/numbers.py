"""The numbers of a field as the dtype a node declares, where no value is lost by it."""

from __future__ import annotations

import warnings

import numpy as np
import torch
from torch import Tensor

from training.data.binding import Binding
from training.data.dataset import Array
from training.data.files.bounds import check_fits, fits
from training.data.files.store import is_mapped, is_stored
from training.data.fit.images import parts_of
from training.errors import DataError

_LARGEST = 2**63 - 1
_EXACT = 2**24
_MOST_BYTES = 8  # of a number that PyTorch can hold
_LOOKED_AT = 100_000
_NEEDS = {"int64": "whole numbers", "bool": "true and false, or 1 and 0"}


def convert(binding: Binding, array: Array) -> Tensor:
    """The array as a tensor of the declared dtype, except that bytes for a float32 node stay bytes until scaled.

    What ``stays`` in its file is left as it is, and so are whole numbers in fewer bytes.

    Raises:
        DataError: a value would be lost: a fraction as an integer, 2 as a boolean, NaN and infinity anywhere.
    """
    if is_mapped(array) and not stays(binding, array):
        needed = array.size * np.dtype(binding.type.dtype).itemsize
        check_fits(needed, f"The field '{binding.field}' as {binding.type.dtype}", "save it in that type")
    match binding.type.dtype:
        case "float32":
            return _floats(binding, array)
        case "int64":
            return _integers(binding, array)
        case _:
            return _booleans(binding, array)


def stays(binding: Binding, array: Array) -> bool:
    """Whether numbers that are mapped from a file become those that a node declares batch by batch."""
    if not (is_mapped(array) and array.dtype.isnative and array.dtype.itemsize <= _MOST_BYTES):
        return False
    small = binding.type.dtype == "float32" and array.dtype.kind == "u"
    return small or is_stored(array) or not fits(array.size * np.dtype(binding.type.dtype).itemsize)


def rounding(binding: Binding, array: Array) -> str:
    """What is to be said of numbers that float32 cannot tell apart; "" if there are none."""
    is_exact = array.dtype.itemsize < 4 or (array.dtype.kind == "f" and array.dtype.itemsize == 4)
    if binding.type.dtype != "float32" or is_exact:
        return ""
    some = np.asarray(array[:_LOOKED_AT]).reshape(-1)[:_LOOKED_AT]
    seen = some if is_mapped(array) and array.dtype.kind == "f" else array
    largest = max(abs(seen.max().item()), abs(seen.min().item())) if seen.size else 0
    if not np.isfinite(largest):
        return ""
    with np.errstate(over="ignore"):
        different, kept = len(np.unique(some)), len(np.unique(some.astype(np.float32)))
    lost = f"of {different:,} different ones it keeps {kept:,}"
    holds = f"'{binding.node}': the field '{binding.field}' holds"
    if largest > _EXACT and (seen.dtype.kind in "iu" or bool((np.floor(seen) == seen).all())):
        apart = f"it tells them apart up to {_EXACT:,}" + (f" and {lost}" if kept < different else "")
        return f"{holds} whole numbers up to {int(largest):,}, which float32 rounds: {apart}."
    # Fractions lose digits as a matter of course, but hardly half of all differences.
    return f"{holds} numbers up to {largest:,.15g}, which float32 rounds: {lost}." if kept < different / 2 else ""


def _floats(binding: Binding, array: Array) -> Tensor:
    with np.errstate(over="ignore"):
        values = array if stays(binding, array) else _own(array, np.uint8 if array.dtype == np.uint8 else np.float32)
        finite = array.dtype.kind != "f" or all(
            np.isfinite(part.astype(np.float32, copy=False)).all() for part in parts_of(values)
        )
    if not finite:
        raise DataError(
            f"'{binding.node}': the field '{binding.field}' holds NaN, infinite or too large values; clean the data.",
            binding.node,
        )
    return _tensor(values)


def _tensor(array: Array) -> Tensor:
    with warnings.catch_warnings():
        # What a file too large for memory is mapped to can only be read, and is not written to.
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(array)


def _own(array: Array, dtype: type[np.generic]) -> Array:
    """The array of that type: itself where PyTorch can hold it as it is, for a copy would take as much memory again."""
    return array if array.dtype == dtype and _is_plain(array) else np.array(array, dtype=dtype)


def _is_plain(array: Array) -> bool:
    """Whether PyTorch can hold an array as it is."""
    return array.flags.c_contiguous and array.flags.writeable and array.dtype.isnative


def _integers(binding: Binding, array: Array) -> Tensor:
    if array.dtype.kind == "f":
        for part in parts_of(array):
            large = np.abs(part.astype(np.float64)) >= 2.0**63  # more than half precision can hold
            _refuse_any(binding, part, ~np.isfinite(part) | (np.floor(part) != part) | large)
    elif array.dtype.kind == "u" and array.size and int(array.max()) > _LARGEST:
        raise DataError(
            f"'{binding.node}': the field '{binding.field}' holds {array.max()}, but an int64 ends at {_LARGEST}; "
            "correct the data.",
            binding.node,
        )
    narrow = array.dtype in (np.uint8, np.int8, np.int16, np.int32) and _is_plain(array)
    return _tensor(array if narrow or stays(binding, array) else np.array(array, dtype=np.int64))


def _booleans(binding: Binding, array: Array) -> Tensor:
    for part in parts_of(array) if array.dtype.kind != "b" else ():
        _refuse_any(binding, part, (part != 0) & (part != 1))
    return _tensor(array if stays(binding, array) else np.array(array, dtype=np.bool_))


def _refuse_any(binding: Binding, array: Array, wrong: Array) -> None:
    if not wrong.any():
        return
    wanted = binding.type.dtype
    raise DataError(
        f"'{binding.node}' takes {_NEEDS[wanted]} ({wanted}), but the field '{binding.field}' is {array.dtype} and "
        f"holds {array[wrong][0]:.6g}; save other numbers, or change the node's dtype.",
        binding.node,
    )

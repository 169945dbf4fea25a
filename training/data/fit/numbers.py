"""The numbers of a field as the dtype a node declares, where no value is lost by it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from training.data.binding import Binding
from training.data.dataset import Array
from training.data.files.bounds import check_fits
from training.data.files.store import is_mapped
from training.data.fit.images import parts_of
from training.errors import DataError

_LARGEST = 2**63 - 1
_EXACT = 2**24
_NEEDS = {"int64": "whole numbers", "bool": "true and false, or 1 and 0"}


def convert(binding: Binding, array: Array) -> Tensor:
    """The array as a tensor of the declared dtype, except that bytes for a float32 node stay bytes until scaled.

    What is mapped from a file stays there, as it is, where a float32 node takes it.

    Raises:
        DataError: a value would be lost: a fraction as an integer, 2 as a boolean, NaN and infinity anywhere.
    """
    if is_mapped(array) and binding.type.dtype != "float32":
        check_fits(8 * array.size, f"'{binding.node}' takes whole numbers, and they", "set a smaller size")
    match binding.type.dtype:
        case "float32":
            return _floats(binding, array)
        case "int64":
            return _integers(binding, array)
        case _:
            return _booleans(binding, array)


def rounding(binding: Binding, array: Array) -> str:
    """What is to be said of whole numbers that float32 cannot tell apart; "" if there are none."""
    if binding.type.dtype != "float32" or array.dtype.kind not in "iu" or array.dtype.itemsize < 4:
        return ""
    largest = max(int(array.max()), -int(array.min()))
    if largest <= _EXACT:
        return ""
    return (
        f"'{binding.node}': the field '{binding.field}' holds whole numbers up to {largest:,}, which float32 rounds: "
        f"it tells them apart up to {_EXACT:,}."
    )


def _floats(binding: Binding, array: Array) -> Tensor:
    if is_mapped(array) and array.dtype.kind == "u":
        return torch.from_numpy(array)
    with np.errstate(over="ignore"):
        values = _own(array, np.uint8 if array.dtype == np.uint8 else np.float32)
    if array.dtype.kind == "f" and not all(np.isfinite(part).all() for part in parts_of(values)):
        raise DataError(
            f"'{binding.node}': the field '{binding.field}' holds NaN, infinite or too large values; clean the data.",
            binding.node,
        )
    return torch.from_numpy(values)


def _own(array: Array, dtype: type[np.generic]) -> Array:
    """The array of that type: itself where PyTorch can hold it as it is, for a copy would take as much memory again."""
    as_it_is = array.dtype == dtype and array.flags.c_contiguous and array.flags.writeable
    return array if as_it_is else np.array(array, dtype=dtype)


def _integers(binding: Binding, array: Array) -> Tensor:
    if array.dtype.kind == "f":
        large = np.abs(array.astype(np.float64)) >= 2.0**63  # more than half precision can hold
        _refuse_any(binding, array, ~np.isfinite(array) | (np.floor(array) != array) | large)
    elif array.dtype.kind == "u" and array.size and int(array.max()) > _LARGEST:
        raise DataError(
            f"'{binding.node}': the field '{binding.field}' holds {array.max()}, but an int64 ends at {_LARGEST}; "
            "correct the data.",
            binding.node,
        )
    return torch.from_numpy(np.array(array, dtype=np.int64))


def _booleans(binding: Binding, array: Array) -> Tensor:
    if array.dtype.kind != "b":
        _refuse_any(binding, array, (array != 0) & (array != 1))
    return torch.from_numpy(np.array(array, dtype=np.bool_))


def _refuse_any(binding: Binding, array: Array, wrong: Array) -> None:
    if not wrong.any():
        return
    wanted = binding.type.dtype
    raise DataError(
        f"'{binding.node}' takes {_NEEDS[wanted]} ({wanted}), but the field '{binding.field}' is {array.dtype} and "
        f"holds {array[wrong][0]:.6g}; save other numbers, or change the node's dtype.",
        binding.node,
    )

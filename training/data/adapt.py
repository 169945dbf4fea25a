"""From a field of the data to the tensor a node declares: numbers converted, images resized."""

from __future__ import annotations

from math import prod

import numpy as np
import torch
from torch import Tensor

from graph.dims import Dim
from graph.tensor import DType, format_shape
from training.data.binding import Binding, Notify
from training.data.dataset import Array
from training.data.resized import Held, hold, scale
from training.errors import DataError

_LARGEST = 2**63 - 1
_KINDS: dict[DType, str] = {"bool": "b", "int64": "iu", "float32": "biuf"}


def adapt(binding: Binding, array: Array, notify: Notify) -> Held:
    """The samples as ``binding.type`` declares them: uint8 becomes 0 to 1, images are resized, vectors reshaped.

    Raises:
        DataError: the field does not fit the node.
    """
    declared, got = binding.type.shape[1:], array.shape[1:]
    tensor = _convert(binding, array)
    if _matches(declared, got):
        return scale(tensor) if binding.type.dtype == "float32" else tensor
    fixed = tuple(dim for dim in declared if isinstance(dim, int))
    same_kind = _squeezed(fixed) == _squeezed(got) or 1 in (len(fixed), len(got))
    if len(fixed) == len(declared) and prod(fixed) == prod(got) and same_kind:
        notify(f"'{binding.node}': '{binding.field}' is reshaped from {format_shape(got)} to {format_shape(fixed)}.")
        return scale(tensor.reshape(-1, *fixed)) if binding.type.dtype == "float32" else tensor.reshape(-1, *fixed)
    image = (1, *got) if len(got) == 2 else got
    wanted = (1, *fixed) if len(fixed) == 2 else fixed
    resizable = binding.type.dtype == "float32" and len(fixed) == len(declared) and len(image) == len(wanted) == 3
    if not resizable or image[0] != wanted[0]:
        raise _misfit(binding, array)
    notify(
        f"'{binding.node}': images are resized from {image[1]} x {image[2]} to {wanted[1]} x {wanted[2]}, "
        "bilinearly, to fit the Input."
    )
    return hold(tensor.reshape(-1, *image), fixed)


def _misfit(binding: Binding, array: Array) -> DataError:
    return DataError(
        f"'{binding.node}' expects samples of {format_shape(binding.type.shape[1:])} {binding.type.dtype}, the field "
        f"'{binding.field}' has {format_shape(array.shape[1:])} {array.dtype}; change the node's shape or the data.",
        binding.node,
    )


def _convert(binding: Binding, array: Array) -> Tensor:
    """The array as a tensor of the declared dtype, except that uint8 to be scaled stays uint8."""
    kind, wanted = array.dtype.kind, binding.type.dtype
    if kind not in _KINDS[wanted]:
        raise _misfit(binding, array)
    if wanted == "int64" and array.size and int(array.max()) > _LARGEST:
        raise DataError(
            f"'{binding.node}': the field '{binding.field}' holds {array.max()}, but an int64 ends at {_LARGEST}; "
            "correct the data.",
            binding.node,
        )
    if wanted != "float32":
        return torch.from_numpy(np.array(array, dtype=wanted))
    with np.errstate(over="ignore"):
        values = np.array(array, dtype=np.uint8 if array.dtype == np.uint8 else np.float32)
    if kind == "f" and not np.isfinite(values).all():
        raise DataError(
            f"'{binding.node}': the field '{binding.field}' holds NaN, infinite or too large values; clean the data.",
            binding.node,
        )
    return torch.from_numpy(values)


def _matches(declared: tuple[Dim, ...], got: tuple[int, ...]) -> bool:
    """Whether sizes agree; a named size agrees with any."""
    return len(declared) == len(got) and all(
        not isinstance(dim, int) or dim == size for dim, size in zip(declared, got, strict=True)
    )


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)

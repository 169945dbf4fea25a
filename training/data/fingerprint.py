"""What data was like, in a few words: enough to tell whether it is still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from training.data.binding import Binding
from training.data.dataset import Array, Dataset
from training.data.files.store import is_mapped, is_stored
from training.runs.data_record import Print

# Up to so much is hashed whole, in about a quarter of a second; of more, blocks at even distances.
_WHOLE_BYTES = 2**28
_BLOCKS, _BLOCK_BYTES = 1024, 2**16


def prints_of(bindings: Sequence[Binding], dataset: Dataset) -> dict[str, Print]:
    """The prints of what is trained and validated on, by node.

    Of arrays of more than 256 MiB only blocks are hashed, and the rest goes into a sum, which sees a change but not
    another order; of such an array in a file of the user's that is mapped to memory the blocks alone are read.
    """
    digests: dict[str, str] = {}
    return {binding.node: _print(binding, dataset, digests) for binding in bindings}


def differences(before: Mapping[str, Print], now: Mapping[str, Print]) -> list[str]:
    """What has changed, each as a clause; nothing where the data is the same."""
    found = []
    for node, old in before.items():
        new = now.get(node)
        if new is not None and (clause := _difference(old, new)):
            found.append(f"'{new.field}' {clause}")
    return found


def _print(binding: Binding, dataset: Dataset, digests: dict[str, str]) -> Print:
    field, dtype = binding.field, dataset.dtype_of(binding.field)
    training, validation = dataset.training[field], dataset.validation.get(field)
    if field not in digests:
        digests[field] = _digest([training] if validation is None else [training, validation], dtype)
    return Print(
        field,
        list(training.shape[1:]),
        dtype.name,
        len(training),
        0 if validation is None else len(validation),
        digests[field],
    )


def _difference(old: Print, new: Print) -> str:
    if old.samples != new.samples:
        word = "fewer" if new.samples < old.samples else "more"
        return f"has {new.samples:,} samples, {word} than the {old.samples:,} it had"
    if old.validation != new.validation:
        return f"has {new.validation:,} samples of its own to validate on, not {old.validation:,}"
    if old.shape != new.shape:
        return f"has samples of {_sizes(new.shape)}, not of {_sizes(old.shape)}"
    if old.dtype != new.dtype:
        return f"is {new.dtype}, not {old.dtype}"
    return "has other values" if old.digest != new.digest else ""


def _sizes(shape: Sequence[int]) -> str:
    return " x ".join(str(size) for size in shape) or "one number"


def _digest(arrays: Sequence[Array], dtype: np.dtype[Any]) -> str:
    state = hashlib.blake2b(digest_size=16)
    for array in arrays:
        for block in _blocks(array, dtype):
            state.update(block.data)
    return state.hexdigest()


def _blocks(array: Array, dtype: np.dtype[Any]) -> Iterator[Array]:
    """The bytes of an array of that type, in the order of its samples; of a large one, only what stands for it."""
    size = array.size * dtype.itemsize
    if size <= _WHOLE_BYTES:
        yield _bytes(array, dtype)
        return
    rows = max(1, _BLOCK_BYTES * len(array) // size)
    starts = np.linspace(0, len(array) - rows, num=min(_BLOCKS, len(array)), dtype=np.int64)
    for start in np.unique(starts):
        content = _bytes(array[start : start + rows], dtype)
        yield content[:_BLOCK_BYTES]
        yield content[_BLOCK_BYTES:][-_BLOCK_BYTES:]  # one sample may itself be large: its end stands for it too
    if array.flags.c_contiguous and (is_stored(array) or not is_mapped(array)):
        yield _sum(array, dtype)


def _bytes(array: Array, dtype: np.dtype[Any]) -> Array:
    return np.ascontiguousarray(array, dtype=dtype).reshape(-1).view(np.uint8)


def _sum(array: Array, dtype: np.dtype[Any]) -> Array:
    """The bytes as words of 64 bits, added up without regard to overflow: as fast as memory is read."""
    if array.dtype != dtype:  # whole numbers that are such words themselves once they have their type
        return np.atleast_1d(array.sum(dtype=dtype)).view(np.uint8)
    content = _bytes(array, dtype)
    words = content[: len(content) // 8 * 8].view(np.uint64)
    return np.append(np.atleast_1d(np.add.reduce(words)).view(np.uint8), content[len(words) * 8 :])

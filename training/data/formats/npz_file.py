"""NumPy's .npz: each array a field, ``x_test`` the test samples of ``x``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from graph.recipe.sources import NpzFile
from graph.storage.atomic import reason
from training.data.arrays.members import Members
from training.data.arrays.names import parts_of
from training.data.dataset import Array, Dataset, Fields, Reading, Tell, listed
from training.data.files.bounds import check_fits, fits
from training.data.files.keeping import signs_of
from training.data.files.made import Making, make
from training.data.files.store import Layout, Seen
from training.data.places import unusable
from training.data.splits import Part
from training.errors import DataError

_SMALL_BYTES = 64 * 2**20  # what takes so little stays in memory whatever is beside it


def read(source: NpzFile, reading: Reading) -> Dataset:
    """The arrays of the file.

    Raises:
        DataError: it is not a file, or cannot be read.
    """
    path = Path(source.path)
    if not path.is_file():
        raise unusable(source, "is not a file")
    return npz(path, reading.tell)


def npz(path: Path, tell: Tell = lambda _: None) -> Dataset:
    """The arrays of a file, the first axis counting samples; ``x_train`` and ``x`` are both the field ``x``.

    Arrays that cannot be samples are left out, each with the reason, in case a node wants one.

    Raises:
        DataError: the file cannot be read, or none of its arrays can be samples.
    """
    arrays, faults = _arrays(path, tell)
    if not arrays:
        why = next(iter(faults.values()), "it holds no arrays; save some with numpy.savez(path, image=..., label=...).")
        raise DataError(f"{path}: {why}")
    parts: dict[Part, Fields] = {"training": {}, "validation": {}, "test": {}}
    left_out: dict[str, str] = {}
    names: dict[tuple[str, Part], str] = {}
    for key, (field, part) in parts_of([*arrays, *faults]).items():
        if key in faults:
            left_out[field if part == "training" else key] = faults[key]
            continue
        first = names.setdefault((field, part), key)
        if first != key:
            raise DataError(f"{path} has both '{first}' and '{key}' for the field '{field}'; save only one of them.")
        parts[part][field] = arrays[key]
    return Dataset(str(path), parts["training"], parts["test"], parts["validation"], left_out)


def _arrays(path: Path, tell: Tell) -> tuple[Fields, dict[str, str]]:
    """The arrays that can be samples, and why the others cannot."""
    try:
        with Members(path) as file:
            found = {key: _array(file, key) if fits(file.size) else _head(file, key) for key in file.files}
            there = {key: array for key, (array, _why) in found.items() if array is not None}
            arrays = there if fits(file.size) else _unpacked(file, there, path, tell)
    except (DataError, MemoryError):
        raise
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None
    except Exception:  # there is no end of what zipfile and NumPy raise for a file that numpy.savez did not write
        raise DataError(f"{path} is damaged, or no .npz file; save it again with numpy.savez.") from None
    return arrays, {key: why for key, (_array, why) in found.items() if why}


def _unpacked(file: Members, heads: Fields, path: Path, tell: Tell) -> Fields:
    """What memory does not hold, in files: samples to train and to validate on beside each other."""
    arrays: Fields = {}
    together: dict[tuple[str, bool, str], list[str]] = {}
    for key, (field, part) in parts_of(heads).items():
        alike = f"{heads[key].shape[1:]} {heads[key].dtype.str}"
        together.setdefault((field, part == "test", alike), []).append(key)
    for keys in together.values():
        rows = [len(heads[key]) for key in keys]
        made = _made(file, keys, heads, path, tell)
        ends = np.cumsum([0, *rows])
        arrays |= {key: made[start:end] for key, (start, end) in zip(keys, pairwise(ends), strict=True)}
    return {key: arrays[key] for key in heads}


def _made(file: Members, keys: Sequence[str], heads: Fields, path: Path, tell: Tell) -> Array:
    """Arrays of the same kind behind one another."""
    rows = [len(heads[key]) for key in keys]

    def work(arrays: Sequence[Array]) -> Seen:
        at = 0
        for key, count in zip(keys, rows, strict=True):
            file.fill(key, arrays[0][at : at + count])
            at += count
        return Seen()

    layout = Layout((sum(rows), *heads[keys[0]].shape[1:]), heads[keys[0]].dtype)
    what = f"The numbers of {listed(keys)} in {path.name}"
    beside = file.size if layout.bytes > _SMALL_BYTES else 0
    signs = chain(["npz", *keys], signs_of([path]))
    return make(Making(what, "unpacked", "save fewer samples", [layout], signs, work, beside), tell).arrays[0]


def _head(file: Members, key: str) -> tuple[Array | None, str]:
    """An array of that shape and type that takes no memory, or why it cannot be samples."""
    return _judged(key, lambda: _stand_in(file, key))


def _stand_in(file: Members, key: str) -> Array | bytes:
    head = file.head(key)
    if head is None:
        return b""
    if head.fortran and len(head.shape) > 1:
        what = f"'{key}', whose axes are in Fortran's order,"
        check_fits(file.size, what, "save it with numpy.ascontiguousarray")
    return np.broadcast_to(np.zeros((), head.dtype), head.shape)


def _array(file: Members, key: str) -> tuple[Array | None, str]:
    return _judged(key, lambda: file[key])


def _judged(key: str, read: Callable[[], Array | bytes]) -> tuple[Array | None, str]:
    try:
        array = read()
    except ValueError as error:
        if "Object arrays" not in str(error):
            raise
        return None, f"'{key}' holds Python objects, which are never loaded; save it as an array of numbers."
    if not isinstance(array, np.ndarray):
        return None, f"'{key}' is not an array; save only arrays with numpy.savez."
    why = fault(key, array)
    return (None, why) if why else (array, "")


def fault(key: str, array: Array) -> str:
    """Why an array cannot be samples; "" if it can."""
    if array.dtype.kind not in "biuf":
        return f"'{key}' holds {array.dtype}; only numbers and booleans can be trained on."
    if array.ndim == 0:
        return f"'{key}' is a single number; its first axis must count the samples."
    return f"'{key}' is empty." if array.size == 0 else ""

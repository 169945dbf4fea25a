"""NumPy's .npz: each array a field, ``x_test`` the test samples of ``x``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from graph.recipe.sources import NpzFile
from graph.storage.atomic import reason
from training.data.arrays.members import Members
from training.data.arrays.names import parts_of
from training.data.dataset import Array, Dataset, Fields, Reading
from training.data.places import unusable
from training.data.splits import Part
from training.errors import DataError


def read(source: NpzFile, _reading: Reading) -> Dataset:
    """The arrays of the file.

    Raises:
        DataError: it is not a file, or cannot be read.
    """
    path = Path(source.path)
    if not path.is_file():
        raise unusable(source, "is not a file")
    return npz(path)


def npz(path: Path) -> Dataset:
    """The arrays of a file, the first axis counting samples; ``x_train`` and ``x`` are both the field ``x``.

    Arrays that cannot be samples are left out, each with the reason, in case a node wants one.

    Raises:
        DataError: the file cannot be read, or none of its arrays can be samples.
    """
    arrays, faults = _arrays(path)
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


def _arrays(path: Path) -> tuple[Fields, dict[str, str]]:
    """The arrays that can be samples, and why the others cannot."""
    arrays: Fields = {}
    left_out: dict[str, str] = {}
    try:
        with Members(path) as file:
            for key in file.files:
                array, why = _array(file, key)
                if array is None:
                    left_out[key] = why
                else:
                    arrays[key] = array
    except (DataError, MemoryError):
        raise
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None
    except Exception:  # there is no end of what zipfile and NumPy raise for a file that numpy.savez did not write
        raise DataError(f"{path} is damaged, or no .npz file; save it again with numpy.savez.") from None
    return arrays, left_out


def _array(file: Members, key: str) -> tuple[Array | None, str]:
    try:
        array = file[key]
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

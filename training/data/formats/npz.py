"""NumPy's .npz: each array a field, ``x_test`` the test samples of ``x``."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from graph.storage.atomic import reason
from training.data.dataset import Array, Dataset, Fields
from training.errors import DataError

# All that NumPy and zipfile have been seen to raise for a file that numpy.savez did not write.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    tokenize.TokenError,
    SyntaxError,
    ValueError,
    TypeError,
    OverflowError,
    EOFError,
    RuntimeError,
)


def npz(path: Path) -> Dataset:
    """The arrays of a file, the first axis counting samples; ``x_train`` and ``x`` are both the field ``x``.

    Raises:
        DataError: the file cannot be read, or its arrays are no samples.
    """
    training: Fields = {}
    test: Fields = {}
    names: dict[tuple[str, bool], str] = {}
    for key, array in _arrays(path).items():
        _check(path, key, array)
        field, tests = key.removesuffix("_test").removesuffix("_train"), key.endswith("_test")
        first = names.setdefault((field, tests), key)
        if first != key:
            raise DataError(f"{path} has both '{first}' and '{key}' for the field '{field}'; save only one of them.")
        (test if tests else training)[field] = array
    if not training:
        raise DataError(f"{path} holds no training samples; save arrays with numpy.savez(path, image=..., label=...).")
    _check_counts(path, training, "samples")
    _check_counts(path, test, "test samples")
    for key, array in test.items():
        if key not in training or training[key].shape[1:] != array.shape[1:]:
            raise DataError(f"{path} has '{key}_test' without an array '{key}' of the same shape to train on.")
    if test and set(test) != set(training):
        missing = min(set(training) - set(test))
        raise DataError(f"{path} has test samples but no '{missing}_test'; give every field or none.")
    return Dataset(str(path), training, test)


def _arrays(path: Path) -> Fields:
    try:
        with path.open("rb") as content:
            file = np.load(content, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise DataError(f"{path} holds a single array; save named ones with numpy.savez.")
            return {key: _array(path, file, key) for key in file.files}
    except _DAMAGED:
        raise DataError(f"{path} is damaged, or no .npz file; save it again with numpy.savez.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None


def _array(path: Path, file: np.lib.npyio.NpzFile, key: str) -> Array:
    try:
        array: Any = file[key]
    except ValueError as error:
        if "Object arrays" not in str(error):
            raise
        raise DataError(
            f"{path}: '{key}' holds Python objects, which are never loaded; save it as an array of numbers."
        ) from None
    if not isinstance(array, np.ndarray):
        raise DataError(f"{path}: '{key}' is no array; save arrays alone with numpy.savez.")
    return array


def _check(path: Path, key: str, array: Array) -> None:
    if array.dtype.kind not in "biuf":
        raise DataError(f"{path}: '{key}' holds {array.dtype}; only numbers and booleans can be trained on.")
    if array.ndim == 0:
        raise DataError(f"{path}: '{key}' is a single number; its first axis must count the samples.")
    if array.size == 0:
        raise DataError(f"{path}: '{key}' is empty.")


def _check_counts(path: Path, fields: Fields, what: str) -> None:
    counts = {key: len(array) for key, array in fields.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"'{key}' has {count}" for key, count in counts.items())
        raise DataError(f"{path} has fields with different numbers of {what}: {listed}.")

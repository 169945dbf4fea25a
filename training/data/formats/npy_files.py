"""NumPy's .npy: each file a field by its name, ``x_test.npy`` the test samples of ``x``; large ones stay on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from graph.recipe.sources import NpyFiles
from graph.storage.atomic import reason
from training.data.arrays.names import parts_of
from training.data.dataset import Array, Dataset, Fields, Reading
from training.data.files.bounds import fits
from training.data.files.folders import part_folders, tell_others, visible
from training.data.formats.npz_file import fault
from training.data.places import unusable
from training.data.splits import Part
from training.errors import DataError

# Smaller files are read at once: what is mapped is read again and again.
_HELD_BYTES = 2**30


def read(source: NpyFiles, reading: Reading) -> Dataset:
    """The array of a file, or those of a folder, perhaps in folders called train, val and test.

    Raises:
        DataError: it cannot be read, or holds no samples.
    """
    path = Path(source.path)
    files = _files(path) if path.is_dir() else {path.stem: path}
    if not path.is_dir() and not path.is_file():
        raise unusable(source, "does not exist")
    if not files:
        raise DataError(f"{path} holds no .npy files; save arrays there with numpy.save.")
    if path.is_dir():
        folders = {path, *(file.parent for file in files.values())}
        others = sum(file.is_file() and file.suffix.lower() != ".npy" for place in folders for file in visible(place))
        tell_others(path, others, reading.tell)
    arrays = {key: _array(file) for key, file in files.items()}
    parts: dict[Part, Fields] = {"training": {}, "validation": {}, "test": {}}
    for key, (field, part) in parts_of(arrays).items():
        if field in parts[part]:
            raise DataError(f"{path} has several files for the field '{field}'; keep one of them.")
        parts[part][field] = arrays[key]
    return Dataset(str(path), parts["training"], parts["test"], parts["validation"])


def _files(folder: Path) -> dict[str, Path]:
    """The files by the names of their arrays; one in a folder of a part has that in its name."""
    inner = part_folders(folder) if any(path.is_dir() for path in visible(folder)) else {}
    found = {path.stem: path for path in visible(folder) if path.suffix.lower() == ".npy"}
    for part, place in inner.items():
        word = {"training": "train", "validation": "val", "test": "test"}[part]
        for path in visible(place):
            key = f"{path.stem}_{word}"
            if path.suffix.lower() == ".npy" and found.setdefault(key, path) != path:
                raise DataError(f"{folder} has both {found[key].name} and {place.name}/{path.name}; keep one of them.")
    return found


def _array(path: Path) -> Array:
    try:
        # Memory is set aside for what may be written over a file, but not for what is only read.
        mode: Literal["c", "r"] = "c" if fits(path.stat().st_size) else "r"
        array: Array = np.load(path, mmap_mode=mode, allow_pickle=False)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None
    except Exception as error:  # there is no end of what NumPy raises for a file that numpy.save did not write
        if "Object arrays" in str(error) or "Python objects" in str(error):
            raise DataError(f"{path} holds Python objects, which are never loaded; save an array of numbers.") from None
        raise DataError(f"{path} is damaged, or not an .npy file; save it again with numpy.save.") from None
    if why := fault(path.stem, array):
        raise DataError(f"{path}: {why}")
    return np.array(array) if array.nbytes < _HELD_BYTES else array

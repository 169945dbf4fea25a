"""A folder with the four files of MNIST, or of a set published the same way, such as Fashion-MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.data.dataset import Array, Dataset, Fields
from training.data.formats.idx import read_idx
from training.errors import DataError

FASHION = Path("/usr/share/datasets/fashion-mnist")
_NAMES = ("{}-idx{}-ubyte", "{}-idx{}-ubyte.gz", "{}.idx{}-ubyte", "{}.idx{}-ubyte.gz")


def fashion_mnist() -> Dataset:
    """Fashion-MNIST as Debian installs it.

    Raises:
        DataError: it is not installed, or damaged.
    """
    if not FASHION.is_dir():
        raise DataError(
            f"Fashion-MNIST is not in {FASHION}: install it with 'sudo apt install dataset-fashion-mnist', or give the "
            "folder its four IDX files are in."
        )
    return mnist(FASHION)


def mnist(folder: Path) -> Dataset:
    """The images (1, H, W) and labels of a folder; the test files ``t10k-...`` may be missing.

    Raises:
        DataError: the training files are missing, or a file is damaged or of the wrong shape.
    """
    training = _part(folder, "train")
    if not training:
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or "nothing"
        raise DataError(
            f"{folder} holds no training data: expected train-images-idx3-ubyte and train-labels-idx1-ubyte, with or "
            f"without .gz, found {found}."
        )
    test = _part(folder, "t10k")
    if test and test["image"].shape[1:] != training["image"].shape[1:]:
        sizes = [" x ".join(str(size) for size in part["image"].shape[2:]) for part in (training, test)]
        raise DataError(f"{folder} has training images of {sizes[0]} but test images of {sizes[1]}; make them alike.")
    return Dataset(str(folder), training, test)


def _part(folder: Path, prefix: str) -> Fields:
    paths = [_find(folder, f"{prefix}-{what}", rank) for what, rank in (("images", 3), ("labels", 1))]
    present = [path for path in paths if path]
    if not present:
        return {}
    if len(present) == 1:
        missing = f"{prefix}-labels-idx1-ubyte" if paths[0] else f"{prefix}-images-idx3-ubyte"
        raise DataError(f"{folder} has {present[0].name} but no {missing}; both are needed.")
    images, labels = _read(present[0], 3, "images"), _read(present[1], 1, "labels")
    if labels.dtype.kind == "f" and not (np.isfinite(labels).all() and (np.floor(labels) == labels).all()):
        raise DataError(f"{present[1]} holds labels that are not whole numbers, as {labels.dtype}; save the classes.")
    if len(images) != len(labels):
        raise DataError(f"{folder} has {len(images)} images but {len(labels)} labels in its {prefix} files.")
    return {"image": images[:, np.newaxis], "label": labels.astype(np.int64)}


def _read(path: Path, rank: int, what: str) -> Array:
    array = read_idx(path)
    if array.ndim != rank:
        raise DataError(f"{path} has {array.ndim} axes; {what} have {rank}.")
    if array.size == 0:
        raise DataError(f"{path} is empty: it holds no {what}.")
    return array


def _find(folder: Path, stem: str, rank: int) -> Path | None:
    candidates = [folder / name.format(stem, rank) for name in _NAMES]
    return next((path for path in candidates if path.is_file()), None)

"""A folder with the four files of MNIST, or of a set published the same way, such as Fashion-MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from graph.recipe.sources import IdxFolder
from training.data.arrays.idx import read_idx
from training.data.dataset import Array, Dataset, Fields, Reading
from training.data.places import unusable
from training.errors import DataError

_PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
_NAMES = ("{}-idx{}-ubyte", "{}-idx{}-ubyte.gz", "{}.idx{}-ubyte", "{}.idx{}-ubyte.gz")


def read(source: IdxFolder, _reading: Reading) -> Dataset:
    """The images and labels of the folder.

    Raises:
        DataError: it is not a folder, or its files cannot be read.
    """
    folder = Path(source.path)
    if not folder.is_dir():
        raise unusable(source, "is neither a folder nor a file that can be read")
    return idx_folder(folder)


def idx_folder(folder: Path) -> Dataset:
    """The images (1, H, W) and labels of a folder; the test files ``t10k-...`` may be missing.

    Raises:
        DataError: the training files are missing, or a file is damaged or of the wrong shape.
    """
    training = _part(folder, "train")
    if not training:
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or "nothing"
        raise DataError(
            f"{folder} holds no training data: expected train-images-idx3-ubyte and train-labels-idx1-ubyte, with or "
            f"without .gz, found {found}.{_other_kinds(folder)}"
        )
    test = _part(folder, "t10k")
    if test and test["image"].shape[1:] != training["image"].shape[1:]:
        sizes = [" x ".join(str(size) for size in part["image"].shape[2:]) for part in (training, test)]
        raise DataError(f"{folder} has training images of {sizes[0]} but test images of {sizes[1]}; make them alike.")
    return Dataset(str(folder), training, test)


def _other_kinds(folder: Path) -> str:
    """How a folder is written that seems to hold something else."""
    names = {path.name.lower() for path in folder.iterdir() if path.is_dir()}
    if {"images", "masks"} <= names:
        return f" Write masks:{folder} for images with masks."
    ends = {path.suffix.lower() for child in folder.iterdir() if child.is_dir() for path in child.glob("*")}
    ends |= {path.suffix.lower() for path in folder.glob("*/*/*")} if not ends & {".txt", *_PICTURES} else set()
    if ends & _PICTURES:
        return f" Write images:{folder} for a folder of images."
    return f" Write text:{folder} for a folder of texts." if ".txt" in ends else ""


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

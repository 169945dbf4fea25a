"""Fashion-MNIST where Debian installs it."""

from __future__ import annotations

from pathlib import Path

from graph.recipe.sources import FashionMnist
from training.data.dataset import Dataset, Reading
from training.data.formats.idx_folder import idx_folder
from training.errors import DataError

FOLDER = Path("/usr/share/datasets/fashion-mnist")


def read(_source: FashionMnist, _reading: Reading) -> Dataset:
    """Images (1, 28, 28) and labels.

    Raises:
        DataError: it is not installed, or damaged.
    """
    if not FOLDER.is_dir():
        raise DataError(
            f"Fashion-MNIST is not in {FOLDER}: install it with 'sudo apt install dataset-fashion-mnist', or give the "
            "folder its four IDX files are in."
        )
    return idx_folder(FOLDER)

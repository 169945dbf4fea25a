"""Where samples come from, by the text of the ``data`` setting."""

from __future__ import annotations

from pathlib import Path

from graph.storage.atomic import reason
from training.data.dataset import Dataset
from training.data.formats.mnist import mnist
from training.data.formats.npz import npz
from training.data.made import PREFIX, made
from training.data.places import NAMED, locate, unusable
from training.errors import DataError


def load_data(source: str, folder: str = "") -> Dataset:
    """Read ``digits``, ``fashion-mnist``, ``made:NAME``, a folder of IDX files or an .npz file.

    A relative path starts in ``folder``, that of the drawing, or in the current one.

    Raises:
        DataError: there is no such source, or it cannot be used.
    """
    if source in NAMED:
        return NAMED[source]()
    if source.startswith(PREFIX):
        return made(source.removeprefix(PREFIX))
    path = Path(locate(source, folder))
    try:
        if path.is_dir():
            return mnist(path)
        if path.suffix.lower() == ".npz" and path.is_file():
            return npz(path)
    except OSError as error:
        raise DataError(f"The data '{source:.200}' cannot be read: {reason(error)}.") from None
    raise unusable(source, "is neither a folder nor an .npz file")

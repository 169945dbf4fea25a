"""Where samples come from, by the text of the ``data`` setting."""

from __future__ import annotations

from pathlib import Path

from graph.storage.atomic import reason
from training.data.dataset import Dataset
from training.data.digits import digits
from training.data.formats.mnist import fashion_mnist, mnist
from training.data.formats.npz import npz
from training.data.made import PREFIX, made
from training.errors import DataError

_NAMED = {"digits": digits, "fashion-mnist": fashion_mnist}


def load_data(source: str) -> Dataset:
    """Read ``digits``, ``fashion-mnist``, ``made:NAME``, a folder of IDX files or an .npz file.

    Raises:
        DataError: there is no such source, or it cannot be used.
    """
    if source in _NAMED:
        return _NAMED[source]()
    if source.startswith(PREFIX):
        return made(source.removeprefix(PREFIX))
    try:
        path = Path(source).expanduser()
        if source and path.is_dir():
            return mnist(path)
        if path.suffix == ".npz" and path.is_file():
            return npz(path)
        exists = bool(source) and path.exists()
    except OSError as error:
        raise DataError(f"The data '{source:.200}' cannot be read: {reason(error)}.") from None
    except (RuntimeError, ValueError):
        exists = False  # no such user's home, or a character no path has
    what = "is neither a folder nor an .npz file" if exists else "does not exist"
    raise DataError(
        f"The data '{source:.200}' {what}; use digits, fashion-mnist, made:NAME (made:sine), a folder of IDX files or "
        "an .npz file."
    )

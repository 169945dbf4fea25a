"""Where samples come from: the reader of a source is the file of its name in ``formats``."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from graph.recipe.sources import Source, read_text
from graph.storage.atomic import reason
from training.data.dataset import Dataset, Reading
from training.data.places import locate
from training.errors import DataError

Reader = Callable[[Any, Reading], Dataset]


def load_data(source: Source | str, folder: str = "", reading: Reading | None = None) -> Dataset:
    """Read data; a text is what the setting ``data`` says.

    A relative path starts in ``folder``, that of the drawing, or in the current one.

    Raises:
        DataError: there is no such source, or it cannot be used.
    """
    found = locate(read_text(source) if isinstance(source, str) else source, folder)
    try:
        return reader_of(type(found))(found, reading or Reading())
    except OSError as error:
        raise DataError(f"The data '{found.text():.200}' cannot be read: {reason(error)}.") from None


def reader_of(cls: type[Source]) -> Reader:
    """What reads a kind of data; only then is the library for it imported.

    Raises:
        DataError: the library is not installed.
    """
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
    try:
        reader: Reader = import_module(f"training.data.formats.{name}").read
    except ModuleNotFoundError as error:
        raise DataError(
            f"{cls.__name__} is read with {error.name}, which is not installed: 'pip install {error.name}' does that."
        ) from None
    return reader

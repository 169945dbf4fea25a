"""The arrays in an .npz file, read so that no memory is taken for what a header says and the file cannot hold."""

from __future__ import annotations

import io
import zipfile
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from graph.fields import printable
from training.data.arrays.unpacked import check_unpacked
from training.data.dataset import Array
from training.errors import DataError

_HEADER_BYTES = 10_000  # NumPy writes a hundred, and reads no more of a file it does not trust
_NAME = 100  # letters of a name, which sentences repeat
_SINGLE = b"\x93NUMPY"


class Members:
    """An open .npz file: ``files`` are the names in it, ``members[name]`` what is there: an array, or else bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as content:
            if content.read(len(_SINGLE)) == _SINGLE:
                raise DataError(f"{path} holds a single array; save named ones with numpy.savez.")
        self._archive = zipfile.ZipFile(path)
        records = self._archive.infolist()
        check_unpacked(path, path.stat().st_size, sum(record.file_size for record in records), "numpy.savez")
        self._records = {printable(record.filename.removesuffix(".npy"), _NAME): record for record in records}
        self.files = list(self._records)

    def __enter__(self) -> Members:
        return self

    def __exit__(self, *_error: object) -> None:
        self._archive.close()

    def __getitem__(self, name: str) -> Array | bytes:
        """The array of that name.

        Raises:
            ValueError: it holds Python objects.
            Exception: of many kinds, where the file is damaged.
        """
        record = self._records[name]
        with self._archive.open(record) as member:
            head = io.BytesIO(member.read(_HEADER_BYTES + 16))
            if not head.getvalue().startswith(_SINGLE):
                return head.getvalue()
            shape, fortran, dtype = _read_header(head)
            if dtype.hasobject:
                raise ValueError("Object arrays are not loaded.")
            # As Python's integers, which do not overflow.
            if record.file_size - head.tell() != prod(shape, start=dtype.itemsize) or not dtype.itemsize:
                raise ValueError("The header says another size than there is.")
            content = bytearray(head.read())
            content += member.read()
        return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")


def _read_header(file: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and type of an array, with ``file`` left where its values begin."""
    if np.lib.format.read_magic(file) == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)

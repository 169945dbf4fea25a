"""The arrays in an .npz file, read so that no memory is taken for what a header says and the file cannot hold."""

from __future__ import annotations

import io
import zipfile
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from graph.fields import printable
from training.data.arrays.unpacked import check_unpacked
from training.data.dataset import Array
from training.errors import DataError

_HEADER_BYTES = 10_000  # NumPy writes a hundred, and reads no more of a file it does not trust
_PART_BYTES = 2**24
_NAME = 100  # letters of a name, which sentences repeat
_SINGLE = b"\x93NUMPY"


class Head(NamedTuple):
    """What is said of an array whose numbers begin at ``start`` of its member."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    start: int


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

    @property
    def size(self) -> int:
        """How many bytes all that is in the file takes."""
        return sum(record.file_size for record in self._records.values())

    def __getitem__(self, name: str) -> Array | bytes:
        """The array of that name.

        Raises:
            ValueError: it holds Python objects.
            Exception: of many kinds, where the file is damaged.
        """
        with self._archive.open(self._records[name]) as member:
            start = member.read(_HEADER_BYTES + 16)
            head = self._head(name, start)
            if head is None:
                return start
            content = bytearray(start[head.start :])
            content += member.read()
        return np.frombuffer(content, head.dtype).reshape(head.shape, order="F" if head.fortran else "C")

    def head(self, name: str) -> Head | None:
        """What is said of the array of that name; ``None`` where something else is there.

        Raises:
            ValueError: it holds Python objects.
            Exception: of many kinds, where the file is damaged.
        """
        with self._archive.open(self._records[name]) as member:
            return self._head(name, member.read(_HEADER_BYTES + 16))

    def fill(self, name: str, array: Array) -> None:
        """Read the array of that name, whose axes are in C's order, into one of its shape, part by part.

        Raises:
            Exception: of many kinds, where the file is damaged.
        """
        head = self.head(name)
        assert head is not None
        row = prod(head.shape[1:], start=head.dtype.itemsize)
        rows = max(1, _PART_BYTES // row)
        with self._archive.open(self._records[name]) as member:
            member.read(head.start)
            for start in range(0, len(array), rows):
                part = array[start : start + rows]
                part[...] = np.frombuffer(member.read(len(part) * row), head.dtype).reshape(part.shape)

    def _head(self, name: str, start: bytes) -> Head | None:
        if not start.startswith(_SINGLE):
            return None
        file = io.BytesIO(start)
        shape, fortran, dtype = _read_header(file)
        if dtype.hasobject:
            raise ValueError("Object arrays are not loaded.")
        # As Python's integers, which do not overflow.
        there = self._records[name].file_size - file.tell()
        if there != prod(shape, start=dtype.itemsize) or not dtype.itemsize:
            raise ValueError("The header says another size than there is.")
        return Head(shape, fortran, dtype, file.tell())


def _read_header(file: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and type of an array, with ``file`` left where its values begin."""
    if np.lib.format.read_magic(file) == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)

"""IDX, the format MNIST was published in: a magic number, the sizes, then the values, big-endian."""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np

from graph.storage.atomic import reason
from training.data.arrays.unpacked import check_unpacked
from training.errors import DataError

_GZIP = b"\x1f\x8b"
_MAX_AXES = 4
_MOST_GZIP = 1100  # no byte of gzip stands for more
_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path) -> np.ndarray:
    """The array in an IDX file, compressed by gzip or not.

    Raises:
        DataError: the file cannot be read, is damaged, or is no IDX file.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
        if packed:
            with gzip.open(path) as unpacked:
                return _read(path, unpacked, packed)
        with path.open("rb") as plain:
            return _read(path, plain, packed)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(f"{path} is damaged: it is not a complete gzip file; fetch it again.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None


def _read(path: Path, content: BinaryIO | gzip.GzipFile, packed: bool) -> np.ndarray:
    """The values, for which no memory is taken before the file is known to have as many."""
    start = content.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _DTYPES or not start[3]:
        raise DataError(f"{path} is no IDX file: it starts with {start.hex(' ') or 'nothing'}, not 00 00 08 01.")
    if start[3] > _MAX_AXES:
        raise DataError(f"{path} has {start[3]} axes; at most {_MAX_AXES} can be read: fetch it again, or save fewer.")
    lengths = content.read(4 * start[3])
    sizes = tuple(int.from_bytes(lengths[at : at + 4]) for at in range(0, len(lengths), 4))
    dtype, before = np.dtype(_DTYPES[start[2]]), len(start) + len(lengths)
    expected = 4 + 4 * start[3] + prod(sizes) * dtype.itemsize
    there = path.stat().st_size
    if packed and expected <= _MOST_GZIP * there:
        check_unpacked(path, there, expected, "no compression")
        values = content.read(expected - before)
        there = before + len(values) + len(content.read(1))
    else:
        values = b"" if packed or there != expected else content.read()
    if there != expected or len(values) != expected - before:
        raise DataError(
            f"{path} is damaged: {_shape(sizes)} values need {expected} bytes, it has {there}; fetch it again."
        )
    return np.frombuffer(values, dtype).reshape(sizes).astype(dtype.newbyteorder("="), copy=False)


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(str(size) for size in sizes)

"""IDX, the format MNIST was published in: a magic number, the sizes, then the values, big-endian."""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path

import numpy as np

from graph.storage.atomic import reason
from training.errors import DataError

_GZIP = b"\x1f\x8b"
_MAX_AXES = 4
_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path) -> np.ndarray:
    """The array in an IDX file, compressed by gzip or not.

    Raises:
        DataError: the file cannot be read, is damaged, or is no IDX file.
    """
    content = _content(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _DTYPES or not content[3]:
        raise DataError(f"{path} is no IDX file: it starts with {content[:4].hex(' ') or 'nothing'}, not 00 00 08 01.")
    if content[3] > _MAX_AXES:
        raise DataError(f"{path} has {content[3]} axes; at most {_MAX_AXES} can be read: get it again, or save fewer.")
    dtype, start = np.dtype(_DTYPES[content[2]]), 4 + 4 * content[3]
    sizes = tuple(int.from_bytes(content[at : at + 4]) for at in range(4, min(start, len(content)), 4))
    expected = start + prod(sizes) * dtype.itemsize
    if len(content) != expected:
        raise DataError(
            f"{path} is damaged: {_shape(sizes)} values need {expected} bytes, it has {len(content)}; get it again."
        )
    values = np.frombuffer(content, dtype, offset=start).reshape(sizes)
    return values.astype(dtype.newbyteorder("="), copy=False)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(f"{path} is damaged: it is no complete gzip file; get it again.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(str(size) for size in sizes)

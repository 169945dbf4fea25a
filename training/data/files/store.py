"""Arrays that memory does not hold: made once, kept in files among the user's caches, and mapped from there.

Each is two files of one name, which follows from what the array was made from: the numbers, and behind them, when all
are there, a record of what could not be read. A file that was not finished counts for nothing, and is removed later.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from graph.storage.atomic import reason, write_atomically
from graph.storage.userfolders import cache_folder
from training.data.dataset import Array
from training.data.files.bounds import check_fits, shown_bytes
from training.errors import DataError

_NUMBERS, _RECORD, _UNFINISHED = ".numbers", ".json", ".unfinished"
_DAY = 24 * 3600
_UNUSED_SECONDS = 30 * _DAY
_MOST_RECORD = 2**30


class Layout(NamedTuple):
    """The shape and the type of an array's numbers."""

    shape: tuple[int, ...]
    dtype: type[np.generic]

    @property
    def bytes(self) -> int:
        """How many bytes the array takes."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


class _Record(msgspec.Struct, frozen=True):
    rows: int
    faults: dict[int, str]


class Stored(NamedTuple):
    """An array in a file: its rows in their order but for those in ``faults``, which has what was wrong with them."""

    array: Array
    faults: dict[int, str]


class Store:
    """The place of one array; ``signs`` are whatever decides what is in it."""

    def __init__(self, signs: Iterable[str], layout: Layout) -> None:
        self._layout = layout
        state = hashlib.blake2b(digest_size=16)
        for sign in (repr(layout.shape), np.dtype(layout.dtype).str, *signs):
            state.update(sign.encode(errors="surrogatepass") + b"\0")
        self._folder = cache_folder() / "data"
        self._numbers = self._folder / f"{state.hexdigest()}{_NUMBERS}"
        self._record = self._numbers.with_suffix(_RECORD)
        self._unfinished = self._numbers.with_suffix(f".{os.getpid()}{_UNFINISHED}")

    @property
    def path(self) -> Path:
        """The file of the numbers."""
        return self._numbers

    def found(self) -> Stored | None:
        """What was made before; ``None`` where it is not there, or not whole."""
        try:
            content = self._record.read_bytes() if self._record.stat().st_size < _MOST_RECORD else b""
            record = msgspec.json.decode(content, type=_Record)
            whole = self._numbers.stat().st_size == self._bytes(record.rows) and record.rows > 0
        except (OSError, msgspec.MsgspecError, ValueError):
            return None
        if not whole:
            return None
        for path in (self._numbers, self._record):
            path.touch()
        return Stored(self._mapped(self._numbers, record.rows), record.faults)

    def begin(self) -> Array:
        """A file of zeros to be filled.

        Raises:
            DataError: the disk does not hold it, or it cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room()
            with self._unfinished.open("wb") as file:
                file.truncate(self._layout.bytes)
            return self._mapped(self._unfinished, self._layout.shape[0])
        except OSError as error:
            raise DataError(f"{self._unfinished} cannot be written: {reason(error)}; make room for it.") from None

    def finish(self, array: Array, faults: dict[int, str]) -> Stored:
        """Keep what ``begin`` gave and has been filled since, without the rows in ``faults``.

        Raises:
            DataError: it cannot be written.
        """
        rows = 0
        for place in range(len(array)):
            if place not in faults:
                if rows != place:
                    array[rows] = array[place]
                rows += 1
        try:
            os.truncate(self._unfinished, self._bytes(rows))
            self._unfinished.replace(self._numbers)
            write_atomically(self._record, msgspec.json.encode(_Record(rows, faults)))
        except OSError as error:
            raise DataError(f"{self._numbers} cannot be written: {reason(error)}; make room for it.") from None
        return Stored(self._mapped(self._numbers, rows) if rows else array[:0], faults)

    def abandon(self) -> None:
        """Leave nothing of what was begun and not finished."""
        self._unfinished.unlink(missing_ok=True)

    def _bytes(self, rows: int) -> int:
        return rows * (self._layout.bytes // self._layout.shape[0])

    def _mapped(self, path: Path, rows: int) -> Array:
        return np.memmap(path, dtype=self._layout.dtype, mode="r+", shape=(rows, *self._layout.shape[1:]))

    def _make_room(self) -> None:
        """Remove what nobody has used for long and, where the disk is too full, what was not used for longest.

        Raises:
            DataError: the disk holds too little all the same.
        """
        now = time.time()
        used = {path: path.stat().st_mtime for path in self._folder.iterdir()}
        for path, last in sorted(used.items(), key=lambda item: item[1]):
            unused = now - last > (_DAY if path.suffix == _UNFINISHED else _UNUSED_SECONDS)
            if unused or (path.suffix == _NUMBERS and shutil.disk_usage(self._folder).free < self._layout.bytes):
                path.unlink(missing_ok=True)
                path.with_suffix(_RECORD).unlink(missing_ok=True)
        free = shutil.disk_usage(self._folder).free
        if free < self._layout.bytes:
            raise DataError(
                f"{self._folder} has room for {shown_bytes(free)}, but {shown_bytes(self._layout.bytes)} are needed to "
                "keep what memory does not hold; make room there, or set a smaller size."
            )


def is_mapped(array: Array) -> bool:
    """Whether an array is a view of a file, which takes no memory of its own."""
    found: Any = array
    while isinstance(found, np.ndarray):
        if isinstance(found, np.memmap):
            return True
        found = found.base
    return False


def joined(first: Array, second: Array) -> Array:
    """The rows of two arrays behind one another; where they lie so in a file already, still a view of it.

    Raises:
        DataError: they are in different files, and memory does not hold them both.
    """
    if is_mapped(first) and is_mapped(second) and first.base is not second.base:
        what = "Samples to train and to validate on that are in files of their own"
        check_fits(first.nbytes + second.nbytes, what, "save them as one array, and have some held back")
    if not (is_mapped(first) and is_mapped(second) and first.base is second.base):
        return np.concatenate([first, second])
    whole = first.base
    if not isinstance(whole, np.ndarray) or whole.shape[1:] != first.shape[1:]:
        return np.concatenate([first, second])
    row = whole.strides[0]
    starts = [(part.ctypes.data - whole.ctypes.data) // row for part in (first, second)]
    beside = first.strides == second.strides == whole.strides and starts[0] + len(first) == starts[1]
    return whole[starts[0] : starts[1] + len(second)] if beside else np.concatenate([first, second])

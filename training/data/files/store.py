"""Arrays that memory does not hold: made once, kept in files, and mapped from there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from graph.storage.atomic import reason
from training.data.dataset import Array
from training.data.files.bounds import check_fits
from training.data.files.keeping import Keeping, is_kept
from training.errors import DataError


class Layout(NamedTuple):
    """The shape and the type of an array's numbers."""

    shape: tuple[int, ...]
    dtype: npt.DTypeLike

    @property
    def bytes(self) -> int:
        """How many bytes the array takes."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


class Seen(msgspec.Struct, frozen=True):
    """What was seen while rows were made: what was wrong with some, by their places, and what else is to be known."""

    faults: dict[int, str] = {}
    notes: list[str] = []


class _Record(msgspec.Struct, frozen=True):
    rows: int
    seen: Seen


class Stored(NamedTuple):
    """Arrays in files: the rows in their order but for those with faults."""

    arrays: list[Array]
    seen: Seen


class Store:
    """The place of arrays with a row for each of the same items; ``signs`` are whatever decides what is in them."""

    def __init__(self, signs: Iterable[str], layouts: Sequence[Layout]) -> None:
        self._layouts = layouts
        shapes = [f"{layout.shape!r}\0{np.dtype(layout.dtype).str}" for layout in layouts]
        self._keeping = Keeping([*shapes, *signs])
        self._kinds = [f"{place}.numbers" for place in range(len(layouts))] if len(layouts) > 1 else ["numbers"]
        self.alone = self._keeping.alone

    @property
    def paths(self) -> list[Path]:
        """The files of the numbers."""
        return [self._keeping.path(kind) for kind in self._kinds]

    @property
    def _begun(self) -> list[Path]:
        return [self._keeping.begun(kind) for kind in self._kinds]

    def found(self) -> Stored | None:
        """What was made before; ``None`` where it is not there, or not whole."""
        try:
            record = msgspec.json.decode(self._keeping.record(), type=_Record)
            sizes = [path.stat().st_size for path in self.paths]
            if record.rows < 1 or sizes != self._sizes(record.rows):
                return None
            self._keeping.used()
            return Stored(self._mapped(self.paths, record.rows), record.seen)
        except (OSError, msgspec.MsgspecError, ValueError):
            return None

    def begin(self, remedy: str) -> list[Array]:
        """Files of zeros to be filled, ``alone``.

        Raises:
            DataError: the disk does not hold them, or they cannot be written.
        """
        needed = sum(layout.bytes for layout in self._layouts)
        try:
            self._keeping.make_room(needed, remedy)
            for path, layout in zip(self._begun, self._layouts, strict=True):
                with path.open("wb") as file:
                    file.truncate(layout.bytes)
            return self._mapped(self._begun, self._layouts[0].shape[0])
        except OSError as error:
            raise _unwritten(self._begun[0], error) from None

    def finish(self, arrays: Sequence[Array], seen: Seen) -> Stored:
        """Keep what ``begin`` gave and has been filled since, without the rows that have faults.

        Raises:
            DataError: it cannot be written.
        """
        rows = max(closed(array, seen.faults) for array in arrays)
        try:
            for begun, path, size in zip(self._begun, self.paths, self._sizes(rows), strict=True):
                os.truncate(begun, size)
                begun.replace(path)
            self._keeping.finish(msgspec.json.encode(_Record(rows, seen)))
        except OSError as error:
            raise _unwritten(self.paths[0], error) from None
        return Stored(self._mapped(self.paths, rows) if rows else [array[:0] for array in arrays], seen)

    def _sizes(self, rows: int) -> list[int]:
        return [rows * (layout.bytes // layout.shape[0]) for layout in self._layouts]

    def _mapped(self, paths: Sequence[Path], rows: int) -> list[Array]:
        return [
            np.memmap(path, dtype=layout.dtype, mode="r+", shape=(rows, *layout.shape[1:]))
            for path, layout in zip(paths, self._layouts, strict=True)
        ]


def closed(array: Array, faults: Collection[int]) -> int:
    """Move rows up to where ``faults`` leave gaps, in the array itself; how many there are then."""
    rows = 0
    for place in range(len(array)) if faults else ():
        if place not in faults:
            if rows != place:
                array[rows] = array[place]
            rows += 1
    return rows if faults else len(array)


def _unwritten(path: Path, error: OSError) -> DataError:
    return DataError(f"{path} cannot be written: {reason(error)}; make room for it.")


def is_mapped(array: Array) -> bool:
    """Whether an array is a view of a file, which takes no memory of its own."""
    return _file(array) is not None


def is_stored(array: Array) -> bool:
    """Whether an array is a view of a file that was made here: in memory it would be the same."""
    file = _file(array)
    return file is not None and is_kept(Path(file.filename or ""))


def _file(array: Array) -> np.memmap[Any, Any] | None:
    found: Any = array
    while isinstance(found, np.ndarray):
        if isinstance(found, np.memmap):
            return found
        found = found.base
    return None


def joined(first: Array, second: Array) -> Array:
    """The rows of two arrays behind one another; where they lie so already, still a view of where they lie.

    Raises:
        DataError: they are in different files, and memory does not hold them both.
    """
    whole = first.base
    if isinstance(whole, np.ndarray) and whole is second.base and whole.ndim and whole.strides[0]:
        starts = [(part.ctypes.data - whole.ctypes.data) // whole.strides[0] for part in (first, second)]
        beside = starts[0] + len(first) == starts[1]
        if beside and _has_rows_of(first, whole) and _has_rows_of(second, whole):
            return whole[starts[0] : starts[1] + len(second)]
    if is_mapped(first) and is_mapped(second):
        what = "Samples to train and to validate on that are in files of their own"
        check_fits(first.nbytes + second.nbytes, what, "save them as one array, and have some held back")
    return np.concatenate([first, second])


def _has_rows_of(part: Array, whole: Array) -> bool:
    """Whether an array that is a view of another has rows of that."""
    alike = (whole.dtype, whole.shape[1:], whole.strides) == (part.dtype, part.shape[1:], part.strides)
    return alike and len(part) > 0

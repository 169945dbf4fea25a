"""A table that memory does not hold: columns in files, of which one at a time is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import polars as pl

from training.data.dataset import Array, Stage

_ROWS = 2**16  # that are written, and found again, as one


class _Column(NamedTuple):
    """The file of a column, and the rows of it that are left, where some are not."""

    file: Path
    left: Array | None = None


class Progress:
    """Says how far a table has been read, a call for each of about so many ``columns`` that are written."""

    def __init__(self, path: Path, columns: int, stage: Stage) -> None:
        self._what, self._columns, self._stage = f"Reading the columns of {path.name}", columns, stage
        self._written = 0
        stage(self._what, 0.0)

    def __call__(self) -> None:
        self._written += 1
        self._stage(self._what, min(1.0, self._written / self._columns))


class Sheet:
    """Columns by their names, each in a file; what this says as a DataFrame does is the same.

    Files that are written are called ``stem`` and a number; ``told`` hears of each.
    """

    def __init__(
        self, stem: Path, columns: Mapping[str, _Column], height: int, told: Callable[[], None] = lambda: None
    ) -> None:
        self._stem, self._columns, self._height, self._told = stem, dict(columns), height, told

    @classmethod
    def of(cls, stem: Path, file: Path, told: Callable[[], None]) -> Sheet:
        """All columns of a file."""
        found = pl.scan_ipc(file, glob=False)
        height = int(found.select(pl.len()).collect().item())
        return cls(stem, dict.fromkeys(found.collect_schema().names(), _Column(file)), height, told)

    @classmethod
    def kept(cls, stem: Path, files: Mapping[str, Path], height: int) -> Sheet:
        """Columns that are in these files."""
        return cls(stem, {name: _Column(file) for name, file in files.items()}, height)

    @property
    def columns(self) -> list[str]:
        return list(self._columns)

    @property
    def width(self) -> int:
        return len(self._columns)

    def __len__(self) -> int:
        return self._height

    def is_empty(self) -> bool:
        return not self._height

    def __getitem__(self, name: str) -> pl.Series:
        file, left = self._columns[name]
        column = pl.read_ipc(file, columns=[name]).to_series()
        return column if left is None else column.gather(left)

    def get_column(self, name: str) -> pl.Series:
        return self[name]

    def get_columns(self) -> Iterator[pl.Series]:
        return (self[name] for name in self._columns)

    def with_columns(self, columns: Iterable[pl.Series]) -> Sheet:
        """With these columns in the place of others, each written before the next is asked for."""
        written = {column.name: _Column(self._written(column)) for column in columns}
        return Sheet(self._stem, {**self._columns, **written}, self._height, self._told)

    def slice(self, first: int) -> Sheet:
        """Without the rows before the ``first``."""
        return self.filter(pl.arange(len(self), eager=True) >= first)

    def filter(self, rows: pl.Series) -> Sheet:
        left = rows.arg_true().to_numpy()
        columns = {
            name: _Column(column.file, left if column.left is None else column.left[left])
            for name, column in self._columns.items()
        }
        return Sheet(self._stem, columns, len(left), self._told)

    def at(self, names: Sequence[str], places: Array) -> pl.DataFrame:
        """Some columns of the rows at ``places``, which rise."""
        found = []
        for name in names:
            file, left = self._columns[name]
            rows = places if left is None else left[places]
            first, count = int(rows[0]), int(rows[-1]) - int(rows[0]) + 1
            part = pl.scan_ipc(file, glob=False).select(name).slice(first, count).collect().to_series()
            found.append(part if count == len(rows) else part.gather(rows - first))
        return pl.DataFrame(found)

    def moved(self, files: Sequence[Path]) -> Sheet:
        """The same with its columns in ``files``."""
        for (name, column), place in zip(self._columns.items(), files, strict=True):
            file = column.file if column.left is None else self._written(self[name])
            file.replace(place)
        return Sheet.kept(self._stem, dict(zip(self._columns, files, strict=True)), self._height)

    def _written(self, column: pl.Series) -> Path:
        number = 0
        while (file := self._stem.with_name(f"{self._stem.name}.{number}")).exists():
            number += 1
        parts = [column.slice(start, _ROWS) for start in range(0, len(column), _ROWS)] or [column]
        pl.DataFrame([pl.concat(parts, rechunk=False)]).write_ipc(file, compression="uncompressed")
        self._told()
        return file


Frame = TypeVar("Frame", pl.DataFrame, Sheet)


def rows_of(frame: pl.DataFrame | Sheet, names: Sequence[str], places: Array) -> pl.DataFrame:
    """Some columns of the rows at ``places``, which rise."""
    return frame.at(names, places) if isinstance(frame, Sheet) else frame.select(names)[places]

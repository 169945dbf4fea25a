"""Parquet, read by a process of its own: a damaged file may end the process that reads it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from training.children import command, environment
from training.data.files.bounds import check_fits
from training.errors import DataError


class TooLargeError(DataError):
    """A table that would take ``needed`` bytes of memory, which was not known before it was unpacked."""

    def __init__(self, message: str, needed: int) -> None:
        super().__init__(message)
        self.needed = needed


def parquet(path: Path) -> pl.DataFrame:
    """The columns of a Parquet file.

    Raises:
        TooLargeError: memory does not hold it.
        DataError: it is damaged, or not such a file.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "table.arrow"
        copy_parquet(path, copy)
        needed = 2 * copy.stat().st_size
        try:
            check_fits(needed, f"The table {path}", "keep fewer rows or columns")
        except DataError as error:
            raise TooLargeError(str(error), needed) from None
        return pl.read_ipc(copy.read_bytes())


def copy_parquet(path: Path, copy: Path) -> None:
    """Write the columns of a Parquet file as Arrow, part by part.

    Raises:
        DataError: it is damaged, or not such a file.
    """
    reading = command("training.data.tables.copying", str(path.absolute()), str(copy))
    done = subprocess.run(reading, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), check=False)
    if done.returncode or not copy.is_file():
        raise DataError(f"{path} is damaged, or not a Parquet file; save it again.")

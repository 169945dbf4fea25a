"""Compressed files that unpack to what nobody has saved."""

from __future__ import annotations

from pathlib import Path

from training.errors import DataError

# Data compresses ten times, masks and zeros a few hundred times; a small file may do what it likes.
_RATIO = 200
_SMALL = 256 * 2**20


def check_unpacked(path: Path, packed: int, unpacked: int, remedy: str) -> None:
    """Refuse a file of ``packed`` bytes that would fill the memory with ``unpacked`` ones.

    Raises:
        DataError: saying how such data can be saved, if data it is.
    """
    if unpacked > max(_SMALL, _RATIO * packed):
        raise DataError(
            f"{path} has {packed:,} bytes and would take {unpacked / 2**30:,.1f} GiB unpacked, which is hardly data; "
            f"if it is, save it with {remedy}."
        )

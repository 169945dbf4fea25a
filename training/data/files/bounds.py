"""How much data is held in memory: what would take more is refused before it is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from training.errors import DataError

_UNKNOWN = 8 * 2**30


def limit_bytes() -> int:
    """Half of the machine's memory, or of what this process may take of it."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return _UNKNOWN
    return min(machine, allowed_bytes() or machine) // 2


def allowed_bytes(root: Path = Path("/")) -> int | None:
    """How much memory Linux gives the group of this process, such as a container or a job of a cluster; its file
    system begins at ``root``.
    """
    found: list[int] = []
    for file in _limits(root):
        try:
            text = file.read_text().strip()
        except OSError:
            continue
        found += [int(text)] if text.isdecimal() else []
    return min(found, default=None)


def _limits(root: Path) -> Iterator[Path]:
    """The files that say so, of the group and of those it is in."""
    groups = root / "sys" / "fs" / "cgroup"
    try:
        lines = (root / "proc" / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _number, kinds, place = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        top, name = (groups / "memory", "memory.limit_in_bytes") if kinds else (groups, "memory.max")
        parts = PurePosixPath(place).parts[1:]
        yield from (top.joinpath(*parts[:count], name) for count in range(len(parts) + 1))


def fits(needed: int) -> bool:
    """Whether memory holds data of so many bytes."""
    return needed <= limit_bytes()


def check_fits(needed: int, what: str, remedy: str) -> None:
    """Refuse data of ``needed`` bytes where that is more than memory holds.

    Raises:
        DataError: it is.
    """
    if needed > (limit := limit_bytes()):
        raise DataError(
            f"{what} would take {shown_bytes(needed)} of memory, and at most {shown_bytes(limit)} are used; {remedy}."
        )


def shown_bytes(count: int) -> str:
    """So many bytes, for a sentence."""
    return f"{count / 2**30:,.1f} GiB" if count >= 2**30 else f"{count / 2**20:,.1f} MiB"

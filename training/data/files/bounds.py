"""How much data is held in memory: what would take more is refused before it is read."""

from __future__ import annotations

import os

from training.errors import DataError

_UNKNOWN = 8 * 2**30


def limit_bytes() -> int:
    """Half of the machine's memory."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return _UNKNOWN


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

"""Items of the data that cannot be used: refused with what is wrong, or left out and counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.data.dataset import Tell, counted
from training.errors import DataError

_SHOWN = 3


def settle(faults: Mapping[Any, str], total: int, bad_items: str, tell: Tell) -> tuple[str, ...]:
    """What was wrong with each item that is left out; ``faults`` are the ends of sentences by file or by name.

    Raises:
        DataError: items are bad and none may be left out, or all are bad.
    """
    if not faults:
        return ()
    first, why = next(iter(faults.items()))
    more = f"; {counted(len(faults) - 1, 'other item')} cannot be used either" if len(faults) > 1 else ""
    if bad_items == "refuse":
        raise DataError(f"{first} {why}{more}. Correct or remove it, or set the option bad_items to skip.")
    if len(faults) == total:
        raise DataError(f"None of the {counted(total, 'item')} can be used: {first} {why}.")
    shown = ", ".join(f"{_short(item)} {fault}" for item, fault in list(faults.items())[:_SHOWN])
    rest = f" and {len(faults) - _SHOWN:,} more" if len(faults) > _SHOWN else ""
    tell(f"{counted(len(faults), 'item')} of {total:,} left out: {shown}{rest}.")
    return tuple(f"{item} {fault}" for item, fault in faults.items())


def _short(item: Path | str) -> str:
    return item.name if isinstance(item, Path) else item

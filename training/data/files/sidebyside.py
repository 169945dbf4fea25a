"""Several items at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_MOST_THREADS = 8
_HANDFUL = 32
T = TypeVar("T")
R = TypeVar("R")


def side_by_side(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """What ``work`` makes of each item, several at a time; in handfuls, for one item may take less than its turn."""
    handfuls = [items[start : start + _HANDFUL] for start in range(0, len(items), _HANDFUL)]
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        return [found for part in pool.map(lambda part: [work(item) for item in part], handfuls) for found in part]

"""Arrays with a row for each item of the data: in memory or, where that does not hold them, in files that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from training.data.dataset import Array, Tell
from training.data.files.bounds import fits, shown_bytes
from training.data.files.store import Layout, Seen, Store, closed

Work = Callable[[Sequence[Array]], Seen]


class Making(NamedTuple):
    """What is made: ``what`` and ``doing`` are words for it, ``remedy`` is how the user makes it smaller.

    ``work`` fills arrays of zeros as ``layouts`` says, which have a row for each item; ``signs`` are whatever decides
    what it fills them with. Other data that is read along with it takes so many bytes ``beside`` it.
    """

    what: str
    doing: str
    remedy: str
    layouts: Sequence[Layout]
    signs: Iterable[str]
    work: Work
    beside: int = 0


class Made(NamedTuple):
    """The rows of the items without faults, in their order, and what was seen while they were made."""

    arrays: list[Array]
    seen: Seen


def make(making: Making, tell: Tell) -> Made:
    """The arrays, said where they come to lie in files.

    Raises:
        DataError: neither memory nor the disk holds them.
    """
    needed = sum(layout.bytes for layout in making.layouts)
    if fits(needed + making.beside):
        arrays: list[Array] = [np.zeros(layout.shape, dtype=layout.dtype) for layout in making.layouts]
        seen = making.work(arrays)
        rows = [closed(array, seen.faults) for array in arrays]
        return Made([array[:count] for array, count in zip(arrays, rows, strict=True)], seen)
    store = Store(making.signs, making.layouts)
    too_much = f"{making.what} take {shown_bytes(needed)}, more than is held in memory"
    where = f"and are read as they are needed from {' and '.join(map(str, store.paths))}"
    which = "which is" if len(store.paths) == 1 else "which are"
    with store.alone():
        stored = store.found()
        if stored is not None:
            tell(f"{too_much}: they were {making.doing} before {where}.")
            return Made(*stored)
        tell(f"{too_much}: they are {making.doing} once {where}, {which} kept for next time.")
        arrays = store.begin(making.remedy)
        return Made(*store.finish(arrays, making.work(arrays)))

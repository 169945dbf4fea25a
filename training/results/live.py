"""What the weights say of a plane while they learn, as often as takes a small share of the time."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from torch import nn

from training.protocol import RegionsSeen
from training.results.regions import Regions

SIZE, POINTS = 64, 500
SHARE, SOONEST = 0.02, 0.2


class LiveRegions:
    """Has ``show`` told of them; the training's own numbers are the same with and without it."""

    def __init__(self, regions: Regions, show: Callable[[RegionsSeen], None]) -> None:
        self._regions, self._show = regions, show
        self._next = 0.0
        self._shown = -1

    def look(self, module: nn.Module, epoch: int, step: int, *, last: bool = False) -> None:
        """Look at a module after ``step`` steps, if there has been rest enough or this is the ``last`` time."""
        began = perf_counter()
        if step == self._shown or (began < self._next and not last):
            return
        self._show(RegionsSeen(epoch, step, self._regions.seen(module)))
        ended = perf_counter()
        self._shown = step
        self._next = ended + max(SOONEST, (ended - began) / SHARE)

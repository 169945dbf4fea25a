"""Points of a curve over steps, as they come; without numpy, which the window does not load before its first paint."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from math import nan


class Series:
    """Points whose ``x`` rises; ``edition`` is another number once points were taken away."""

    def __init__(self) -> None:
        self.x = array("d")
        self.y = array("d")
        self.edition = 0

    def __len__(self) -> int:
        return len(self.x)

    def add(self, x: float, y: float | None) -> None:
        """Append a point; a value that is not a finite number leaves a gap."""
        self.cut(x)
        self.x.append(x)
        self.y.append(nan if y is None else y)

    def extend(self, first: int, values: Sequence[float | None]) -> None:
        """Append points at ``first`` and the whole numbers after it."""
        self.cut(first)
        self.x.extend(range(first, first + len(values)))
        self.y.extend([nan if value is None else value for value in values])

    def cut(self, x: float) -> None:
        """Take away the points from ``x`` on: a resumed run repeats what came after its checkpoint."""
        if self.x and self.x[-1] >= x:
            place = bisect_left(self.x, x)
            del self.x[place:], self.y[place:]
            self.edition += 1

"""The points of a growing curve, summed up so that drawing them costs the same however many there are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gui.desk.charts.series import Series

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
BLOCK = 64
# So many points to a column and more, whole blocks tell its extremes.
_DENSE = 4 * BLOCK
_ROOM = 1024


class Columns(NamedTuple):
    """What a curve shows in each column of pixels that has points: its extremes, and where its points end."""

    place: Indices
    low: Floats
    high: Floats
    end: Indices


class Track:
    """A copy of a ``Series`` with the extremes of every block of points, brought up to date with each ``take``."""

    def __init__(self) -> None:
        self._source: Series | None = None
        self._edition = 0
        self._count = 0
        self._x, self._y = np.empty(_ROOM), np.full(_ROOM, np.nan)
        self._low, self._high = np.full(_ROOM, np.nan), np.full(_ROOM, np.nan)

    def __len__(self) -> int:
        return self._count

    @property
    def state(self) -> tuple[int, int, int]:
        """Other numbers once there are other points."""
        return id(self._source), self._edition, self._count

    @property
    def x(self) -> Floats:
        """Where the points are."""
        return self._x[: self._count]

    @property
    def y(self) -> Floats:
        """Their values, NaN at a gap."""
        return self._y[: self._count]

    def take(self, series: Series) -> None:
        """Take up what the series has got since the last time."""
        if series is not self._source or series.edition != self._edition:
            self._source, self._edition, self._count = series, series.edition, 0
        before, count = self._count, len(series)
        if before == count:
            return
        self._reserve(count)
        self._x[before:count] = series.x[before:count]
        self._y[before:count] = series.y[before:count]
        self._count = count
        self._sum_up(before)

    def columns(self, edges: Floats) -> Columns:
        """The extremes between each two of the rising ``edges``, NaN in a column of gaps alone."""
        ends = np.searchsorted(self.x, edges)
        starts, stops = ends[:-1], ends[1:]
        dense = len(starts) > 0 and stops[-1] - starts[0] > _DENSE * len(starts)
        low, high = (self._low, self._high) if dense else (self._y, self._y)
        first, last = (starts // BLOCK, -(-stops // BLOCK)) if dense else (starts, stops)
        place = np.flatnonzero(stops > starts)
        pairs = np.stack((first[place], last[place]), axis=1).reshape(-1)
        if not len(pairs):
            return Columns(place, np.empty(0), np.empty(0), stops[place])
        return Columns(place, np.fmin.reduceat(low, pairs)[::2], np.fmax.reduceat(high, pairs)[::2], stops[place])

    def means(self, ends: Indices, points: int) -> Floats:
        """The means of the ``points`` before each of ``ends``, gaps left out; NaN where there is nothing else."""
        starts = np.maximum(ends - points, 0)
        pairs = np.stack((starts, ends), axis=1).reshape(-1)
        if not len(pairs):
            return np.empty(0)
        first, last = int(starts.min()), int(ends.max()) + 1
        held = self._y[first:last]
        finite = np.isfinite(held)
        sums = np.add.reduceat(np.where(finite, held, 0.0), pairs - first)[::2]
        counts = np.add.reduceat(finite, pairs - first, dtype=np.float64)[::2]
        return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)

    def _reserve(self, count: int) -> None:
        # One more than there are: the end of the last column is an index too.
        room = len(self._x)
        if count < room:
            return
        more = max(count + 1, 2 * room) - room
        self._x = np.concatenate((self._x, np.empty(more)))
        self._y = np.concatenate((self._y, np.full(more, np.nan)))
        blocks = np.full(more // BLOCK + 2, np.nan)
        self._low, self._high = np.concatenate((self._low, blocks)), np.concatenate((self._high, blocks))

    def _sum_up(self, before: int) -> None:
        block = before // BLOCK
        places = np.arange(block * BLOCK, self._count, BLOCK)
        values = self._y[: self._count]
        self._low[block : block + len(places)] = np.fmin.reduceat(values, places)
        self._high[block : block + len(places)] = np.fmax.reduceat(values, places)

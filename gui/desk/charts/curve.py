"""A curve of a chart: its points, its look, and what of it is to be painted at a width."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from gui.desk.charts.axis import Axis
from gui.desk.charts.track import Floats, Track


class Stroke(NamedTuple):
    """What is painted: a line of points, broken where ``y`` is NaN; ``low`` and ``high`` where a column has many."""

    x: Floats
    y: Floats
    low: Floats
    high: Floats


@dataclass
class Curve:
    """``color`` names a colour of the theme; ``dots`` marks every point; a ``noisy`` curve can be smoothed."""

    name: str
    color: str
    width: float = 2.0
    dots: bool = False
    noisy: bool = False
    track: Track = field(default_factory=Track)

    def stroke(self, axis: Axis, view: tuple[float, float], columns: int, smoothing: int) -> Stroke:
        """What can be seen between two places of the axis; ``smoothing`` averages over so many points."""
        edges = axis.steps(np.linspace(view[0], view[1], max(2, columns + 1)))
        # The last edge is one of the points, as a rule, and belongs to the last column.
        edges[-1] += 1e-6 * (edges[-1] - edges[0])
        first, last = (int(place) for place in np.searchsorted(self.track.x, edges[[0, -1]]))
        if last - first <= 2 * columns:
            return self._points(axis, max(0, first - 1), min(len(self.track), last + 1), smoothing)
        found = self.track.columns(edges)
        x = axis.shown((edges[found.place] + edges[found.place + 1]) / 2)
        middle = self.track.means(found.end, smoothing) if smoothing > 1 else (found.low + found.high) / 2
        return Stroke(x, middle, found.low, found.high)

    def near(self, step: float, reach: float) -> float | None:
        """The value of the point next to a step, none where that is further than ``reach`` beyond the ends."""
        x = self.track.x
        if not len(x) or step < x[0] - reach or step > x[-1] + reach:
            return None
        place = int(np.searchsorted(x, step))
        if place == len(x) or (place > 0 and step - x[place - 1] < x[place] - step):
            place -= 1
        return float(self.track.y[place])

    def _points(self, axis: Axis, first: int, last: int, smoothing: int) -> Stroke:
        x, y = axis.shown(self.track.x[first:last]), self.track.y[first:last].copy()
        middle = self.track.means(np.arange(first + 1, last + 1), smoothing) if smoothing > 1 else y
        return Stroke(x, middle, y, y)

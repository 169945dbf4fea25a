"""Where the parts of a chart are, and how values become places: the rectangle of the plot and its two scales."""

from __future__ import annotations

from math import isfinite, log10
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRectF

from gui.desk.charts.track import Floats

_PADDING = 0.06


class Frame(NamedTuple):
    """The rectangle in which curves are, ``view`` from left to right and ``span`` from bottom to top."""

    area: QRectF
    view: tuple[float, float]
    span: tuple[float, float]
    log: bool

    def across(self, x: Floats) -> Floats:
        """Pixels from the left."""
        low, high = self.view
        return self.area.left() + (x - low) / (high - low) * self.area.width()

    def down(self, y: Floats) -> Floats:
        """Pixels from the top; NaN for what a logarithmic scale cannot show."""
        low, high = self.span
        if self.log:
            low, high = log10(low), log10(high)
            y = np.log10(np.where(y > 0, y, np.nan))
        return self.area.bottom() - (y - low) / (high - low) * self.area.height()

    def place(self, pixel: float) -> float:
        """What is shown at a pixel from the left."""
        low, high = self.view
        return low + (pixel - self.area.left()) / self.area.width() * (high - low)


def padded(low: float, high: float, log: bool) -> tuple[float, float]:
    """A span with some air around what is shown; a single value gets a span too, and so does nothing."""
    if not (isfinite(low) and isfinite(high)):
        return (0.1, 1.0) if log else (0.0, 1.0)
    if log:
        factor = max((high / low) ** _PADDING, 1.05)
        return low / factor, high * factor
    air = _PADDING * (high - low) or 0.1 * abs(high) or 0.5
    return low - air, high + air

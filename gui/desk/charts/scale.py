"""The scales beside a plot: pyqtgraph's axes with round numbers whose words never touch."""

from __future__ import annotations

from collections.abc import Callable
from math import log10

import pyqtgraph
from PySide6.QtGui import QColor, QFontMetricsF

from gui.desk.charts.axis import Axis
from gui.desk.charts.ticks import Tick, linear_ticks, log_ticks
from gui.theme.colors import Theme

_SPACE = 18.0


class Scale(pyqtgraph.AxisItem):
    """An axis whose ticks ``ticks`` finds from the first value, the last one and the pixels between them."""

    def __init__(self, side: str, ticks: Callable[[float, float, float], list[Tick]]) -> None:
        super().__init__(side)
        self._ticks = ticks
        self._words: dict[float, str] = {}
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickAlpha=255, hideOverlappingLabels=False, tickTextOffset=4)
        self.setGrid(255)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours: the grid is mixed beforehand, since a translucent pen is slow."""
        self.setPen(theme.border)
        self.setTextPen(theme.muted)
        self.setTickPen(pyqtgraph.mkPen(_mixed(theme.field, theme.border)))

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """The places of the ticks, all of one rank."""
        self._words = dict(self._ticks(low, high, size))
        return [(1.0, list(self._words))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """What the ticks say."""
        return [self._words.get(value, "") for value in values]


def _mixed(one: QColor, other: QColor) -> QColor:
    halves = zip((one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()), strict=True)
    return QColor(*[(a + b) // 2 for a, b in halves])


def across(axis: Axis, metrics: QFontMetricsF) -> Scale:
    """The scale below a plot: as many ticks as their words have room."""

    def ticks(low: float, high: float, size: float) -> list[Tick]:
        for most in range(10, 1, -1):
            found = axis.ticks(low, high, most)
            widest = max((metrics.horizontalAdvance(word) for _, word in found), default=0.0)
            if len(found) * (widest + _SPACE) <= size:
                return found
        return axis.ticks(low, high, 1)

    return Scale("bottom", ticks)


def down(is_log: Callable[[], bool], metrics: QFontMetricsF) -> Scale:
    """The scale at the left of a plot, whose values are powers of ten where ``is_log``; one tick tells nothing."""

    def ticks(low: float, high: float, size: float) -> list[Tick]:
        most = max(2, int(size / (2.0 * metrics.height())))
        if not is_log():
            closest = max(most, int(size / metrics.height()))
            found = (linear_ticks(low, high, count) for count in range(most, closest + 1))
            return next((ticks for ticks in found if len(ticks) > 1), linear_ticks(low, high, most))
        return [(log10(value), word) for value, word in log_ticks(10.0**low, 10.0**high, most)]

    return Scale("left", ticks)

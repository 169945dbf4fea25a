"""A curve on a plot: the items of pyqtgraph that show it, and what of it they are given."""

from __future__ import annotations

import numpy as np
import pyqtgraph
from PySide6.QtGui import QColor

from gui.desk.charts.curve import Stroke
from gui.desk.charts.track import Floats

_DOT = 5
_FADED = 70
# More dots than this are a line anyway.
_MOST_DOTS = 200


class Drawn:
    """The line of a curve, its extremes behind the line, and its dots."""

    def __init__(self, plot: pyqtgraph.PlotItem) -> None:
        self._plot = plot
        self._band = pyqtgraph.PlotCurveItem(connect="finite", antialias=False)
        self._line = pyqtgraph.PlotCurveItem(connect="finite", antialias=True)
        self._dots = pyqtgraph.ScatterPlotItem(size=_DOT, pxMode=True, pen=None, antialias=True, useCache=False)
        for height, item in enumerate((self._band, self._line, self._dots)):
            item.setZValue(height)
            plot.addItem(item, ignoreBounds=True)

    def remove(self) -> None:
        """Take the curve off the plot."""
        for item in (self._band, self._line, self._dots):
            self._plot.removeItem(item)

    def show(self, stroke: Stroke, color: QColor, width: float, *, dots: bool, faded: bool, log: bool) -> None:
        """Show a stroke; ``faded`` has its extremes stand behind a line of means."""
        many = stroke.low is not stroke.high
        if many or faded:
            behind = QColor(color)
            if faded:
                behind.setAlpha(_FADED)
            x, y = (np.repeat(stroke.x, 2), _woven(stroke)) if many else (stroke.x, stroke.low)
            self._band.setData(x, _scaled(y, log), pen=pyqtgraph.mkPen(behind, width=1))
        else:
            self._band.setData([], [])
        y = _scaled(stroke.y, log)
        if many and not faded:
            self._line.setData([], [])
        else:
            self._line.setData(stroke.x, y, pen=pyqtgraph.mkPen(color, width=2.0 if faded else width))
        held = np.isfinite(y)
        dotted = (dots and len(y) <= _MOST_DOTS) or int(held.sum()) == 1
        shown = held if dotted else np.zeros(len(y), dtype=bool)
        self._dots.setData(stroke.x[shown], y[shown], brush=QColor(color.rgb()))


def _woven(stroke: Stroke) -> Floats:
    """From extreme to extreme, so that each is seen."""
    woven: Floats = np.stack((stroke.high, stroke.low), axis=1).reshape(-1)
    return woven


def _scaled(y: Floats, log: bool) -> Floats:
    """Values as a scale shows them: a logarithmic one has no place for what is not positive."""
    return np.log10(np.where(y > 0, y, np.nan)) if log else y

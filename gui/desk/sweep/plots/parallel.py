"""Parallel coordinates: an upright axis for everything that is varied and for the figure, a line for each trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.desk.sweep.plots.board import Board, Shape
from gui.desk.sweep.plots.ramp import Look, look_of
from gui.desk.sweep.plots.spread import Spread
from gui.desk.sweep.shown import ShownSweep, value_of
from gui.theme.colors import Theme
from gui.widgets.text import shortened

# Beside the axes, as shares of the way from one to the next; above and below them, as shares of their length.
_ASIDE, _BELOW, _ABOVE = 0.45, 0.06, 0.14
_TICK_LINES, _LEAST_TICKS = 2.6, 2
_AXIS_WIDTH = 120
_GRIP, _CLICK = 9.0, 4.0
_FAINT = 34
# So many lines are smoothed; more would take too long to paint.
_SMOOTH = 60
_LONGEST, _APART = 12, 10


class ParallelPlot(Board):
    """A drag along an axis lets only the trials through that cross it there, a click on the axis all again.

    ``filtered`` tells that others are let through.
    """

    filtered = Signal()
    spreads: Sequence[Spread] = ()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Parallel coordinates of the trials")
        self.filters: dict[str, tuple[float, float]] = {}
        self._drag: tuple[str, float, QPointF] | None = None
        self._lines: dict[int, tuple[pyqtgraph.PlotCurveItem, Look]] = {}
        self._places: dict[int, dict[int, float]] = {}
        self._worn: dict[int, tuple[bool, bool]] = {}
        self._frame: list[Any] = []
        self._bars: list[Any] = []
        for side in ("left", "bottom"):
            self.getPlotItem().hideAxis(side)
        self.getPlotItem().layout.setContentsMargins(0, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.setBackground(theme.field)

    def show_sweep(self, sweep: ShownSweep) -> None:
        """Draw its trials."""
        trials = sweep.sorted()
        figure = Spread.of_figure(sweep.figure or "figure", map(value_of, trials))
        self.spreads = [*(Spread.of_axis(axis) for axis in sweep.axes), figure]
        self.filters = {name: span for name, span in self.filters.items() if name in {s.name for s in self.spreads}}
        self.trials = dict(sweep.trials)
        last = len(self.spreads) - 1
        self.setMinimumWidth(_AXIS_WIDTH * len(self.spreads))
        self.box.setRange(xRange=(-_ASIDE, last + _ASIDE), yRange=(-_BELOW, 1 + _ABOVE), padding=0)
        for line, _ in self._lines.values():
            self.removeItem(line)
        self._lines, self._places, self._worn, self.shapes = {}, {}, {}, []
        for trial in reversed(trials):  # the best last, above the others
            places = [spread.place(trial.values.get(spread.name)) for spread in self.spreads[:-1]]
            places.append(figure.place(value_of(trial)))
            points = np.array([(x, y) for x, y in enumerate(places) if y is not None], dtype=float).reshape(-1, 2)
            if not len(points):
                continue
            self.shapes.append(Shape(trial.number, points))
            line = pyqtgraph.PlotCurveItem(points[:, 0], points[:, 1], antialias=len(trials) <= _SMOOTH)
            self.addItem(line, ignoreBounds=True)
            self._places[trial.number] = {int(x): float(y) for x, y in points}
            self._lines[trial.number] = line, look_of(trial, figure, self.theme)
        self._draw_frame(sweep)
        self._style()

    def select(self, number: int | None) -> None:
        """Bring out a trial, or none."""
        self.selected = number
        self._style()

    def passes(self, number: int) -> bool:
        """Whether a trial crosses every axis where it is let through."""
        places = self._places.get(number, {})
        for at, spread in enumerate(self.spreads):
            low, high = self.filters.get(spread.name, (-np.inf, np.inf))
            if spread.name in self.filters and not (at in places and low <= places[at] <= high):
                return False
        return True

    def near(self, at: QPointF) -> int | None:
        found = super().near(at)
        return found if found is None or self.passes(found) else None

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if self.spreads:
            self._draw_words()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._axis_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and name:
            self._drag = name, self.place_of(event.position())[1], event.position()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            super().mouseMoveEvent(event)
            if self._axis_at(event.position()):
                self.setCursor(Qt.CursorShape.SplitVCursor)
            return
        name, start, pressed = self._drag
        if abs(event.position().y() - pressed.y()) >= _CLICK:
            end = self.place_of(event.position())[1]
            self.filters[name] = min(start, end), max(start, end)
            self._filter()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None or abs(event.position().y() - drag[2].y()) >= _CLICK:
            return
        if drag[0] in self.filters:
            del self.filters[drag[0]]
            self._filter()
        else:
            super().mousePressEvent(event)

    def _axis_at(self, at: QPointF) -> str:
        """The axis at a point of the widget, "" for none."""
        x, y = self.place_of(at)
        place = round(x)
        if not (0 <= place < len(self.spreads) and -_BELOW <= y <= 1 + _BELOW):
            return ""
        return self.spreads[place].name if abs(self.point_of(place, y).x() - at.x()) <= _GRIP else ""

    def _filter(self) -> None:
        self._style()
        self.filtered.emit()

    def _hover(self, number: int) -> None:
        super()._hover(number)
        self._style()

    def _style(self) -> None:
        """Give every line its stroke: bold where it is selected or under the pointer, faint where it is filtered."""
        thin = 1.5 if len(self._lines) <= _SMOOTH else 1.0
        for order, (number, (line, look)) in enumerate(self._lines.items()):
            bold, through = number in (self.selected, self.near_by), self.passes(number)
            if self._worn.get(number) == (bold, through):
                continue
            self._worn[number] = bold, through
            color = QColor(look.color)
            if not through:
                color.setAlpha(_FAINT)
            line.setPen(pyqtgraph.mkPen(color, width=3.4 if bold and through else thin, style=look.style))
            line.setZValue(len(self._lines) + order if bold else order)
        self._draw_bars()

    def _draw_frame(self, sweep: ShownSweep) -> None:
        """The axes and their words."""
        self._better = "" if not sweep.figure else " \N{UPWARDS ARROW}" if sweep.rises else " \N{DOWNWARDS ARROW}"
        self._draw_words()

    def _draw_words(self) -> None:
        for item in self._frame:
            self.removeItem(item)
        self._frame = []
        high = max(1.0, self.height() / (1 + _ABOVE + _BELOW))
        most = max(_LEAST_TICKS, int(high / (_TICK_LINES * self.fontMetrics().height())))
        ground = QColor(self.theme.field)
        ground.setAlpha(205)
        for x, spread in enumerate(self.spreads):
            upright = pyqtgraph.PlotCurveItem([x, x], [0, 1], pen=pyqtgraph.mkPen(self.theme.outline, width=1.2))
            self._put(upright, 10_002)  # above the ground of the words
            figure = x == len(self.spreads) - 1
            name = pyqtgraph.TextItem(color=self.theme.text, anchor=(0.5, 1.0))
            name.setPlainText(self._named(spread.name) + (self._better if figure else ""))
            name.setPos(x, 1.03)
            self._put(name, 10_002)
            for place, word in spread.ticks(most, _LONGEST):
                text = pyqtgraph.TextItem(color=self.theme.muted, anchor=(0.0 if figure else 1.0, 0.5), fill=ground)
                text.setPlainText(word)
                text.setPos(x, place)
                self._put(text, 10_001)
                self._put(
                    pyqtgraph.PlotCurveItem([x - 0.012, x + 0.012], [place, place], pen=self.theme.outline), 10_001
                )

    def _named(self, name: str) -> str:
        """As much of a name as there is room for above its axis."""
        room = self.width() / (len(self.spreads) - 1 + 2 * _ASIDE) - _APART
        metrics: QFontMetrics = self.fontMetrics()
        return metrics.elidedText(shortened(name), Qt.TextElideMode.ElideMiddle, round(room))

    def _draw_bars(self) -> None:
        """A bar on each axis where only some are let through."""
        for bar in self._bars:
            self.removeItem(bar)
        self._bars = []
        for x, spread in enumerate(self.spreads):
            if spread.name in self.filters:
                pen = pyqtgraph.mkPen(self.theme.accent, width=7, cap=Qt.PenCapStyle.FlatCap)
                bar = pyqtgraph.PlotCurveItem([x, x], list(self.filters[spread.name]), pen=pen)
                bar.setZValue(10_003)
                self.addItem(bar)
                self._bars.append(bar)

    def _put(self, item: Any, above: int) -> None:
        item.setZValue(above)
        self.addItem(item, ignoreBounds=True)
        self._frame.append(item)

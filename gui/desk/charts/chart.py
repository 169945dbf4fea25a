"""Curves on a plot, with their legend above it and a crosshair that reads them.

The wheel goes into it and the mouse drags it along; a double click, or the button that appears, shows all again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import floor, isfinite, log2, log10
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from graph.errors import LayerloomError
from gui.desk.charts import saving
from gui.desk.charts.axis import Axis
from gui.desk.charts.curve import Curve, Stroke
from gui.desk.charts.drawn import Drawn
from gui.desk.charts.legend import Entry, Legend
from gui.desk.charts.plot import Plot
from gui.desk.charts.series import Series
from gui.theme.colors import Theme
from gui.widgets import dialogs

NARROWEST, LOWEST = 180, 110
PICTURES = "SVG picture (*.svg);;PNG picture (*.png)"
VALUES = "Comma-separated values (*.csv)"
_FAINT = 110
_PADDING = 0.06
# Behind the last point, for the half of its dot and of its tick's word.
_ROOM = 0.02
# A view that moves with every step would have its scales painted anew each time.
_STRIDES, _SLACK = 16, 0.6


class Chart(QWidget):
    """A chart of curves over an ``axis``, which several charts may share."""

    def __init__(self, title: str, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self._axis = title, axis
        self.curves: dict[str, Curve] = {}
        self.log = False
        self.smoothing = 1
        self._drawn: dict[str, Drawn] = {}
        self._strokes: dict[str, tuple[object, Stroke]] = {}
        self._theme = Theme.light()
        self._zoom: tuple[float, float] | None = None
        self._best: tuple[float, str] | None = None
        self._cross: float | None = None
        self._span: tuple[float, float, bool] | None = None
        self.setObjectName("chart")
        self.setAccessibleName(title)
        self.setMinimumSize(NARROWEST, LOWEST)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.legend = Legend(self)
        self.plot = Plot(axis, lambda: self.log, self)
        self.all = QToolButton(self)
        self.all.setText("Show all")
        self.all.clicked.connect(self.show_all)
        # Its room is kept: a legend that gives way to it would move the curves.
        policy = self.all.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.all.setSizePolicy(policy)
        self.all.hide()
        self.plot.moved.connect(self._moved)
        self.plot.all_requested.connect(self.show_all)
        self.plot.pointed.connect(self._point)
        self._build()
        self.set_theme(self._theme)
        self.plot.box.sigResized.connect(lambda: self.redraw())  # how many points are shown follows from the width

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    # What is shown

    def show_series(self, key: str, series: Series, look: Curve) -> None:
        """Bring a curve up to date, or begin one with a ``look``; ``redraw`` paints it."""
        self.curves.setdefault(key, look).track.take(series)

    def mark_best(self, step: float | None, words: str = "") -> None:
        """Mark the best step of all, if there is one."""
        self._best = None if step is None else (step, words)

    def clear(self) -> None:
        """Take all curves away, and show all of what comes."""
        for drawn in self._drawn.values():
            drawn.remove()
        self._drawn.clear()
        self._strokes.clear()
        self.curves.clear()
        self._best = None
        self._span = None
        self.show_all()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.plot.set_theme(theme)
        self.redraw()

    @property
    def zoomed(self) -> bool:
        """Whether less than everything is shown."""
        return self._zoom is not None

    @property
    def view(self) -> tuple[float, float]:
        """What is shown of the axis."""
        return self.plot.view

    @property
    def span(self) -> tuple[float, float]:
        """Which values there is room for."""
        low, high = self.plot.span
        return (10.0**low, 10.0**high) if self.log else (low, high)

    def show_all(self) -> None:
        """Show everything there is."""
        self._zoom = None
        self.all.hide()
        self.redraw()

    def whole(self) -> tuple[float, float]:
        """What there is to show, from the beginning on: a single point too has a stretch to stand in."""
        ends = [curve.track.x[-1] for curve in self.curves.values() if len(curve.track)]
        last = float(self._axis.shown(np.array([max(self._axis.last, *ends)]))[0]) if ends else 0.0
        return 0.0, max(_rounded_up(last), self._axis.least) * (1.0 + _ROOM)

    def reading(self, place: float) -> list[str]:
        """The values of all curves at a place of the axis, by name."""
        step = float(self._axis.steps(np.array([place]))[0])
        low, high = self._axis.steps(np.array(self._zoom or self.whole()))
        reach = 0.02 * float(high - low)
        found = [(curve.name, curve.near(step, reach)) for curve in self.curves.values()]
        return [name if value is None or value != value else f"{name} {value:.4g}" for name, value in found]

    def redraw(self) -> None:
        """Bring the plot up to date with the curves; Qt paints what has changed when it comes to it."""
        view, columns = self._zoom or self.whole(), self.plot.columns()
        grown = [key for key, curve in self.curves.items() if self._grow(key, curve, view, columns)]
        self.plot.look(view, self.whole(), self._spanned())
        for key in grown:
            self._draw(key, self.curves[key], self._strokes[key][1])
        self._draw_marks()
        self.legend.show_entries(self.entries())

    # Taken away

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show all", self.show_all).setEnabled(self.zoomed)
        menu.addSeparator()
        menu.addAction("Copy picture", lambda: QApplication.clipboard().setPixmap(self.grab()))
        menu.addAction("Save picture…", self.save_picture)
        menu.addAction("Save values…", self.save_values).setEnabled(bool(self.curves))
        menu.popup(event.globalPos())

    def save_picture(self) -> None:
        """Ask where, and write what is shown."""
        self._save("Save picture", f"{self.title.lower()}.svg", PICTURES, partial(saving.save_picture, self))

    def save_values(self) -> None:
        """Ask where, and write all points of all curves."""
        write = partial(saving.save_values, list(self.curves.values()), self._axis)
        self._save("Save values", f"{self.title.lower()}.csv", VALUES, write)

    def _save(self, title: str, suggestion: str, kinds: str, write: Callable[[Path], None]) -> None:
        path = dialogs.ask_save(self, title, suggestion, kinds)
        if not path:
            return
        try:
            write(Path(path))
        except LayerloomError as error:
            dialogs.tell(self, title, str(error))

    # Parts

    def entries(self) -> list[Entry]:
        """The head of the chart: its title, and its curves by name."""
        named = [Entry(curve.name, self.color(curve), curve.width) for curve in self.curves.values()]
        return [Entry(self.title, None), *named]

    def color(self, curve: Curve) -> QColor:
        """A curve's colour in the theme."""
        color = QColor(getattr(self._theme, curve.color, curve.color))
        if curve.noisy and self.smoothing <= 1:
            color.setAlpha(_FAINT)
        return color

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 4, 0)
        head.setSpacing(4)
        head.addWidget(self.legend, 1)
        head.addWidget(self.all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)

    def _grow(self, key: str, curve: Curve, view: tuple[float, float], columns: int) -> bool:
        """Work out what of a curve can be seen; whether that is other than before."""
        smoothing = self.smoothing if curve.noisy else 1
        state = (curve.track.state, self._axis.state, view, columns, smoothing, self.log, self.color(curve).rgba())
        if key in self._strokes and self._strokes[key][0] == state:
            return False
        self._strokes[key] = state, curve.stroke(self._axis, view, columns, smoothing)
        return True

    def _draw(self, key: str, curve: Curve, stroke: Stroke) -> None:
        if key not in self._drawn:
            self._drawn[key] = Drawn(self.plot.item)
        faded = curve.noisy and self.smoothing > 1
        self._drawn[key].show(stroke, self.color(curve), curve.width, dots=curve.dots, faded=faded, log=self.log)

    def _draw_marks(self) -> None:
        if self._best is None:
            self.plot.mark(None)
        else:
            step, words = self._best
            self.plot.mark(float(self._axis.shown(np.array([step]))[0]), words, below=self._is_high(step))
        self._read()

    def _is_high(self, step: float) -> bool:
        """Whether the curves are in the upper half at a step."""
        near = [value for curve in self.curves.values() if (value := curve.near(step, 0.0)) is not None]
        shown = [
            log10(value) if self.log else value for value in near if isfinite(value) and (value > 0 or not self.log)
        ]
        return bool(shown) and sum(shown) / len(shown) > sum(self.plot.span) / 2

    def _read(self) -> None:
        at = self._cross
        self.plot.read(at, () if at is None else [self._axis.word(at), *self.reading(at)])

    def _point(self, at: float | None) -> None:
        self._cross = at
        self._read()

    def _moved(self) -> None:
        first, last = self.whole()
        low, high = self.plot.view
        all_of_it = high - low >= (last - first) * (1 - 1e-9)
        self._zoom = None if all_of_it else (low, high)
        self.all.setVisible(not all_of_it)
        self.redraw()

    def _spanned(self) -> tuple[float, float]:
        """A span with some air around the values, kept for as long as they stand well in it."""
        held = [values for _, stroke in self._strokes.values() for values in (stroke.low, stroke.high)]
        values = np.concatenate(held) if held else np.empty(0)
        values = values[np.isfinite(values)]
        values = np.log10(values[values > 0]) if self.log else values
        low, high = (float(values.min()), float(values.max())) if len(values) else (np.nan, np.nan)
        if self._span is not None and self._span[2] == self.log:
            bottom, top, _ = self._span
            if bottom <= low and high <= top and high - low >= _SLACK * (top - bottom):
                return bottom, top
        bottom, top = padded(low, high, self.log)
        self._span = bottom, top, self.log
        return bottom, top


def padded(low: float, high: float, log: bool) -> tuple[float, float]:
    """A span with some air around what is shown; a single value gets a span too, and so does nothing."""
    if not (isfinite(low) and isfinite(high)):
        return (-1.0, 0.0) if log else (0.0, 1.0)
    least = log10(1.05) if log else 0.1 * abs(high) or 0.5
    air = _PADDING * (high - low) or least
    return low - air, high + air


def _rounded_up(last: float) -> float:
    """The end of an axis on which much has come: at most a sixteenth further than what there is."""
    if last <= 1.0:
        return last
    stride = 2.0 ** floor(log2(last)) / _STRIDES
    return float(np.ceil(last / stride - 1e-9) * stride)

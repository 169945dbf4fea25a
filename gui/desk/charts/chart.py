"""Curves in a frame, with their legend above it and a crosshair that reads them.

The wheel goes into it and the mouse drags it along; a double click, or the button that appears, shows all again.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolButton, QWidget

from gui.desk.charts import legend
from gui.desk.charts.axis import Axis
from gui.desk.charts.curve import Curve, Stroke
from gui.desk.charts.frame import Frame, padded
from gui.desk.charts.painting import paint_curve, paint_grid, paint_mark, paint_reading
from gui.desk.charts.series import Series
from gui.desk.charts.ticks import Tick, linear_ticks, log_ticks
from gui.theme.colors import Theme

NARROWEST, LOWEST = 180, 110
_EDGE = 8.0
_ZOOM = 1.25
_CLOSEST = 1e-6
_FAINT = 110


class Chart(QWidget):
    """A chart of curves over an ``axis``, which several charts may share."""

    def __init__(self, title: str, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._axis = title, axis
        self.curves: dict[str, Curve] = {}
        self.log = False
        self.smoothing = 1
        self._theme = Theme.light()
        self._view: tuple[float, float] | None = None
        self._best: tuple[float, str] | None = None
        self._cross: float | None = None
        self._held: tuple[float, tuple[float, float]] | None = None
        self.frame: Frame | None = None
        self.setAccessibleName(title)
        self.setMinimumSize(NARROWEST, LOWEST)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.all = QToolButton(self)
        self.all.setText("Show all")
        self.all.setCursor(Qt.CursorShape.ArrowCursor)
        self.all.clicked.connect(self.show_all)
        self.all.hide()

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
        self.curves.clear()
        self._best = None
        self.show_all()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    @property
    def zoomed(self) -> bool:
        """Whether less than everything is shown."""
        return self._view is not None

    def show_all(self) -> None:
        """Show everything there is."""
        self._look(None)

    def whole(self) -> tuple[float, float]:
        """What there is to show, from the beginning on: a single point too has a stretch to stand in."""
        ends = [curve.track.x[-1] for curve in self.curves.values() if len(curve.track)]
        last = float(self._axis.shown(np.array([max(ends)]))[0]) if ends else 0.0
        return 0.0, max(last, self._axis.least)

    def reading(self, place: float) -> list[str]:
        """The values of all curves at a place of the axis, by name."""
        step = float(self._axis.steps(np.array([place]))[0])
        low, high = self._axis.steps(np.array(self._view or self.whole()))
        reach = 0.02 * float(high - low)
        found = [(curve.name, curve.near(step, reach)) for curve in self.curves.values()]
        return [name if value is None or value != value else f"{name} {value:.4g}" for name, value in found]

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        frame = self.frame
        if frame is None or not turned or not frame.area.contains(event.position()):
            event.ignore()
            return
        event.accept()
        factor = _ZOOM ** (-turned / 120)
        at, (low, high) = frame.place(event.position().x()), frame.view
        if (high - low) * factor > _CLOSEST * self.whole()[1]:
            self._look((at - (at - low) * factor, at + (high - at) * factor))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._view is not None:
            self._held = event.position().x(), self._view

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self.frame
        inside = frame is not None and frame.area.contains(event.position())
        self._cross = event.position().x() if inside else None
        if frame is not None and self._held is not None:
            pressed, (low, high) = self._held
            by = (pressed - event.position().x()) / frame.area.width() * (high - low)
            by = min(max(by, -low), self.whole()[1] - high)
            self._look((low + by, high + by))
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.setCursor(Qt.CursorShape.CrossCursor)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._cross = None
        self.update()
        super().leaveEvent(event)

    # Parts

    @property
    def heading(self) -> str:
        """The head as it is written: the title, and behind it the place of the crosshair."""
        if self._cross is None or self.frame is None:
            return self._title
        return f"{self._title}, {self._axis.word(self.frame.place(self._cross))}"

    def names(self) -> list[str]:
        """The names of the curves as they are written, with their values at the crosshair."""
        if self._cross is None or self.frame is None:
            return [curve.name for curve in self.curves.values()]
        return self.reading(self.frame.place(self._cross))

    def _entries(self) -> list[legend.Entry]:
        named = [legend.Entry(curve.name, self._color(curve), curve.width) for curve in self.curves.values()]
        return [legend.Entry(self._title, None), *named]

    def _reserved(self) -> float:
        return self.all.sizeHint().width() + 4.0 if self.zoomed else 0.0

    def _color(self, curve: Curve) -> QColor:
        color = QColor(getattr(self._theme, curve.color))
        if curve.noisy and self.smoothing <= 1:
            color.setAlpha(_FAINT)
        return color

    def _look(self, view: tuple[float, float] | None) -> None:
        if view is not None:
            first, last = self.whole()
            view = max(first, view[0]), min(last, view[1])
            view = None if view == (first, last) else view
        self._view = view
        self.all.setVisible(view is not None)
        self._place()
        self.update()

    def _place(self) -> None:
        size = self.all.sizeHint()
        self.all.setGeometry(self.width() - size.width() - 4, 2, size.width(), size.height())

    def _paint(self, painter: QPainter) -> None:
        theme, metrics = self._theme, QFontMetricsF(self.font())
        painter.fillRect(self.rect(), theme.field)
        placed, height = legend.place(self._entries(), metrics, max(1.0, self.width() - 2 * _EDGE - self._reserved()))
        painter.translate(_EDGE, 4.0)
        legend.paint(painter, placed, theme.text, theme.muted)
        painter.resetTransform()
        self._paint_plot(painter, height + 10.0, metrics)

    def _paint_plot(self, painter: QPainter, top: float, metrics: QFontMetricsF) -> None:
        view = self._view or self.whole()
        high = self.height() - top - metrics.height() - 8.0
        columns = max(2, round(self.width() - 60.0))
        strokes = {
            key: curve.stroke(self._axis, view, columns, self.smoothing if curve.noisy else 1)
            for key, curve in self.curves.items()
            if len(curve.track)
        }
        span = self._span(strokes)
        down = self._down(span, max(2, int(high / (2.0 * metrics.height()))))
        left = _EDGE + 8.0 + max((metrics.horizontalAdvance(word) for _, word in down), default=0.0)
        area = QRectF(left, top, self.width() - left - _EDGE - 6.0, high)
        if area.width() < 20 or area.height() < 20:
            return
        frame = self.frame = Frame(area, view, span, self.log)
        paint_grid(painter, frame, self._across(view, area.width(), metrics), down, self._theme)
        self._paint_inside(painter, frame, strokes)

    def _paint_inside(self, painter: QPainter, frame: Frame, strokes: dict[str, Stroke]) -> None:
        painter.setClipRect(frame.area.adjusted(-3, -3, 3, 3))
        if self._best is not None:
            step, words = self._best
            place = float(self._axis.shown(np.array([step]))[0])
            paint_mark(painter, frame, place, self._theme.muted, words)
        for key, stroke in strokes.items():
            curve = self.curves[key]
            paint_curve(painter, frame, curve, stroke, self._color(curve), curve.noisy and self.smoothing > 1)
        if self._cross is not None and frame.area.left() <= self._cross <= frame.area.right():
            at = frame.place(self._cross)
            paint_mark(painter, frame, at, self._theme.muted)
            paint_reading(painter, frame, self._cross, [self._axis.word(at), *self.reading(at)], self._theme)

    def _span(self, strokes: dict[str, Stroke]) -> tuple[float, float]:
        held = [values for stroke in strokes.values() for values in (stroke.low, stroke.high)]
        values = np.concatenate(held) if held else np.empty(0)
        values = values[np.isfinite(values)]
        values = values[values > 0] if self.log else values
        if not len(values):
            return padded(np.nan, np.nan, self.log)
        return padded(float(values.min()), float(values.max()), self.log)

    def _down(self, span: tuple[float, float], most: int) -> list[Tick]:
        return log_ticks(*span, most) if self.log else linear_ticks(*span, most)

    def _across(self, view: tuple[float, float], width: float, metrics: QFontMetricsF) -> list[Tick]:
        """As many ticks as their words have room."""
        most = 10
        while most > 1:
            ticks = self._axis.ticks(*view, most)
            widest = max((metrics.horizontalAdvance(word) for _, word in ticks), default=0.0)
            if len(ticks) * (widest + 18.0) <= width:
                return ticks
            most -= 1
        return self._axis.ticks(*view, 1)

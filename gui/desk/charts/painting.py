"""Paints the grid, the curves and the marks of a chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.desk.charts.curve import Curve, Stroke
from gui.desk.charts.frame import Frame
from gui.desk.charts.ticks import Tick
from gui.desk.charts.track import Floats
from gui.theme.colors import Theme

_FAR = 1e5
_DOT = 2.5
_DASH = 4
# More dots than this are a line anyway.
_MOST_DOTS = 200


def paint_grid(painter: QPainter, frame: Frame, across: Sequence[Tick], down: Sequence[Tick], theme: Theme) -> None:
    """Paint lines at the ticks, and their words outside the frame."""
    area = frame.area
    faint = QColor(theme.border)
    faint.setAlpha(130)
    columns = frame.across(np.array([place for place, _ in across]))
    rows = frame.down(np.array([place for place, _ in down]))
    # Filled, not drawn: a translucent pen takes a hundred times as long.
    for x in columns:
        painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), faint)
    for y in rows:
        painter.fillRect(QRectF(area.left(), round(y), area.width(), 1), faint)
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.border)
    painter.fillRect(QRectF(area.left(), area.top(), 1, area.height()), theme.border)
    _paint_words(painter, area, list(zip(columns, across, strict=True)), list(zip(rows, down, strict=True)), theme)


def paint_curve(painter: QPainter, frame: Frame, curve: Curve, stroke: Stroke, color: QColor, faded: bool) -> None:
    """Paint a curve; ``faded`` has its extremes stand behind a line of means."""
    x = frame.across(stroke.x)
    behind = QColor(color)
    behind.setAlpha(70 if faded else color.alpha())
    many = stroke.low is not stroke.high
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
    if many or faded:
        painter.setPen(QPen(behind, 1.0))
        _paint_band(painter, frame, x, stroke)
    if not many or faded:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, curve.width if not faded else 2.0))
        _paint_line(painter, x, frame.down(stroke.y))
    if (curve.dots and len(x) <= _MOST_DOTS) or len(x) == 1:
        _paint_dots(painter, x, frame.down(stroke.y), color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_mark(painter: QPainter, frame: Frame, x: float, color: QColor, words: str = "") -> None:
    """Paint an upright dashed line, with words beside its head."""
    area = frame.area
    pixel = float(frame.across(np.array([x]))[0])
    if not area.left() <= pixel <= area.right():
        return
    for dash in range(round(area.top()), round(area.bottom()), 2 * _DASH):
        painter.fillRect(QRectF(round(pixel), dash, 1, min(_DASH, area.bottom() - dash)), color)
    painter.setPen(color)
    width = painter.fontMetrics().horizontalAdvance(words) + 2.0
    left = pixel + 4.0 if pixel + 4.0 + width <= area.right() else pixel - 4.0 - width
    painter.drawText(QRectF(left, area.top(), width, painter.fontMetrics().height()), Qt.TextFlag.TextSingleLine, words)


def paint_reading(painter: QPainter, frame: Frame, pixel: float, lines: Sequence[str], theme: Theme) -> None:
    """Paint what is read at the crosshair in a box beside it, where there is room."""
    metrics, area = painter.fontMetrics(), frame.area
    width = max(metrics.horizontalAdvance(line) for line in lines) + 12.0
    left = pixel + 6.0 if pixel + 6.0 + width <= area.right() else max(area.left(), pixel - 6.0 - width)
    painter.fillRect(QRectF(left, area.top(), width, len(lines) * metrics.height() + 6.0), theme.panel)
    for row, line in enumerate(lines):
        painter.setPen(theme.text if row else theme.muted)
        place = QRectF(left + 6.0, area.top() + 3.0 + row * metrics.height(), width, metrics.height())
        painter.drawText(place, Qt.TextFlag.TextSingleLine, line)


def _paint_words(
    painter: QPainter,
    area: QRectF,
    across: Sequence[tuple[float, Tick]],
    down: Sequence[tuple[float, Tick]],
    theme: Theme,
) -> None:
    painter.setPen(theme.muted)
    metrics = painter.fontMetrics()
    high, single = metrics.height(), Qt.TextFlag.TextSingleLine
    for x, (_, word) in across:
        width = metrics.horizontalAdvance(word) + 2.0
        left = min(max(x - width / 2, area.left() - width / 2), area.right() + 10.0 - width)
        painter.drawText(QRectF(left, area.bottom() + 3, width, high), single, word)
    for y, (_, word) in down:
        width = metrics.horizontalAdvance(word) + 2.0
        painter.drawText(QRectF(area.left() - 6 - width, y - high / 2, width, high), single, word)


def _paint_band(painter: QPainter, frame: Frame, x: Floats, stroke: Stroke) -> None:
    """A line from extreme to extreme, which shows each that was."""
    if stroke.low is stroke.high:
        _paint_line(painter, x, frame.down(stroke.low))
        return
    both = np.stack((frame.down(stroke.high), frame.down(stroke.low)), axis=1).reshape(-1)
    _paint_line(painter, np.repeat(x, 2), both)


def _paint_line(painter: QPainter, x: Floats, y: Floats) -> None:
    """A line with a gap at every NaN."""
    y = np.clip(y, -_FAR, _FAR)
    for first, last in _pieces(np.isfinite(y)):
        points = [QPointF(*pair) for pair in zip(x[first:last].tolist(), y[first:last].tolist(), strict=True)]
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(QPolygonF(points))


def _paint_dots(painter: QPainter, x: Floats, y: Floats, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color.rgb()))
    for place, value in zip(x.tolist(), y.tolist(), strict=True):
        if value == value:
            painter.drawEllipse(QPointF(place, max(-_FAR, min(_FAR, value))), _DOT, _DOT)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _pieces(held: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """The stretches of true values, from a first to behind the last."""
    turns = np.flatnonzero(np.diff(np.concatenate(([False], held, [False]))))
    return list(zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True))

"""The dots behind a drawing."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygon

STEP = 24.0
_CLOSEST = 20.0


def paint_grid(painter: QPainter, color: QColor, zoom: float, ratio: float, part: QRect) -> None:
    """Paint the dots in a part of the scene, in pixels counted from its origin; the painter's origin is the same.

    Dots are doubled in distance until they are far enough apart on the screen, of which ``ratio`` pixels are one of
    the view's.
    """
    spacing = STEP * zoom
    while spacing < _CLOSEST:
        spacing *= 2
    spacing *= ratio
    pad = ceil(2 * ratio)
    # Whole pixels, counted from the origin: every dot stays where it is while the view scrolls.
    columns = _steps(part.left() - pad, part.right() + pad, spacing)
    row = QPolygon([QPoint(x, 0) for x in columns])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    width = (2.0 if zoom >= 1.0 else 1.0) * ratio
    painter.setPen(QPen(color, round(width), Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    for y in _steps(part.top() - pad, part.bottom() + pad, spacing):
        painter.drawPoints(row.translated(0, y))


def _steps(low: int, high: int, spacing: float) -> list[int]:
    return [round(number * spacing) for number in range(ceil(low / spacing), floor(high / spacing) + 1)]

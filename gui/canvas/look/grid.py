"""The dots behind a drawing."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygon

STEP = 24.0
_CLOSEST = 20.0


def paint_grid(painter: QPainter, color: QColor, zoom: float, origin: QPoint, rect: QRect) -> None:
    """Paint the dots in a rectangle of the view, in pixels; ``origin`` is where the scene's origin is.

    Dots are doubled in distance until they are far enough apart on the screen.
    """
    spacing = STEP * zoom
    while spacing < _CLOSEST:
        spacing *= 2
    # Whole pixels, counted from the origin: every dot stays where it is while the view scrolls.
    columns = _steps(rect.left() - origin.x(), rect.right() - origin.x(), spacing)
    row = QPolygon([QPoint(origin.x() + x, origin.y()) for x in columns])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(color, 2.0 if zoom >= 1.0 else 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    for y in _steps(rect.top() - origin.y(), rect.bottom() - origin.y(), spacing):
        painter.drawPoints(row.translated(0, y))


def _steps(low: int, high: int, spacing: float) -> list[int]:
    return [round(number * spacing) for number in range(ceil(low / spacing), floor(high / spacing) + 1)]

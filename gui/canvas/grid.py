"""The dots behind a drawing."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

STEP = 24.0
_CLOSEST = 20.0


class Grid:
    """Dots at even distances, doubled until they are far enough apart on the screen."""

    def __init__(self) -> None:
        self._row = QPolygonF()
        self._made = (0.0, 0)

    def paint(self, painter: QPainter, color: QColor, zoom: float, origin: QPoint, rect: QRect) -> None:
        """Paint the dots in a rectangle of the view, in pixels; ``origin`` is where the scene's origin is."""
        spacing = STEP * zoom
        while spacing < _CLOSEST:
            spacing *= 2
        # Counting from the origin keeps every dot on its pixel while the view scrolls.
        first, row = (ceil((low - at) / spacing) for low, at in ((rect.left(), origin.x()), (rect.top(), origin.y())))
        columns, last = floor(rect.width() / spacing) + 1, floor((rect.bottom() - origin.y()) / spacing)
        if self._made != (spacing, columns):
            self._made = (spacing, columns)
            self._row = QPolygonF([QPointF(column * spacing, 0.0) for column in range(columns)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(color, 2.0 if zoom >= 1.0 else 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        for number in range(row, last + 1):
            painter.drawPoints(self._row.translated(origin.x() + first * spacing, origin.y() + number * spacing))

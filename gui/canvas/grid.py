"""The dots behind a drawing."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

STEP = 24.0
_CLOSEST = 18.0


class Grid:
    """Dots at even distances, doubled until they are far enough apart on the screen.

    The dots of one view full are made once per zoom and then only shifted: the painter's clip leaves those
    that are needed.
    """

    def __init__(self) -> None:
        self._made: tuple[float, QSize] | None = None
        self._dots = QPolygonF()

    def paint(self, painter: QPainter, color: QColor, zoom: float, origin: QPoint, size: QSize) -> None:
        """Paint in device pixels; ``origin`` is where the scene's origin is, ``size`` the view's."""
        spacing = STEP * zoom
        while spacing < _CLOSEST:
            spacing *= 2
        if self._made != (spacing, size):
            self._made, self._dots = (spacing, size), _dots(spacing, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(color, 2.0 if zoom >= 1.0 else 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        # Only whole steps are taken away, so that a dot stays on its pixel while the view scrolls.
        painter.translate(*(at - (floor(at / spacing) + 1) * spacing for at in (origin.x(), origin.y())))
        painter.drawPoints(self._dots)


def _dots(spacing: float, size: QSize) -> QPolygonF:
    columns, rows = (int(extent / spacing) + 3 for extent in (size.width(), size.height()))
    return QPolygonF([QPointF(column * spacing, row * spacing) for row in range(rows) for column in range(columns)])

"""Marks of samples: each class has a shape of its own, for whom colours are not enough."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

# Corners, and how far they are turned; a disc has none.
_SHAPES = ((0, 0.0), (4, pi / 4), (3, -pi / 2), (4, 0.0), (3, pi / 2), (5, -pi / 2))
_LARGER = 1.35


def paint_mark(painter: QPainter, at: QPointF, kind: int, color: QColor, edge: QColor, size: float) -> None:
    """Paint the mark of a class, -1 for none, ``size`` from its middle to its edge."""
    painter.setPen(QPen(edge, 0.8))
    painter.setBrush(color)
    corners, turned = _SHAPES[kind % len(_SHAPES)] if kind >= 0 else (0, 0.0)
    if not corners:
        radius = size if kind >= 0 else 0.6 * size
        painter.drawEllipse(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
        return
    angles = [turned + 2 * pi * corner / corners for corner in range(corners)]
    reach = _LARGER * size
    painter.drawPolygon(QPolygonF([QPointF(at.x() + reach * cos(a), at.y() + reach * sin(a)) for a in angles]))

"""Small signs in a header: a loop for what runs along time, a link for shared weights, a lock for frozen ones."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.canvas.look.heading import Mark

STROKE = 1.6


def paint_mark(painter: QPainter, mark: Mark, at: QPointF, color: QColor) -> None:
    """Paint a sign of about 11 units around a point."""
    painter.save()
    painter.translate(at)
    painter.setPen(QPen(color, STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(color)
    {"loop": _loop, "link": _link, "lock": _lock}[mark](painter)
    painter.restore()


def _loop(painter: QPainter) -> None:
    """An arc that ends in an arrow head."""
    path = QPainterPath()
    circle = QRectF(-4.8, -4.8, 9.6, 9.6)
    path.arcMoveTo(circle, 60)
    path.arcTo(circle, 60, 270)
    painter.strokePath(path, painter.pen())
    tip = path.currentPosition()
    head = QPainterPath(tip + QPointF(1.7, -3.6))
    head.lineTo(tip + QPointF(2.4, 1.6))
    head.lineTo(tip + QPointF(-2.7, 0.0))
    head.closeSubpath()
    painter.fillPath(head, painter.brush())


def _link(painter: QPainter) -> None:
    """Two links of a chain."""
    painter.rotate(-40)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(-6.6, -2.4, 7.6, 4.8), 2.4, 2.4)
    painter.drawRoundedRect(QRectF(-1.0, -2.4, 7.6, 4.8), 2.4, 2.4)


def _lock(painter: QPainter) -> None:
    """A padlock."""
    shackle = QPainterPath(QPointF(-2.7, -0.6))
    shackle.lineTo(-2.7, -2.6)
    shackle.arcTo(QRectF(-2.7, -5.4, 5.4, 5.4), 180, -180)
    shackle.lineTo(2.7, -0.6)
    painter.strokePath(shackle, painter.pen())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(-4.4, -1.0, 8.8, 6.4), 1.4, 1.4)

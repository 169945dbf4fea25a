"""How a frame looks: a tinted sheet behind the drawing with its title at the top."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from graph.edits.sketching.frames import HEAD
from graph.records import Frame
from gui.canvas.look.fonts import elided, font, metrics
from gui.canvas.look.paint import mix
from gui.theme.colors import Theme

INSET = 14.0
ROUND = 8.0
SHEET, BAND, EDGE = 0.10, 0.24, 0.55


def rect_of(frame: Frame) -> QRectF:
    """The rectangle of a frame in the scene."""
    return QRectF(frame.x, frame.y, frame.width, frame.height)


def title_of(frame: Frame) -> QRectF:
    """Where the title of a frame stands."""
    return QRectF(frame.x, frame.y, frame.width, min(HEAD, frame.height))


def paint_frame(painter: QPainter, frame: Frame, theme: Theme, selected: bool = False) -> None:
    """Paint a frame, in scene units; it is opaque, so that a smaller one lies on a larger one."""
    rect, tint = rect_of(frame), theme.tint_of(frame.tint)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme.canvas, tint, SHEET))
    painter.drawRoundedRect(rect, ROUND, ROUND)
    painter.setBrush(mix(theme.canvas, tint, BAND))
    painter.drawRoundedRect(title_of(frame), ROUND, ROUND)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.selection, 2.5) if selected else QPen(_edge(theme, tint), 1.2))
    painter.drawRoundedRect(rect, ROUND, ROUND)
    painter.setFont(font("frame"))
    painter.setPen(theme.node_text)
    head, height = title_of(frame), metrics("frame").height()
    baseline = head.top() + (head.height() - height) / 2 + metrics("frame").ascent()
    title = elided(frame.title, "frame", max(0.0, frame.width - 2 * INSET))
    painter.drawText(QPointF(head.left() + INSET, baseline), title)


def _edge(theme: Theme, tint: QColor) -> QColor:
    return mix(theme.canvas, tint, EDGE)

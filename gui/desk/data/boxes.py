"""Boxes over a picture: dashed as they should be, drawn through as they were said to be, with what was said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.desk.data.hues import mask_color
from training.protocol import Box

_LIGHT, _DARK = QColor("#ffffff"), QColor("#101418")
_SMALL = 0.78


def paint_boxes(painter: QPainter, boxes: Sequence[Box], place: QRectF) -> None:
    """Paint boxes over a picture that is at a place; what lies beyond it is cut."""
    painter.save()
    painter.setClipRect(place.adjusted(-1, -1, 1, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    font = QFont(painter.font())
    font.setPointSizeF(_SMALL * font.pointSizeF() if font.pointSizeF() > 0 else 7.0)
    painter.setFont(font)
    for box in boxes:
        rect = _rect(box, place)
        # On whatever is below: a dark line carries a light one.
        painter.setPen(QPen(_DARK, 3.0))
        painter.drawRect(rect)
        painter.setPen(QPen(_LIGHT, 1.4, Qt.PenStyle.DashLine) if box.true else QPen(_color(box), 1.6))
        painter.drawRect(rect)
    for box in boxes:
        if not box.true and box.label:
            _paint_label(painter, box, _rect(box, place), place)
    painter.restore()


def _paint_label(painter: QPainter, box: Box, rect: QRectF, place: QRectF) -> None:
    """What is said, above its box where there is room, and within the picture."""
    metrics = QFontMetricsF(painter.font())
    wide, high = metrics.horizontalAdvance(box.label) + 4, metrics.height()
    left = min(max(place.left(), rect.left()), place.right() - wide)
    top = rect.top() - high if rect.top() - high >= place.top() else min(rect.bottom(), place.bottom() - high)
    ground = QRectF(left, top, wide, high)
    painter.fillRect(ground, _DARK)
    painter.setPen(_color(box))
    painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), box.label)


def _rect(box: Box, place: QRectF) -> QRectF:
    wide, high = place.width(), place.height()
    return QRectF(place.left() + box.left * wide, place.top() + box.top * high, box.width * wide, box.height * high)


def _color(box: Box) -> QColor:
    return mask_color(box.kind + 1).lighter(125)

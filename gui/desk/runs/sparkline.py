"""A run's loss over its epochs, small enough for a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.desk.runs.model import SUMMARY
from gui.theme.colors import Theme
from training.protocol import Number
from training.runs.table.summary import RunSummary

WIDTH, _HIGH, _AIR = 96, 20, 4.0
_DOT = 2.0


class Sparkline(QStyledItemDelegate):
    """Paints the curve of the run in its row, with a dot at the lowest point."""

    theme = Theme.light()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        run = index.data(SUMMARY)
        if not isinstance(run, RunSummary):
            return
        points = sparkline(run.curve, QRectF(option.rect).adjusted(_AIR, _AIR, -_AIR, -_AIR))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.accent, 1.4))
        if len(points) > 1:
            painter.drawPolyline(QPolygonF(points))
        if points:
            painter.setBrush(self.theme.accent)
            painter.drawEllipse(max(points, key=lambda point: point.y()), _DOT, _DOT)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(WIDTH, max(_HIGH, option.fontMetrics.height()))


def sparkline(values: Sequence[Number], area: QRectF) -> list[QPointF]:
    """The points of a curve that fills an area; values that are not finite numbers are passed over."""
    finite = [(place, value) for place, value in enumerate(values) if value is not None and isfinite(value)]
    if not finite:
        return []
    low, high = min(value for _, value in finite), max(value for _, value in finite)
    across, down = area.width() / max(1, len(values) - 1), area.height() / (high - low) if high > low else 0.0
    return [QPointF(area.left() + place * across, area.bottom() - (value - low) * down) for place, value in finite]

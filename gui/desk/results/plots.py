"""Predicted over true numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.desk.results.square import Square

_DOT = 2.2


class PairsPlot(Square):
    """A dot for each sample, on the line where the prediction is right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairs: list[list[float]] = []
        self.setAccessibleName("Predicted over true")

    def show_pairs(self, pairs: Sequence[Sequence[float]]) -> None:
        """Show true and predicted numbers."""
        self.pairs = [list(pair) for pair in pairs]
        self.setAccessibleDescription(f"{len(pairs):,} samples")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        values = [value for pair in self.pairs for value in pair]
        if not values:
            return
        low, high = min(values), max(values)
        room = 0.04 * (high - low) or 1.0
        low, high = low - room, high + room
        painter, area = QPainter(self), self.area()
        painter.fillRect(area, self.theme.field)
        self.paint_axes(painter, QPointF(low, low), QPointF(high, high), "true", "predicted")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.muted, 1, Qt.PenStyle.DashLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        dot = QColor(self.theme.accent)
        dot.setAlpha(150)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        for true, predicted in self.pairs:
            x = area.left() + (true - low) / (high - low) * area.width()
            y = area.bottom() - (predicted - low) / (high - low) * area.height()
            painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
        painter.end()

"""A square with an axis at two sides, in which values are painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.desk.charts.ticks import linear_ticks
from gui.theme.colors import Theme

_LEFT, _AROUND = 60, 10
_TICKS = 5


class Square(QWidget):
    """A square with ticks at two sides."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = Theme.light()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(320)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def below(self) -> float:
        """The room below the square: the ticks and the name of the axis."""
        return 2 * self.fontMetrics().height() + 4

    def area(self) -> QRectF:
        """Where the values are."""
        side = max(10.0, min(self.width() - _LEFT - _AROUND, self.height() - self.below() - _AROUND))
        return QRectF(_LEFT, _AROUND, side, side)

    def paint_axes(self, painter: QPainter, low: QPointF, high: QPointF, across: str, up: str) -> None:
        """Ticks and the names of both axes."""
        area, high_text = self.area(), self.fontMetrics().height()
        painter.setPen(self.theme.muted)
        for value, text in linear_ticks(low.x(), high.x(), _TICKS):
            x = area.left() + (value - low.x()) / (high.x() - low.x()) * area.width()
            painter.drawText(QRectF(x - 40, area.bottom() + 2, 80, high_text), int(Qt.AlignmentFlag.AlignHCenter), text)
        for value, text in linear_ticks(low.y(), high.y(), _TICKS):
            y = area.bottom() - (value - low.y()) / (high.y() - low.y()) * area.height()
            place = QRectF(0, y - high_text / 2, _LEFT - 5, high_text)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignRight), text)
        below = QRectF(area.left(), area.bottom() + 2 + high_text, area.width(), high_text + 2)
        shown = self.fontMetrics().elidedText(across, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), shown)
        self._paint_up(painter, area, up)
        painter.setPen(QPen(self.theme.outline, 1))
        painter.drawRect(area)

    def _paint_up(self, painter: QPainter, area: QRectF, text: str) -> None:
        """The name of the axis that runs upwards, along it."""
        painter.save()
        painter.translate(0, area.center().y())
        painter.rotate(-90)
        line = QRectF(-area.height() / 2, 0, area.height(), self.fontMetrics().height())
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.height()))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignHCenter), shown)
        painter.restore()

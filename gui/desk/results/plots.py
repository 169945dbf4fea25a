"""Predicted over true numbers, and what a model says all over a plane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.desk.charts.ticks import linear_ticks
from gui.desk.data.painting import kind_color
from gui.theme.colors import Theme
from training.protocol import Plane

_LEFT, _AROUND, _DOT = 52, 10, 2.2
_TICKS = 5
_VEIL = 90


class _Square(QWidget):
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

    def area(self) -> QRectF:
        """Where the values are."""
        below = 2 * self.fontMetrics().height() + 4
        side = min(self.width() - _LEFT - _AROUND, self.height() - below - _AROUND)
        return QRectF(_LEFT, _AROUND, max(10, side), max(10, side))

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
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), across)
        painter.drawText(QRectF(area.left() + 6, area.top() + 3, area.width(), high_text), 0, up)
        painter.setPen(QPen(self.theme.outline, 1))
        painter.drawRect(area)


class PairsPlot(_Square):
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


class PlaneView(_Square):
    """The class at each point, as a colour, and samples as dots in the colour of their own class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane: Plane | None = None
        self.setAccessibleName("What the model says over the plane")

    def show_plane(self, plane: Plane) -> None:
        """Show a plane."""
        self.plane = plane
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        plane = self.plane
        if plane is None:
            return
        painter, area = QPainter(self), self.area()
        painter.fillRect(area, self.theme.field)
        painter.drawImage(area, self._regions(plane))
        low, high = QPointF(*plane.low), QPointF(*plane.high)
        self.paint_axes(painter, low, high, "first", "second")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.field, 0.6))
        for (x, y), kind in zip(plane.points, plane.true, strict=True):
            painter.setBrush(kind_color(max(0, kind), self.theme))
            at = QPointF(
                area.left() + (x - low.x()) / (high.x() - low.x()) * area.width(),
                area.bottom() - (y - low.y()) / (high.y() - low.y()) * area.height(),
            )
            painter.drawEllipse(at, _DOT + 0.6, _DOT + 0.6)
        painter.end()

    def _regions(self, plane: Plane) -> QImage:
        image = QImage(plane.classes, plane.size, plane.size, plane.size, QImage.Format.Format_Indexed8)
        colors = []
        for kind in range(256):
            color = kind_color(kind, self.theme)
            color.setAlpha(_VEIL)
            colors.append(color.rgba())
        image.setColorTable(colors)
        return image.mirrored(False, True)

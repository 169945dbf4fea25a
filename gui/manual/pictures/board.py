"""What pictures are drawn on: cells, arrows and words in the colours of a theme."""

from __future__ import annotations

from math import atan2, cos, sin

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen, QPolygonF

from gui.theme.colors import Theme
from gui.theme.contrast import mixed

CELL = 30.0
POINTS = {"small": 8.5, "usual": 9.5, "large": 11.0}
CENTER = Qt.AlignmentFlag.AlignCenter


class Board:
    """A picture in the making; ``color`` is that of the layer's category, lengths are pixels at 100 %."""

    def __init__(self, width: float, height: float, theme: Theme, color: QColor, ratio: float) -> None:
        self.theme, self.color = theme, color
        self.image = QImage(QSize(round(width), round(height)) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.setDevicePixelRatio(ratio)
        self.image.fill(Qt.GlobalColor.transparent)
        self.painter = QPainter(self.image)
        self.painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)

    def shade(self, share: float) -> QColor:
        """The layer's colour thinned on the ground of the page."""
        return mixed(self.color, self.theme.field, share)

    def done(self) -> QImage:
        """The picture."""
        self.painter.end()
        return self.image

    def words(
        self,
        place: QRectF,
        text: str,
        *,
        color: QColor | None = None,
        size: str = "usual",
        bold: bool = False,
        align: Qt.AlignmentFlag = CENTER,
    ) -> None:
        """Words in a place."""
        font = QFont(QGuiApplication.font())
        font.setPointSizeF(POINTS[size])
        font.setBold(bold)
        self.painter.setFont(font)
        self.painter.setPen(color or self.theme.text)
        self.painter.drawText(place, align, text)

    def cell(
        self,
        place: QRectF,
        text: str = "",
        fill: QColor | None = None,
        *,
        edge: QColor | None = None,
    ) -> None:
        """A cell of a grid."""
        self.painter.setPen(QPen(edge or self.theme.outline, 1.0))
        self.painter.setBrush(fill or self.theme.field)
        self.painter.drawRect(place)
        if text:
            self.words(place, text)

    def box(self, place: QRectF, text: str, *, plain: bool = False) -> None:
        """A rounded box with words, as a node is drawn; a ``plain`` one is a value, not a layer."""
        self.painter.setPen(QPen(self.theme.outline if plain else self.color, 1.2))
        self.painter.setBrush(self.theme.field if plain else self.shade(0.14))
        self.painter.drawRoundedRect(place, 6, 6)
        self.words(place, text, bold=not plain)

    def outline(self, place: QRectF, color: QColor | None = None) -> None:
        """A heavy line around something."""
        self.painter.setPen(QPen(color or self.color, 2.4, j=Qt.PenJoinStyle.MiterJoin))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(place)

    def line(self, *points: QPointF, color: QColor | None = None, dashed: bool = False, wide: float = 1.4) -> None:
        """A line from point to point."""
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        self.painter.setPen(QPen(color or self.theme.muted, wide, style))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(QPolygonF(list(points)))

    def arrow(self, *points: QPointF, color: QColor | None = None) -> None:
        """A line from point to point with a tip at its end."""
        ink = color or self.theme.muted
        last, end = points[-2], points[-1]
        angle, size = atan2(end.y() - last.y(), end.x() - last.x()), 7.0
        stop = end - QPointF(cos(angle), sin(angle)) * (size - 1)
        self.line(*points[:-1], stop, color=ink)
        tip = [end, *(end - QPointF(cos(angle + turn), sin(angle + turn)) * size for turn in (0.45, -0.45))]
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(ink)
        self.painter.drawPolygon(QPolygonF(tip))

    def grid(
        self,
        left: float,
        top: float,
        rows: list[list[str]],
        fills: dict[tuple[int, int], QColor] | None = None,
        size: float = CELL,
    ) -> None:
        """Cells in rows, with words and colours by row and column."""
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                fill = (fills or {}).get((row, column))
                self.cell(QRectF(left + column * size, top + row * size, size, size), text, fill)

    def segment(self, line: QLineF, color: QColor, wide: float) -> None:
        """One straight line."""
        self.painter.setPen(QPen(color, wide))
        self.painter.drawLine(line)


def number(value: float, digits: int = 1) -> str:
    """A number as it stands in a picture: whole ones without a point."""
    text = f"{value:.0f}" if value == round(value) else f"{value:.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")

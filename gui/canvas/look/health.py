"""Figures of a training at the nodes they are of: one scale of colours, and the number itself."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, log10
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from gui.theme.colors import Theme
from gui.theme.contrast import contrast, mixed

HEIGHT, INSET, BELOW = 15.0, 8.0, 3.0
READABLE = 0.45  # from this zoom on, numbers are written
LEGEND_WIDTH, LEGEND_HEIGHT, MARGIN = 236, 58, 12
_LOW, _HIGH = QColor("#2f6fd6"), QColor("#d0402b")


class Scale(NamedTuple):
    """A figure: what it is called, and its powers of ten from far too small over usual to far too large."""

    title: str
    low: int
    usual: int
    high: int

    def share(self, value: float) -> float:
        """From -1, far too small, over 0, usual, to 1, far too large; a value that is not finite is the latter."""
        if not isfinite(value):
            return 1.0
        power = log10(value) if value > 0 else float(self.low)
        span = self.high - self.usual if power > self.usual else self.usual - self.low
        return min(1.0, max(-1.0, (power - self.usual) / span))

    def worse(self, value: float) -> float:
        """How far a value is from what is usual."""
        return abs(self.share(value))


SCALES = {
    "gradient": Scale("Gradient norm", -8, -2, 3),
    "weight": Scale("Weight norm", -3, 1, 5),
    "update": Scale("Update / weight", -7, -3, 0),
}


def color_of(share: float, theme: Theme) -> QColor:
    """Blue for what is too small, red for what is too large, paler the more usual it is."""
    return mixed(_HIGH if share > 0 else _LOW, theme.node, 0.08 + 0.92 * abs(share))


def written(value: float) -> str:
    """A figure in few letters."""
    return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e") if isfinite(value) else "not finite"


def tag_rect(card: QRectF) -> QRectF:
    """Where the tag of a node is: below its card."""
    return QRectF(card.left() + INSET, card.bottom() + BELOW, card.width() - 2 * INSET, HEIGHT)


def paint_tags(
    painter: QPainter, cards: Iterable[tuple[QRectF, float]], scale: Scale, theme: Theme, *, zoom: float
) -> None:
    """Paint a tag below each card."""
    font = painter.font()
    font.setPixelSize(10)
    painter.setFont(font)
    for card, value in cards:
        ground, rect = color_of(scale.share(value), theme), tag_rect(card)
        painter.setPen(QPen(theme.node_border, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 4, 4)
        if zoom >= READABLE:
            painter.setPen(ink_on(ground))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), written(value))


def legend_rect(view: QRect) -> QRect:
    """Where the legend is in a view."""
    return QRect(view.left() + MARGIN, view.bottom() - MARGIN - LEGEND_HEIGHT, LEGEND_WIDTH, LEGEND_HEIGHT)


def paint_legend(painter: QPainter, view: QRect, scale: Scale, theme: Theme) -> None:
    """Paint what the colours stand for."""
    rect = legend_rect(view)
    painter.setPen(QPen(theme.outline, 1))
    painter.setBrush(theme.panel)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    font = painter.font()
    font.setPixelSize(11)
    painter.setFont(font)
    inner = rect.adjusted(10, 6, -10, -6)
    painter.setPen(theme.text)
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft), f"{scale.title}; of a block, its worst")
    bar = QRectF(inner.left(), inner.top() + 18, inner.width(), 9)
    shades = QLinearGradient(bar.topLeft(), bar.topRight())
    for place in range(11):
        shades.setColorAt(place / 10, color_of(place / 5 - 1, theme))
    painter.setPen(QPen(theme.outline, 1))
    painter.setBrush(shades)
    painter.drawRect(bar)
    painter.setPen(theme.muted)
    below = QRectF(inner.left(), bar.bottom() + 2, inner.width(), 14)
    for power, side in (
        (scale.low, Qt.AlignmentFlag.AlignLeft),
        (scale.usual, Qt.AlignmentFlag.AlignHCenter),
        (scale.high, Qt.AlignmentFlag.AlignRight),
    ):
        painter.drawText(below, int(side), f"1e{power}" if power else "1")


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever reads better."""
    black, white = QColor("#000000"), QColor("#ffffff")
    return black if contrast(black, ground) >= contrast(white, ground) else white

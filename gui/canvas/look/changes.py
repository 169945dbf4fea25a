"""Nodes that are another than in a run's drawing, lit up: a line around each with the word for it below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from graph.analysis.places import Place
from gui.canvas.look.health import BELOW, HEIGHT, LEGEND_HEIGHT, LEGEND_WIDTH, MARGIN, ink_on
from gui.theme.colors import Theme

_REACH, _WIDTH = 4.0, 3.0
_LEAVE = "Esc takes the marks away"


class Changes(NamedTuple):
    """What is "added" or "changed" by place, and how many nodes were ``removed``, since the run ``against``."""

    places: Mapping[Place, str]
    removed: int
    against: str

    def lines(self) -> list[str]:
        """What the legend says."""
        hows = list(self.places.values())
        counts = [f"{hows.count(how)} {how}" for how in ("added", "changed") if how in hows]
        if self.removed:
            counts.append(f"{self.removed} removed")
        return [f"Against {self.against}", ", ".join(counts) or "Nothing differs", _LEAVE]


def paint_change(painter: QPainter, card: QRectF, how: str, theme: Theme) -> None:
    """Light up a node."""
    color = _color(how, theme)
    painter.setPen(QPen(color, _WIDTH, Qt.PenStyle.SolidLine if how == "added" else Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(card.adjusted(-_REACH, -_REACH, _REACH, _REACH), 8, 8)
    font = painter.font()
    font.setPixelSize(10)
    painter.setFont(font)
    width = min(card.width(), QFontMetricsF(font).horizontalAdvance(how) + 14)
    tag = QRectF(card.center().x() - width / 2, card.bottom() + BELOW, width, HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(tag, 4, 4)
    painter.setPen(ink_on(color))
    painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), how)


def legend_rect(view: QRect, *, above: bool) -> QRect:
    """Where the legend is in a view, ``above`` that of the figures of a training."""
    lift = LEGEND_HEIGHT + MARGIN if above else 0
    return QRect(view.left() + MARGIN, view.bottom() - MARGIN - LEGEND_HEIGHT - lift, LEGEND_WIDTH, LEGEND_HEIGHT)


def paint_legend(painter: QPainter, rect: QRect, changes: Changes, theme: Theme) -> None:
    """Paint what the marks stand for."""
    painter.setPen(QPen(theme.outline, 1))
    painter.setBrush(theme.panel)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    font = painter.font()
    font.setPixelSize(11)
    painter.setFont(font)
    metrics, inner = QFontMetricsF(font), rect.adjusted(10, 5, -10, -5)
    for place, line in enumerate(changes.lines()):
        painter.setPen(theme.muted if place == 2 else theme.text)
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(QRect(inner.left(), inner.top() + 16 * place, inner.width(), 16), 0, shown)


def _color(how: str, theme: Theme) -> QColor:
    return QColor("#2a9d63") if how == "added" else QColor(theme.advice)

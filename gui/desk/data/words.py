"""Words in lines, each with its tag below; those that are wrong are underlined, and not in another colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui.desk.data.hues import kind_color
from gui.theme.colors import Theme
from training.protocol import Words

_GAP, _ROW = 6.0, 4.0


class _Word(NamedTuple):
    number: int
    x: float
    y: float
    width: float


def words_height(view: Words, width: float, metrics: QFontMetricsF) -> float:
    """How high the lines are within a width."""
    last = max((word.y for word in _placed(view, width, metrics)), default=0.0)
    return last + _line(view, metrics)


def paint_words(view: Words, area: QRectF, painter: QPainter, theme: Theme) -> None:
    """Paint the words into an area, as many lines as fit."""
    metrics = QFontMetricsF(painter.font())
    high = _line(view, metrics)
    for word in _placed(view, area.width(), metrics):
        x, y = area.left() + word.x, area.top() + word.y
        if y + high > area.bottom() + 1:
            painter.setPen(theme.muted)
            painter.drawText(QPointF(area.right() - 12, area.bottom() - 2), "\u2026")
            return
        wrong, tagged = word.number in view.wrong, bool(view.tags)
        painter.setPen(theme.error if wrong and not tagged else theme.text)
        upper = QRectF(x, y, word.width + 2, metrics.height())
        painter.drawText(upper, Qt.TextFlag.TextSingleLine, view.tokens[word.number])
        lower = upper.translated(0, metrics.height() - 2) if tagged else upper
        if tag := _tag(view, word.number):
            painter.setPen(theme.error if wrong else kind_color(sum(map(ord, tag)), theme))
            painter.drawText(lower, Qt.TextFlag.TextSingleLine, tag)
        if wrong:
            painter.setPen(QPen(theme.error, 1.5))
            under = lower.bottom() - 1
            painter.drawLine(QPointF(x, under), QPointF(x + word.width, under))


def _placed(view: Words, width: float, metrics: QFontMetricsF) -> Iterator[_Word]:
    """Where each word stands, from the upper left corner."""
    x = y = 0.0
    for number, token in enumerate(view.tokens):
        wide = max(metrics.horizontalAdvance(token), metrics.horizontalAdvance(_tag(view, number)))
        if x + wide > width and x > 0:
            x, y = 0.0, y + _line(view, metrics)
        yield _Word(number, x, y, wide)
        x += wide + _GAP


def _line(view: Words, metrics: QFontMetricsF) -> float:
    return metrics.height() * (2 if view.tags else 1) + _ROW


def _tag(view: Words, number: int) -> str:
    return view.tags[number] if number < len(view.tags) else ""

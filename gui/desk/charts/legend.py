"""The head of a chart: its title, and the names of its curves, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

_LINE, _GAP, _SPACE = 14.0, 5.0, 14.0


class Entry(NamedTuple):
    """A name with the line it stands for; a title has none."""

    text: str
    color: QColor | None
    width: float = 2.0


class Placed(NamedTuple):
    """An entry and the rectangle it fills."""

    entry: Entry
    rect: QRectF


def place(entries: Sequence[Entry], metrics: QFontMetricsF, width: float) -> tuple[list[Placed], float]:
    """Where the entries go in rows of a ``width``, and how high the rows are together."""
    placed: list[Placed] = []
    x, row, height = 0.0, 0, metrics.height() + 2.0
    for entry in entries:
        mark = 0.0 if entry.color is None else _LINE + _GAP
        needed = min(width, mark + metrics.horizontalAdvance(entry.text) + 1.0)
        if x > 0 and x + needed > width:
            x, row = 0.0, row + 1
        placed.append(Placed(entry, QRectF(x, row * height, needed, height)))
        x += needed + _SPACE
    return placed, (row + 1) * height


def paint(painter: QPainter, placed: Sequence[Placed], text: QColor, muted: QColor) -> None:
    """Paint the entries, cut where they are longer than a row."""
    metrics = QFontMetricsF(painter.font())
    for entry, rect in placed:
        left = rect.left()
        if entry.color is not None:
            painter.setPen(QPen(entry.color, max(entry.width, 1.5)))
            painter.drawLine(QPointF(left, rect.center().y()), QPointF(left + _LINE, rect.center().y()))
            left += _LINE + _GAP
        painter.setPen(muted if entry.color is None else text)
        shown = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, rect.right() - left + 1.0)
        painter.drawText(QRectF(left, rect.top(), rect.right() - left + 2.0, rect.height()), _FLAGS, shown)


_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine

"""The head of a chart: its title, and the names of its curves, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_LINE, _GAP, _SPACE = 14.0, 5.0, 14.0
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


class Entry(NamedTuple):
    """A name with the line it stands for; a title has none."""

    text: str
    color: QColor | None
    width: float = 2.0


class Placed(NamedTuple):
    """An entry and the rectangle it fills."""

    entry: Entry
    rect: QRectF


class Legend(QWidget):
    """Shows entries in rows; as high as they need at its width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: list[Entry]) -> None:
        """Show other entries, if they are."""
        if entries != self._entries:
            self._entries = entries
            self._fit()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(60, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        placed, _ = place(self._entries, QFontMetricsF(self.font()), self.width())
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter, placed, self.palette().color(QPalette.ColorRole.WindowText), muted)

    def _fit(self) -> None:
        _, height = place(self._entries, QFontMetricsF(self.font()), max(1.0, self.width()))
        if round(height) != self.height():
            self.setFixedHeight(round(height))


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

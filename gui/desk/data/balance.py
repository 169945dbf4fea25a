"""How many samples of each class there are, as bars."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.colors import Theme
from gui.widgets.text import shortened

_MOST = 30
_AIR, _BAR = 4, 12
_WIDEST_NAME, _WIDEST_COUNT = 150, 130


class Balance(QWidget):
    """A bar for each class, the parts of the data one after the other in it; the counts stand behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self.counts: dict[str, dict[str, int]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_counts(self, field: str, parts: Mapping[str, Mapping[str, int]]) -> None:
        """Show the counts of each part by class."""
        classes = list(dict.fromkeys(name for found in parts.values() for name in found))
        self.counts = {name: {part: found.get(name, 0) for part, found in parts.items()} for name in classes}
        self.setAccessibleName(f"Balance of {field}")
        self.setAccessibleDescription(", ".join(self._words(name) for name in classes[:_MOST]))
        rows = min(len(classes), _MOST) + (len(classes) > _MOST)
        self.setFixedHeight(rows * self._row())
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        names = list(self.counts)[:_MOST]
        metrics = self.fontMetrics()
        left = min(_WIDEST_NAME, max((metrics.horizontalAdvance(name) for name in names), default=0)) + 10
        # The numbers stand where the longest bar ends, whatever they are.
        longest = max((sum(found.values()) for found in self.counts.values()), default=1) or 1
        room = max(20, self.width() - left - _WIDEST_COUNT)
        for row, name in enumerate(names):
            y = row * self._row()
            painter.setPen(self._theme.text)
            place = QRect(0, y, left - 8, self._row())
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), shown)
            self._bar(painter, name, QRectF(left, y + (self._row() - _BAR) / 2, room, _BAR), longest)
        if len(self.counts) > _MOST:
            painter.setPen(self._theme.muted)
            painter.drawText(
                left, len(names) * self._row() + metrics.ascent(), f"and {len(self.counts) - _MOST:,} more"
            )
        painter.end()

    def _bar(self, painter: QPainter, name: str, area: QRectF, longest: int) -> None:
        x = area.left()
        for part, count in self.counts[name].items():
            width = area.width() * count / longest
            painter.fillRect(QRectF(x, area.top(), width, area.height()), part_color(part, self._theme))
            x += width
        painter.setPen(self._theme.muted)
        text = " + ".join(f"{count:,}" for count in self.counts[name].values() if count) or "0"
        beside = QRectF(x + 8, area.top() - _AIR, _WIDEST_COUNT, area.height() + 2 * _AIR)
        painter.drawText(beside, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)

    def _row(self) -> int:
        return self.fontMetrics().height() + _AIR

    def _words(self, name: str) -> str:
        return f"{shortened(name)} {sum(self.counts[name].values()):,}"


def part_color(part: str, theme: Theme) -> QColor:
    """The colour of a part, as the curves have it."""
    return {"training": theme.accent, "validation": theme.advice}.get(part, theme.muted)

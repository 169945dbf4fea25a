"""Samples side by side, each with its caption; painted by one widget, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.desk.data.painting import paint_view
from gui.desk.data.words import words_height
from gui.theme.colors import Theme
from gui.widgets.text import shortened, show_tip
from training.protocol import Picture, Sample, Values, View, Wave, Words

_GAP = 10
_PICTURE, _BOXED = 92, 190
_FEW = 3  # numbers that fit a line
_MOST_HIGH = 120.0  # of one text
_CAPTION = 190  # as wide as a picture is made by what is said below it, at most
_SIZES: dict[type, tuple[int, int]] = {
    Wave: (210, 64),
    Values: (210, 40),
}


class Gallery(QWidget):
    """Shows samples in rows; a sample of several fields has them beside one another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self.samples: list[Sample] = []
        self.cells: list[QRect] = []
        self.setAccessibleName("Samples")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def show_samples(self, samples: Sequence[Sample]) -> None:
        """Show these."""
        self.samples = list(samples)
        self.setAccessibleDescription("; ".join(sample.caption for sample in samples))
        self._arrange()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for sample, cell in zip(self.samples, self.cells, strict=True):
            if event.rect().intersects(cell):
                self._paint(painter, sample, cell)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = next((place for place, cell in enumerate(self.cells) if cell.contains(event.pos())), None)
            show_tip(self, event.globalPos(), "" if at is None else self._tip(self.samples[at]))
            return True
        return super().event(event)

    def _paint(self, painter: QPainter, sample: Sample, cell: QRect) -> None:
        high = self.fontMetrics().height()
        beside, lines = _parted(sample)
        free = 0 if lines else cell.width() - self._wide(sample, cell.width())
        x = cell.left() + max(0, free) // 2
        room = cell.height() - (high + 4 if sample.caption else 0)
        for view in beside.values():
            width = min(room_of(view)[0], cell.width())
            area = QRectF(x, cell.top(), width, room)
            paint_view(painter, view, area, self._theme)
            x += width + 4
        self._paint_lines(painter, lines, QRectF(x, cell.top(), cell.right() - x, room))
        painter.setPen(self._theme.text)
        centred = Qt.AlignmentFlag.AlignLeft if lines else Qt.AlignmentFlag.AlignHCenter
        caption = self.fontMetrics().elidedText(sample.caption, Qt.TextElideMode.ElideRight, cell.width())
        below = QRect(cell.left(), cell.bottom() - high, cell.width(), high)
        painter.drawText(below, int(centred | Qt.TextFlag.TextSingleLine), caption)

    def _paint_lines(self, painter: QPainter, lines: Mapping[str, Words], area: QRectF) -> None:
        """Paint texts below one another; of several, each behind its name."""
        indent = self._indent(lines)
        y = area.top()
        for name, view in lines.items():
            if indent:
                painter.setPen(self._theme.muted)
                painter.drawText(QPointF(area.left(), y + self.fontMetrics().ascent()), name)
            high = self._line(view, area.width() - indent)
            paint_view(painter, view, QRectF(area.left() + indent, y, area.width() - indent, high), self._theme)
            y += high

    def _indent(self, lines: Mapping[str, Words]) -> float:
        """The room for the names of several texts."""
        metrics = self.fontMetrics()
        return 0.0 if len(lines) < 2 else max(map(metrics.horizontalAdvance, lines)) + 12.0

    def _line(self, view: Words, width: float) -> float:
        return min(_MOST_HIGH, words_height(view, max(60.0, width), QFontMetricsF(self.font())))

    def _size(self, sample: Sample, most: int) -> tuple[int, int]:
        """How wide and how high the views of a sample are together."""
        beside, lines = _parted(sample)
        width = self._wide(sample, most)
        high = max((room_of(view)[1] for view in beside.values()), default=0)
        if not lines:
            caption = min(_CAPTION, self.fontMetrics().horizontalAdvance(sample.caption) + 1)
            return min(max(width, caption), most), high
        rest = most - width - self._indent(lines)
        return most, max(high, round(sum(self._line(view, rest) for view in lines.values())))

    def _wide(self, sample: Sample, most: int) -> int:
        """How wide the views of a sample are that stand beside one another."""
        beside, lines = _parted(sample)
        sizes = [room_of(view)[0] for view in beside.values()] or [0 if lines else 120]
        return sum(min(size, most) for size in sizes) + 4 * (len(sizes) - 1)

    def _tip(self, sample: Sample) -> str:
        names = ", ".join(sample.views)
        return shortened(f"{sample.part} sample {sample.index + 1:,}: {sample.caption or names}", 200)

    def _arrange(self) -> None:
        """Put the cells in rows, and take the height they need."""
        width, high = max(120, self.width()), self.fontMetrics().height()
        self.cells = []
        x = y = row = 0
        for sample in self.samples:
            wide, tall = self._size(sample, width)
            tall += high + 4 if sample.caption else 0
            if x and x + wide > width:
                x, y, row = 0, y + row + _GAP, 0
            self.cells.append(QRect(x, y, wide, tall))
            x, row = x + wide + _GAP, max(row, tall)
        self.setFixedHeight(max(1, y + row))


def _parted(sample: Sample) -> tuple[dict[str, View], dict[str, Words]]:
    """What stands beside one another, and the texts that stand in lines behind it."""
    lines = {name: view for name, view in sample.views.items() if isinstance(view, Words)}
    return {name: view for name, view in sample.views.items() if name not in lines}, lines


def room_of(view: View) -> tuple[int, int]:
    """The width and height a view is given."""
    if isinstance(view, Values) and len(view.values) <= _FEW:
        return _SIZES[Values][0], _SIZES[Values][1] // 2
    if not isinstance(view, Picture):
        return _SIZES[type(view)]
    share = (_BOXED if view.boxes else _PICTURE) / max(view.width, view.height)
    return max(24, round(share * view.width)), max(12, round(share * view.height))

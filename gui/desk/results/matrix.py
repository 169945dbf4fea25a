"""Which classes were taken for which: a square for each pair, which shows its samples when it is clicked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.colors import Theme
from gui.theme.contrast import mixed
from gui.widgets.text import show_tip

LEAST, MOST = 4, 40
_NUMBERS_FROM = 20
_WIDEST_NAME = 90
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionMatrix(QWidget):
    """A row for each true class, a column for each predicted one, as dark as its share of the row.

    ``chosen`` carries the true and the predicted class of a square; that again, with -1 for both, lets go of it.
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self.classes: list[str] = []
        self.table: list[list[int]] = []
        self.picked: tuple[int, int] | None = None
        self._names_width = 0
        self.shares = False
        self._at = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Confusion matrix")

    def show_table(
        self, classes: Sequence[str], table: Sequence[Sequence[int]], picked: tuple[int, int] | None
    ) -> None:
        """Show these counts, one of them picked."""
        self.classes, self.table, self.picked = list(classes), [list(row) for row in table], picked
        self._measure_names()
        self._at = picked or (min(self._at[0], len(table) - 1), min(self._at[1], len(table) - 1))
        wrong = sum(sum(row) for row in table) - sum(row[place] for place, row in enumerate(table))
        self.setAccessibleDescription(f"{len(table)} classes, {wrong:,} samples taken for another class")
        self.updateGeometry()
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.update()

    def set_shares(self, shares: bool) -> None:
        """Say what share of its row each square has, in percent, rather than its count."""
        self.shares = shares
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def heightForWidth(self, width: int) -> int:
        return self._top() + self._cell(width) * max(1, len(self.table)) + 2

    def resizeEvent(self, event: QEvent) -> None:
        self.setFixedHeight(self.heightForWidth(self.width()))

    def cell_rect(self, true: int, predicted: int) -> QRect:
        """Where the square of a pair is."""
        size = self._cell(self.width())
        return QRect(self._left() + predicted * size, self._top() + true * size, size, size)

    def tip_of(self, true: int, predicted: int) -> str:
        """What a square says of its pair."""
        count, whole = self.table[true][predicted], sum(self.table[true])
        share = f" of {whole:,} ({count / whole:.1%})" if whole else ""
        if true == predicted:
            return f"{self.classes[true]} taken for what it is: {count:,}{share}"
        return f"{self.classes[true]} taken for {self.classes[predicted]}: {count:,}{share}"

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            found = self._hit(event.pos())
            show_tip(self, event.globalPos(), self.tip_of(*found) if found else "")
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._hit(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = found
            self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and self.table:
            down, right = _ARROWS[key]
            last = len(self.table) - 1
            self._at = (min(max(self._at[0] + down, 0), last), min(max(self._at[1] + right, 0), last))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.table:
            self._pick()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = self._cell(self.width())
        for true, row in enumerate(self.table):
            whole = sum(row) or 1
            for predicted, count in enumerate(row):
                self._paint_cell(painter, self.cell_rect(true, predicted), count, count / whole, true == predicted)
        if size >= self.fontMetrics().height() - 2:
            self._paint_names(painter, size)
        self._paint_words(painter)
        for place, width in ((self.picked, 2.5), (self._at if self.hasFocus() else None, 1.0)):
            if place is not None and place[0] < len(self.table):
                painter.setPen(QPen(self._theme.text, width))
                painter.drawRect(self.cell_rect(*place).adjusted(1, 1, -2, -2))
        painter.end()

    def _paint_cell(self, painter: QPainter, rect: QRect, count: int, share: float, right: bool) -> None:
        ground = mixed(self._theme.accent if right else self._theme.error, self._theme.field, _strength(share))
        inner = rect.adjusted(0, 0, -1, -1) if rect.width() > LEAST else rect
        painter.fillRect(inner, ground)
        if count and rect.width() >= _NUMBERS_FROM:
            painter.setPen(_on(ground))
            text = _percent(share) if self.shares else str(count) if count < 1000 else f"{count / 1000:.0f}k"
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_names(self, painter: QPainter, size: int) -> None:
        metrics = self.fontMetrics()
        painter.setPen(self._theme.text)
        for place, name in enumerate(self.classes):
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._left() - 6)
            row = QRect(0, self._top() + place * size, self._left() - 6, size)
            painter.drawText(row, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
            column = QRect(self._left() + place * size, metrics.height(), size, metrics.height() + 2)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, size)
            painter.drawText(column, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(self._theme.muted)
        painter.drawText(QPoint(self._left(), self.fontMetrics().ascent()), "predicted")
        painter.drawText(QPoint(0, self._top() - 4), "true")

    def _pick(self) -> None:
        self.chosen.emit(*((-1, -1) if self._at == self.picked else self._at))

    def _hit(self, at: QPoint) -> tuple[int, int] | None:
        size = self._cell(self.width())
        row, column = (at.y() - self._top()) // size, (at.x() - self._left()) // size
        inside = 0 <= row < len(self.table) and 0 <= column < len(self.table)
        return (row, column) if inside else None

    def _cell(self, width: int) -> int:
        return min(MOST, max(LEAST, (width - self._left() - 2) // max(1, len(self.table))))

    def _left(self) -> int:
        return self._names_width + 8

    def _measure_names(self) -> None:
        """How wide the widest name is: asked for by every square that is painted."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self.classes), default=0)
        self._names_width = min(_WIDEST_NAME, max(widest, metrics.horizontalAdvance("true")))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure_names()

    def _top(self) -> int:
        return 2 * self.fontMetrics().height() + 4


def _percent(share: float) -> str:
    """A share in percent; neither nothing nor all where it is not quite that."""
    if share < 1.0:
        return "<1" if share < 0.01 else str(min(99, round(100 * share)))
    return "100"


def _strength(share: float) -> float:
    """How much of its colour a square has: a single mistake among many is seen, too."""
    return 0.0 if not share else 0.15 + 0.85 * share


def _on(ground: QColor) -> QColor:
    """Black or white, whichever reads better on a colour."""
    light = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return QColor("#101010") if light > 140 else QColor("#ffffff")

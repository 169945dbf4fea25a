"""A bubble with words that points at a part of the window, and the line around that part."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.theme.colors import Theme
from gui.widgets.text import Label

WIDTH, TIP, RADIUS = 330, 11, 9.0
LINE = 3
AWAY = 6
INSIDE = 24


class Ring(QWidget):
    """A line around a part of the window, which takes neither mouse nor room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme = Theme.light()
        self.hide()

    def surround(self, place: QRect) -> None:
        """Be around a place of the parent, within it."""
        around = place.adjusted(-LINE, -LINE, LINE, LINE).intersected(self._window.rect())
        self.setGeometry(around)
        inside = self.rect().adjusted(LINE, LINE, -LINE, -LINE)
        # No more than the line is painted, so that what is within costs nothing.
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inside)))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.theme.accent)


class Bubble(QWidget):
    """A heading, a sentence or two and three buttons.

    ``next_wanted``, ``back_wanted`` and ``left`` tell what was pressed: Enter and the right key go on, the left key
    goes back, Escape ends it; Alt with a button's letter works wherever the keys are.
    """

    next_wanted = Signal()
    back_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.theme = Theme.light()
        self._side = "left"
        self._aim = QPoint()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heading, self.words, self.count = Label(self), Label(self), Label(self)
        self.heading.setObjectName("title")
        self.count.setObjectName("help")
        self.words.setWordWrap(True)
        self.skip, self.back, self.next = (QPushButton(text, self) for text in ("&Skip", "&Back", "&Next"))
        for button, signal in ((self.skip, self.left), (self.back, self.back_wanted), (self.next, self.next_wanted)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(signal)
        self.next.setObjectName("primary")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.count)
        row.addStretch(1)
        for button in (self.skip, self.back, self.next):
            row.addWidget(button)
        layout = self._lines = QVBoxLayout(self)
        layout.setContentsMargins(TIP + 14, TIP + 10, TIP + 14, TIP + 12)
        layout.setSpacing(8)
        layout.addWidget(self.heading)
        layout.addWidget(self.words)
        layout.addLayout(row)
        self.setFixedWidth(WIDTH + 2 * TIP)
        self.hide()

    def say(self, heading: str, words: str, place: int, places: int) -> None:
        """Take the words of a step."""
        self.heading.setText(heading)
        self.words.setText(words)
        self.count.setText(f"{place} of {places}")
        self.back.setEnabled(place > 1)
        self.next.setText("&Done" if place == places else "&Next")
        self.setAccessibleName(f"Tour, {place} of {places}: {heading}")
        self.setAccessibleDescription(words)

    def point_at(self, place: QRect) -> None:
        """Stand beside a place of the parent and point at it; inside one that leaves no room beside it."""
        self.setFixedHeight(self._lines.totalHeightForWidth(self.width()))
        room, size = self._window.rect(), self.size()
        beside = place.top() + min(60, place.height() // 2) - size.height() // 3
        self._side = _free_side(place, room, size)
        corner = {
            "left": QPoint(place.right() + AWAY, beside),
            "right": QPoint(
                place.left() - AWAY - size.width(), place.top() + min(60, place.height() // 2) - size.height() // 3
            ),
            "top": QPoint(place.center().x() - size.width() // 2, place.bottom() + AWAY),
            "bottom": QPoint(place.center().x() - size.width() // 2, place.top() - AWAY - size.height()),
            "": QPoint(place.center().x() - size.width() // 2, place.top() + INSIDE),
        }[self._side]
        left = max(room.left() + 4, min(corner.x(), room.right() - size.width() - 4))
        top = max(room.top() + 4, min(corner.y(), room.bottom() - size.height() - 4))
        self.move(left, top)
        self._aim = _nearest(place, self.geometry()) - QPoint(left, top)
        self.show()
        self.raise_()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        told = {
            Qt.Key.Key_Escape: self.left,
            Qt.Key.Key_Return: self.next_wanted,
            Qt.Key.Key_Enter: self.next_wanted,
            Qt.Key.Key_Right: self.next_wanted,
            Qt.Key.Key_Left: self.back_wanted,
        }.get(Qt.Key(event.key()))
        if told is None:
            super().keyPressEvent(event)
        elif told is not self.back_wanted or self.back.isEnabled():
            told.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(TIP, TIP, -TIP, -TIP)
        painter.setPen(QPen(self.theme.accent, 1.5))
        painter.setBrush(self.theme.panel)
        painter.drawRoundedRect(body, RADIUS, RADIUS)
        if not self._side:
            return
        tip = self._tip(body)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.accent)
        painter.drawPolygon(tip)

    def _tip(self, body: QRectF) -> QPolygonF:
        """A corner out of the side that is nearest to what is pointed at."""
        across = min(max(float(self._aim.x()), body.left() + 2 * RADIUS), body.right() - 2 * RADIUS)
        down = min(max(float(self._aim.y()), body.top() + 2 * RADIUS), body.bottom() - 2 * RADIUS)
        if self._side in ("left", "right"):
            tip, base = (0.0, body.left()) if self._side == "left" else (float(self.width()), body.right())
            return QPolygonF([QPointF(tip, down), QPointF(base, down - TIP), QPointF(base, down + TIP)])
        tip, base = (0.0, body.top()) if self._side == "top" else (float(self.height()), body.bottom())
        return QPolygonF([QPointF(across, tip), QPointF(across - TIP, base), QPointF(across + TIP, base)])


def _free_side(place: QRect, room: QRect, size: QSize) -> str:
    """The side of the bubble that faces a place, by where there is room for it; "" where there is none."""
    if room.right() - place.right() >= size.width() + AWAY and place.height() > size.height() // 2:
        return "left"
    if place.left() - room.left() >= size.width() + AWAY and place.height() > size.height() // 2:
        return "right"
    if room.bottom() - place.bottom() >= size.height() + AWAY:
        return "top"
    return "bottom" if place.top() - room.top() >= size.height() + AWAY else ""


def _nearest(place: QRect, bubble: QRect) -> QPoint:
    """The point of a place that is nearest to the middle of the bubble."""
    middle = bubble.center()
    return QPoint(max(place.left(), min(middle.x(), place.right())), max(place.top(), min(middle.y(), place.bottom())))

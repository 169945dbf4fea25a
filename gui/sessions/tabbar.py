"""The bar of a window's documents: a name, what is unsaved, what trains, and a cross."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QTabBar, QToolButton, QWidget

from gui.theme.colors import Theme
from gui.theme.icons import icon
from gui.widgets.text import set_tip, shortened, tip, unkeyed

Doing = Literal["", "training", "paused", "ended", "failed"]
WORDS: dict[Doing, str] = {
    "": "",
    "training": "training",
    "paused": "training is paused",
    "ended": "training has ended",
    "failed": "training has failed",
}
NAME = 28
MARK, GAP, INSET = 10, 4, 9
CROSS = 18


class Look(NamedTuple):
    """What a tab says of its document."""

    name: str
    path: str
    unsaved: bool = False
    doing: Doing = ""

    @property
    def told(self) -> str:
        """All of it in words: no sign alone says anything."""
        return ", ".join(filter(None, [self.name, "not saved" if self.unsaved else "", WORDS[self.doing]]))


class TabBar(QTabBar):
    """Asks by its signals for what the mouse wants, with the index of a tab; hidden while there is but one."""

    close_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("documents")
        self.setAccessibleName("Open drawings")
        self.setMovable(True)
        self.setExpanding(False)
        self.setDocumentMode(True)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setAutoHide(True)
        self._theme = Theme.light()
        self._looks: dict[int, Look] = {}
        self._pressed = -1

    def put(self, index: int, look: Look) -> None:
        """Add a tab."""
        self.insertTab(index, "")
        cross = QToolButton(self)
        cross.setObjectName("cross")
        cross.setFixedSize(CROSS, CROSS)
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.clicked.connect(lambda: self.close_wanted.emit(self._index_of(cross)))
        self._dress(cross)
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, cross)
        self.setTabButton(index, QTabBar.ButtonPosition.LeftSide, Marks(lambda: self._theme, self))
        self.show_look(index, look)

    def take(self, index: int) -> None:
        """Remove a tab, and what stands in it."""
        sides = QTabBar.ButtonPosition
        widgets = [self.tabButton(index, side) for side in (sides.LeftSide, sides.RightSide)]
        self.removeTab(index)
        for widget in widgets:
            widget.deleteLater()

    def show_look(self, index: int, look: Look) -> None:
        """Have a tab say this."""
        text = unkeyed(_short(look.name))
        if self.tabText(index) != text:
            self.setTabText(index, text)
        self.setTabToolTip(index, tip("\n".join(filter(None, [look.path or look.name, look.told.partition(", ")[2]]))))
        self.setAccessibleTabName(index, look.told)
        marks = self.tabButton(index, QTabBar.ButtonPosition.LeftSide)
        assert isinstance(marks, Marks)
        if marks.show_look(look):
            # Its place is worked out when it is put there.
            self.setTabButton(index, QTabBar.ButtonPosition.LeftSide, marks)
            marks.show()
        cross = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
        cross.setAccessibleName(f"Close {look.name}")
        set_tip(cross, "Close (Ctrl+W)")

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        for index in range(self.count()):
            cross = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
            assert isinstance(cross, QToolButton)
            self._dress(cross)
        self.update()

    def minimumTabSizeHint(self, index: int) -> QSize:
        """As wide as the tab wants: where there is no room for all, the bar scrolls."""
        return self.tabSizeHint(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton:
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index, pressed = self.tabAt(event.position().toPoint()), self._pressed
        self._pressed = -1
        if event.button() == Qt.MouseButton.MiddleButton and index >= 0 and index == pressed:
            self.close_wanted.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.tabAt(event.pos())
        if index >= 0:
            where = self.tabRect(index).bottomLeft() if keyboard else event.pos()
            self.menu_wanted.emit(index, self.mapToGlobal(where))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the document in front where it is: only a click or a key turns to another."""
        event.ignore()

    def _index_of(self, cross: QWidget) -> int:
        side = QTabBar.ButtonPosition.RightSide
        return next(index for index in range(self.count()) if self.tabButton(index, side) is cross)

    def _dress(self, cross: QToolButton) -> None:
        cross.setIcon(icon("close", self._theme.muted, self._theme.border, self.devicePixelRatioF()))
        cross.setIconSize(QSize(12, 12))


class Marks(QWidget):
    """A dot for what is unsaved, and a sign for what trains; as wide as they are."""

    def __init__(self, theme: Callable[[], Theme], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: tuple[str, ...] = ("",)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_look(self, look: Look) -> bool:
        """Show these; whether anything is another."""
        marks = tuple(filter(None, ("unsaved" if look.unsaved else "", look.doing)))
        if marks == self._marks:
            return False
        self._marks = marks
        self.setFixedSize(INSET + len(marks) * (MARK + GAP), MARK + 4)
        self.update()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, mark in enumerate(self._marks):
            box = QRect(INSET + number * (MARK + GAP), 2, MARK, MARK)
            color = {"training": theme.accent, "failed": theme.error}.get(mark, theme.text)
            painter.setPen(QPen(color, 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
            painter.setBrush(color if mark in ("unsaved", "training") else Qt.BrushStyle.NoBrush)
            _paint(painter, mark, box)
        painter.end()


def _short(name: str) -> str:
    """A name that fits a tab: names of many versions differ at their ends, so that a long one is cut in its middle."""
    line = shortened(name, 10 * NAME)
    return line if len(line) <= NAME else f"{line[: NAME // 2]}…{line[1 - NAME // 2 :]}"


def _paint(painter: QPainter, mark: str, box: QRect) -> None:
    def at(x: float, y: float) -> QPointF:
        return QPointF(box.x() + x * box.width(), box.y() + y * box.height())

    if mark == "unsaved":
        painter.drawEllipse(at(0.5, 0.5), 2.4, 2.4)
    elif mark == "training":
        painter.drawPolygon(QPolygonF([at(0.25, 0.1), at(0.25, 0.9), at(0.9, 0.5)]))
    elif mark == "paused":
        for x in (0.3, 0.7):
            painter.drawLine(at(x, 0.15), at(x, 0.85))
    elif mark == "ended":
        painter.drawPolyline(QPolygonF([at(0.1, 0.55), at(0.4, 0.85), at(0.9, 0.15)]))
    else:
        painter.drawLine(at(0.5, 0.05), at(0.5, 0.6))
        painter.drawPoint(at(0.5, 0.92))

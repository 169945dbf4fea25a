"""A list that is steered by keys: Enter chooses, Escape leaves, letters are for whoever filters it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

_STEPS = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


class Listing(QListView):
    """``chosen`` carries the row that was clicked or entered, ``typed`` letters, ``past`` the side an arrow left at;
    ``taken_off`` carries the row for which Delete was pressed, ``escaped`` tells of Escape."""

    chosen = Signal(int)
    typed = Signal(str)
    past = Signal(str)
    taken_off = Signal(int)
    escaped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("start")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))

    def take_focus(self) -> None:
        """Have the keys, with a row to begin from."""
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # A click says itself which row it is about.
        if not self.currentIndex().isValid() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.setCurrentIndex(self.model().index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.currentIndex().row(), event.key()
        text = letters(event)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if row >= 0:
                self.chosen.emit(row)
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key == Qt.Key.Key_Delete:
            if row >= 0:
                self.taken_off.emit(row)
        elif text:
            self.typed.emit(text)
        else:
            self._walk(event)

    def _walk(self, event: QKeyEvent) -> None:
        """Go where an arrow points, and say so where there is nothing."""
        before = QModelIndex(self.currentIndex())
        side = _STEPS.get(Qt.Key(event.key()))
        super().keyPressEvent(event)
        if side and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier:
            after = self.currentIndex()
            moved = self.visualRect(after).topLeft() - self.visualRect(before).topLeft()
            along = {"left": -moved.x(), "right": moved.x(), "up": -moved.y(), "down": moved.y()}[side]
            if along <= 0:
                self.setCurrentIndex(before)
                self.past.emit(side)


def letters(event: QKeyEvent) -> str:
    """The letters a key types; "" for a key that does something else."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text()
    return text if text and text.isprintable() and not held else ""

"""The label of a number: dragged sideways, it changes the number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.widgets.elided import ElidedLabel

# How far the pointer moves for a step; whole numbers have none that are finer, so that they take more of the way.
PIXELS, FINE_PIXELS, COARSE = 4, 16, 10


class ScrubLabel(ElidedLabel):
    """``pressed`` tells of the press, ``dragged`` how many steps the pointer is from there, and whether they are fine.

    Shift makes the steps fine, Ctrl ten times as many.
    """

    pressed = Signal()
    dragged = Signal(int, bool)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.fine_pixels = FINE_PIXELS
        self._from: float | None = None
        self._dragging = False

    def set_number(self, *, whole: bool) -> None:
        """Take drags, for a number of this kind."""
        self.fine_pixels = FINE_PIXELS if whole else PIXELS
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._from, self._dragging = event.globalPosition().x(), False
        self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        way = event.globalPosition().x() - self._from
        self._dragging = self._dragging or abs(way) >= QApplication.startDragDistance()
        if self._dragging:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            coarse = COARSE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            self.dragged.emit(round(way / (self.fine_pixels if fine else PIXELS)) * coarse, fine)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

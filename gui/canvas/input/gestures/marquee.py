"""Selecting with a rectangle."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.stage import Stage


class Marquee(Gesture):
    """Select what the rectangle touches; Shift adds to the selection, Ctrl toggles."""

    def __init__(self, stage: Stage, start: Pointer) -> None:
        super().__init__(stage, start)
        self._before = self.stage.selected()
        self._rect = QRectF()

    def click(self, pointer: Pointer) -> None:
        if not self._keeps(pointer):
            self.stage.select([])

    def move(self, pointer: Pointer) -> None:
        self._rect = QRectF(self.start.scene, pointer.scene).normalized()
        items = self.stage.drawing.items_within(self._rect)
        touched = {item.box.name: None for item in items if item.card().intersects(self._rect)}
        before = dict.fromkeys(self._before if self._keeps(pointer) else [])
        if pointer.has(Qt.KeyboardModifier.ControlModifier):
            names = [name for name in {**before, **touched} if (name in before) != (name in touched)]
        else:
            names = list({**before, **touched})
        self.stage.select(names)

    def cancel(self) -> None:
        self.stage.select(self._before)

    def bounds(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter) -> None:
        theme = self.stage.theme
        fill = QColor(theme.selection)
        fill.setAlpha(32)
        painter.setPen(QPen(theme.selection, 0.0))
        painter.setBrush(fill)
        painter.drawRect(self._rect)

    @staticmethod
    def _keeps(pointer: Pointer) -> bool:
        return pointer.has(Qt.KeyboardModifier.ShiftModifier) or pointer.has(Qt.KeyboardModifier.ControlModifier)

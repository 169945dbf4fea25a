"""Selecting with a rectangle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from graph.edits.picked import Picked
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.stage import Stage

T = TypeVar("T")


class Marquee(Gesture):
    """Select the nodes that the rectangle touches, dots and whole frames in it; Shift adds, Ctrl toggles."""

    def __init__(self, stage: Stage, start: Pointer) -> None:
        super().__init__(stage, start)
        self._before = self.stage.picked()
        self._rect = QRectF()

    def click(self, pointer: Pointer) -> None:
        if not self._keeps(pointer):
            self.stage.select([])

    def move(self, pointer: Pointer) -> None:
        self._rect = QRectF(self.start.scene, pointer.scene).normalized()
        items = self.stage.drawing.items_within(self._rect)
        drawing, toggles = self.stage.drawing, pointer.has(Qt.KeyboardModifier.ControlModifier)
        before = self._before if self._keeps(pointer) else Picked()
        names = [item.box.name for item in items if item.card().intersects(self._rect)]
        dots = drawing.wires.dots_within(self._rect) if not self.stage.far else []
        self.stage.select(
            _joined(before.names, names, toggles),
            (),
            _joined(before.dots, dots, toggles),
            _joined(before.frames, drawing.frames.within(self._rect), toggles),
        )

    def cancel(self) -> None:
        self.stage.pick(self._before)

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


def _joined(before: Iterable[T], touched: Iterable[T], toggles: bool) -> list[T]:
    first, then = dict.fromkeys(before), dict.fromkeys(touched)
    return [each for each in {**first, **then} if not toggles or (each in first) != (each in then)]

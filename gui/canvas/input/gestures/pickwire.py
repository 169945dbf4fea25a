"""Selecting a wire."""

from __future__ import annotations

from PySide6.QtCore import Qt

from graph.records import Wire
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.marquee import Marquee
from gui.canvas.stage import Stage


class PickWire(Marquee):
    """A click selects the wire, with Shift as well as what is selected, with Ctrl toggling; a drag is a marquee."""

    def __init__(self, stage: Stage, start: Pointer, wire: Wire) -> None:
        super().__init__(stage, start)
        self._wire = wire

    def click(self, pointer: Pointer) -> None:
        picked = self.stage.picked()
        if pointer.has(Qt.KeyboardModifier.ControlModifier) and self._wire in picked.wires:
            self.stage.pick(picked._replace(wires=tuple(wire for wire in picked.wires if wire != self._wire)))
        elif self._keeps(pointer):
            self.stage.pick(picked._replace(wires=(*picked.wires, self._wire)))
        else:
            self.stage.select([], [self._wire])

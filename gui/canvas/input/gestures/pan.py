"""Shifting the view."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture


class Pan(Gesture):
    """The drawing follows the pointer; the document is not concerned."""

    threshold = False
    edge_pans = False
    cursor = Qt.CursorShape.ClosedHandCursor

    def move(self, pointer: Pointer) -> None:
        self.stage.scroll_by(self.start.view - pointer.view)
        self.start = pointer

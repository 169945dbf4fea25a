"""Giving a frame another size."""

from __future__ import annotations

from PySide6.QtCore import Qt

from graph.edits.sketching import frames
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.scene.frames import FrameHit, Side, stretched
from gui.canvas.stage import Stage


class Stretch(Gesture):
    """Move an edge or a corner of a frame; a click selects it."""

    def __init__(self, stage: Stage, start: Pointer, found: FrameHit) -> None:
        super().__init__(stage, start)
        self._frame = frames.frame_of(stage.drawing.graph, found.key)
        self._side = found.side
        self._made = self._frame
        self.cursor = cursor_of(found.side)
        stage.select([], frames=[found.key])

    def move(self, pointer: Pointer) -> None:
        self._made = stretched(self._frame, self._side, pointer.scene - self.start.scene, frames.LEAST)
        self.stage.drawing.preview({}, frames={self._frame.key: self._made})

    def release(self, pointer: Pointer) -> None:
        stage, made = self.stage, self._made
        extent = made.x, made.y, made.x + made.width, made.y + made.height
        stage.attempt(lambda: frames.resize(stage.document, stage.graph, made.key, extent))
        stage.drawing.restore(())

    def cancel(self) -> None:
        self.stage.drawing.restore(())


def cursor_of(side: Side) -> Qt.CursorShape:
    """The shape of the pointer over an edge or a corner of a frame; a hand over its title."""
    across, down = side
    if across and down:
        return Qt.CursorShape.SizeFDiagCursor if across == down else Qt.CursorShape.SizeBDiagCursor
    if across:
        return Qt.CursorShape.SizeHorCursor
    return Qt.CursorShape.SizeVerCursor if down else Qt.CursorShape.SizeAllCursor

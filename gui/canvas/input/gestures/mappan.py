"""Going through the drawing on its map."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.stage import Stage


class MapPan(Gesture):
    """What is pressed on the map comes to the middle of the view, and follows the pointer."""

    threshold = False
    edge_pans = False
    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, start: Pointer) -> None:
        super().__init__(stage, start)
        self.move(start)

    def move(self, pointer: Pointer) -> None:
        stage = self.stage
        at = stage.minimap.scene_at(QPointF(pointer.view), stage.viewport().rect())
        stage.scroll_by(stage.mapFromScene(at) - stage.viewport().rect().center())

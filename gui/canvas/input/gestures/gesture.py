"""What every drag on the canvas has: the stage it is on."""

from __future__ import annotations

from gui.canvas.drag import Drag, Pointer
from gui.canvas.stage import Stage


class Gesture(Drag):
    """A drag on a stage."""

    def __init__(self, stage: Stage, start: Pointer) -> None:
        super().__init__(start)
        self.stage = stage

"""Layers dragged out of the palette: onto empty stage, or onto a wire to splice them in."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from graph.records import Wire
from gui.canvas.scene.hits import node_at
from gui.canvas.stage import Stage

MIME = "application/x-layerloom-layer"
WIRE_REACH = 20.0


class Dropped(NamedTuple):
    """A kind of layer, where it was let go, and the wire it is to be spliced into."""

    kind: str
    at: QPointF
    wire: Wire | None


def enter(event: QDropEvent) -> None:
    """Welcome layers, and nothing else."""
    if event.mimeData().hasFormat(MIME):
        event.acceptProposedAction()
    else:
        event.ignore()


def move(stage: Stage, event: QDragMoveEvent) -> None:
    """Light up the wire that the layer would be spliced into."""
    enter(event)
    stage.drawing.hover_wire(_wire_below(stage, event))


def drop(stage: Stage, event: QDropEvent) -> Dropped | None:
    """What was dropped, if it is a layer."""
    enter(event)
    if not event.isAccepted():
        return None
    kind = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
    wire = _wire_below(stage, event)
    stage.drawing.hover_wire(None)
    return Dropped(kind, stage.mapToScene(event.position().toPoint()), wire)


def _wire_below(stage: Stage, event: QDropEvent) -> Wire | None:
    """The wire at the pointer; Alt means not to splice."""
    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return None
    at = stage.mapToScene(event.position().toPoint())
    if node_at(stage.drawing, at):
        return None
    return stage.drawing.wires.nearest(at.x(), at.y(), WIRE_REACH / stage.zoom)

"""Layers dragged out of the palette: onto empty stage, or onto a wire to splice them in."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from graph.records import Wire
from gui.canvas.scene.hits import node_at
from gui.canvas.stage import Stage

MIME = "application/x-layerloom-layer"
WIRE_REACH = 20.0


class Dropped(NamedTuple):
    """A kind of layer, where it was let go, the wire it is to be spliced into, and the node that is to become it."""

    kind: str
    at: QPointF
    wire: Wire | None
    node: str = ""


def enter(event: QDropEvent) -> None:
    """Welcome layers, and nothing else."""
    if event.mimeData().hasFormat(MIME):
        event.acceptProposedAction()
    else:
        event.ignore()


def move(stage: Stage, event: QDragMoveEvent) -> None:
    """Light up the wire that the layer would be spliced into, or say which node it would replace."""
    enter(event)
    stage.drawing.hover_wire(_wire_below(stage, event))
    node = _node_below(stage, event)
    stage.hint(f"Replace {node}" if node else "", event.position().toPoint())


def drop(stage: Stage, event: QDropEvent) -> Dropped | None:
    """What was dropped, if it is a layer."""
    enter(event)
    if not event.isAccepted():
        return None
    wire, node = _wire_below(stage, event), _node_below(stage, event)
    leave(stage)
    return Dropped(_kind(event), stage.mapToScene(event.position().toPoint()), wire, node)


def leave(stage: Stage) -> None:
    """Show nothing of the drop any more."""
    stage.drawing.hover_wire(None)
    stage.hint("", QPoint())


def _kind(event: QDropEvent) -> str:
    return bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")


def _node_below(stage: Stage, event: QDropEvent) -> str:
    """The node of another kind at the pointer; Alt means not to replace it."""
    if event.modifiers() & Qt.KeyboardModifier.AltModifier or not event.mimeData().hasFormat(MIME):
        return ""
    node = node_at(stage.drawing, stage.mapToScene(event.position().toPoint()))
    return node if node and stage.drawing.graph.node(node).kind != _kind(event) else ""


def _wire_below(stage: Stage, event: QDropEvent) -> Wire | None:
    """The wire at the pointer; Alt means not to splice."""
    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return None
    at = stage.mapToScene(event.position().toPoint())
    if node_at(stage.drawing, at):
        return None
    return stage.drawing.wires.nearest(at.x(), at.y(), WIRE_REACH / stage.zoom)

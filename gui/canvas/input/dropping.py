"""Layers dragged out of the palette: onto empty canvas, or onto a wire to splice them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from graph.records import Wire
from gui.canvas.scene.hits import node_at

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

MIME = "application/x-layerloom-layer"
WIRE_REACH = 20.0


def enter(event: QDropEvent) -> None:
    """Welcome layers, and nothing else."""
    if event.mimeData().hasFormat(MIME):
        event.acceptProposedAction()
    else:
        event.ignore()


def move(canvas: Canvas, event: QDragMoveEvent) -> None:
    """Light up the wire that the layer would be spliced into."""
    enter(event)
    canvas.drawing.hover_wire(_wire_below(canvas, event))


def drop(canvas: Canvas, event: QDropEvent) -> None:
    """Add the layer where it was dropped."""
    enter(event)
    if not event.isAccepted():
        return
    kind = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
    wire = _wire_below(canvas, event)
    canvas.drawing.hover_wire(None)
    canvas.add_layer(kind, canvas.mapToScene(event.position().toPoint()), wire=wire)
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)


def _wire_below(canvas: Canvas, event: QDropEvent) -> Wire | None:
    """The wire at the pointer; Alt means not to splice."""
    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return None
    at = canvas.mapToScene(event.position().toPoint())
    if node_at(canvas.drawing, at):
        return None
    return canvas.drawing.wires.nearest(at.x(), at.y(), WIRE_REACH / canvas.zoom)

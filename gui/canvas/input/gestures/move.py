"""Dragging nodes: to another place, onto a wire, or, with Alt, as copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from graph.edits import nodes as edits
from graph.records import Wire
from gui.canvas.input.gestures.gesture import Gesture, Pointer
from gui.canvas.look.box import width_in
from gui.canvas.look.paint import RADIUS

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Move(Gesture):
    """Move the selected nodes; the document hears of it once, at the end."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Canvas, start: Pointer, name: str) -> None:
        super().__init__(canvas, start)
        self._name = name
        self._selected_before = name in canvas.selected()
        if not self._selected_before:
            adds = start.has(Qt.KeyboardModifier.ShiftModifier) or start.has(_CONTROL)
            canvas.select([*canvas.selected(), name] if adds else [name])
        self._copies = start.has(_ALT)
        self._from = {each: canvas.drawing.nodes[each].pos() for each in canvas.selected()}
        self._by = QPointF()
        self._wire: Wire | None = None

    def click(self, pointer: Pointer) -> None:
        if not self._selected_before:
            return
        if pointer.has(_CONTROL):
            self.canvas.select([name for name in self.canvas.selected() if name != self._name])
        elif not pointer.has(Qt.KeyboardModifier.ShiftModifier):
            self.canvas.select([self._name])

    def move(self, pointer: Pointer) -> None:
        self._by = pointer.scene - self.start.scene
        if self._copies:
            return
        self.canvas.drawing.preview({name: at + self._by for name, at in self._from.items()})
        self._wire = None if pointer.has(_ALT) else self._wire_below()
        self.canvas.drawing.hover_wire(self._wire)

    def release(self, pointer: Pointer) -> None:
        canvas = self.canvas
        canvas.drawing.hover_wire(None)
        by = self._by.x(), self._by.y()
        if self._copies:
            canvas.attempt(lambda: canvas.select(edits.duplicate(canvas.document, canvas.graph, list(self._from), by)))
            return
        places = {name: (at.x() + by[0], at.y() + by[1]) for name, at in self._from.items()}
        canvas.attempt(lambda: self._drop(places))
        canvas.drawing.restore(self._from)

    def cancel(self) -> None:
        self.canvas.drawing.hover_wire(None)
        self.canvas.drawing.restore(self._from)

    def bounds(self) -> QRectF:
        if not self._copies:
            return QRectF()
        return self.canvas.drawing.bounds(self._from).translated(self._by)

    def paint(self, painter: QPainter) -> None:
        if not self._copies:
            return
        fill = QColor(self.canvas.theme.selection)
        fill.setAlpha(40)
        painter.setPen(QPen(self.canvas.theme.selection, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        for name in self._from:
            painter.drawRoundedRect(self.canvas.drawing.nodes[name].card().translated(self._by), RADIUS, RADIUS)

    def _drop(self, places: dict[str, tuple[float, float]]) -> None:
        document, graph = self.canvas.document, self.canvas.graph
        if self._wire is None:
            edits.move(document, graph, places)
        else:
            width = width_in(document, graph)
            edits.move_into(document, graph, self._name, places[self._name], self._wire, width)

    def _wire_below(self) -> Wire | None:
        """The wire that a single node without wires would be spliced into if it were let go now."""
        if len(self._from) != 1 or self.canvas.drawing.wires.at(self._name):
            return None
        at = self._from[self._name] + self._by
        card = self.canvas.drawing.nodes[self._name].card()
        wire = self.canvas.drawing.wires.nearest(at.x(), at.y(), card.height() / 2)
        if wire is None or not edits.can_splice(self.canvas.document, self.canvas.graph, self._name, wire):
            return None
        return wire

"""Dragging nodes: to another place, onto a wire, into a block, or, with Alt, as copies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from graph.edits import nodes as edits
from graph.edits.passing import move_in
from graph.layers.block import Block
from graph.records import Wire
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.look.box import width_in
from gui.canvas.look.paint import RADIUS
from gui.canvas.stage import Stage

_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Move(Gesture):
    """Move the selected nodes; the document hears of it once, at the end."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, stage: Stage, start: Pointer, name: str) -> None:
        super().__init__(stage, start)
        self._name = name
        self._selected_before = name in stage.selected()
        if not self._selected_before:
            adds = start.has(Qt.KeyboardModifier.ShiftModifier) or start.has(_CONTROL)
            stage.select([*stage.selected(), name] if adds else [name])
        self._copies = start.has(_ALT)
        self._from = {each: stage.drawing.nodes[each].pos() for each in stage.selected()}
        self._by = QPointF()
        self._wire: Wire | None = None
        nodes = stage.drawing.graph.nodes.values()
        self._blocks = [each.name for each in nodes if isinstance(each.layer, Block) and each.name not in self._from]
        self._block = ""

    def click(self, pointer: Pointer) -> None:
        if not self._selected_before:
            return
        if pointer.has(_CONTROL):
            self.stage.select([name for name in self.stage.selected() if name != self._name])
        elif not pointer.has(Qt.KeyboardModifier.ShiftModifier):
            self.stage.select([self._name])

    def move(self, pointer: Pointer) -> None:
        self._by = pointer.scene - self.start.scene
        if self._copies:
            return
        self.stage.drawing.preview({name: at + self._by for name, at in self._from.items()})
        self._block = "" if pointer.has(_ALT) else self._block_below(pointer)
        self._wire = None if pointer.has(_ALT) or self._block else self._wire_below()
        self.stage.drawing.hover_wire(self._wire)
        self.stage.hint(f"Move into {self._block}" if self._block else "", pointer.view)

    def release(self, pointer: Pointer) -> None:
        stage = self.stage
        stage.drawing.hover_wire(None)
        stage.hint("", pointer.view)
        by = self._by.x(), self._by.y()
        if self._copies:
            stage.attempt(lambda: stage.select(edits.duplicate(stage.document, stage.graph, list(self._from), by)))
            return
        places = {name: (at.x() + by[0], at.y() + by[1]) for name, at in self._from.items()}
        stage.attempt(lambda: self._drop(places))
        stage.drawing.restore(self._from)

    def cancel(self) -> None:
        self.stage.drawing.hover_wire(None)
        self.stage.hint("", self.start.view)
        self.stage.drawing.restore(self._from)

    def bounds(self) -> QRectF:
        if not self._copies:
            return QRectF()
        return self.stage.drawing.bounds(self._from).translated(self._by)

    def paint(self, painter: QPainter) -> None:
        if not self._copies:
            return
        fill = QColor(self.stage.theme.selection)
        fill.setAlpha(40)
        painter.setPen(QPen(self.stage.theme.selection, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        for name in self._from:
            painter.drawRoundedRect(self.stage.drawing.nodes[name].card().translated(self._by), RADIUS, RADIUS)

    def _drop(self, places: dict[str, tuple[float, float]]) -> None:
        document, graph = self.stage.document, self.stage.graph
        if self._block:
            move_in(document, graph, list(self._from), self._block)
        elif self._wire is None:
            edits.move(document, graph, places)
        else:
            width = width_in(document, graph)
            edits.move_into(document, graph, self._name, places[self._name], self._wire, width)

    def _block_below(self, pointer: Pointer) -> str:
        """The block at the pointer, which is none of what is dragged."""
        cards = ((name, self.stage.drawing.nodes[name].card()) for name in self._blocks)
        return next((name for name, card in cards if card.contains(pointer.scene)), "")

    def _wire_below(self) -> Wire | None:
        """The wire that a single node without wires would be spliced into if it were let go now."""
        if len(self._from) != 1 or self.stage.drawing.wires.at(self._name):
            return None
        at = self._from[self._name] + self._by
        card = self.stage.drawing.nodes[self._name].card()
        wire = self.stage.drawing.wires.nearest(at.x(), at.y(), card.height() / 2)
        if wire is None or not edits.can_splice(self.stage.document, self.stage.graph, self._name, wire):
            return None
        return wire

"""Dragging what is selected: to another place, onto a wire, into a block, or, with Alt, as copies."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from graph.edits import nodes as edits, picked as things
from graph.edits.passing import move_in
from graph.edits.picked import Picked
from graph.edits.sketching import frames
from graph.layers.block import Block
from graph.records import Frame, Point, Wire
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.look.box import width_in
from gui.canvas.look.paint import RADIUS
from gui.canvas.stage import Stage

_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Move(Gesture):
    """Move the selected nodes, dots and frames; the document hears of it once, at the end.

    ``thing`` is what was pressed on: a node, a dot or a frame.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, stage: Stage, start: Pointer, thing: Picked) -> None:
        super().__init__(stage, start)
        self._thing = thing
        before = stage.picked()
        self._selected_before = before.without(thing) != before
        if not self._selected_before:
            adds = start.has(Qt.KeyboardModifier.ShiftModifier) or start.has(_CONTROL)
            stage.pick(before.joined(thing) if adds else thing)
        self._copies = start.has(_ALT) and not thing.dots
        drawing = stage.drawing
        self._picked = stage.picked()
        names, self._frames = frames.held(drawing.graph, self._picked.frames)
        self._from = {each: drawing.nodes[each].pos() for each in dict.fromkeys([*self._picked.names, *names])}
        self._bends = self._moved_bends()
        self._by = QPointF()
        self._wire: Wire | None = None
        nodes = stage.drawing.graph.nodes.values()
        self._blocks = [each.name for each in nodes if isinstance(each.layer, Block) and each.name not in self._from]
        self._block = ""

    def click(self, pointer: Pointer) -> None:
        if not self._selected_before:
            return
        if pointer.has(_CONTROL):
            self.stage.pick(self.stage.picked().without(self._thing))
        elif not pointer.has(Qt.KeyboardModifier.ShiftModifier):
            self.stage.pick(self._thing)

    def move(self, pointer: Pointer) -> None:
        self._by = pointer.scene - self.start.scene
        if self._copies:
            return
        places = {name: at + self._by for name, at in self._from.items()}
        self.stage.drawing.preview(places, self._shifted_bends(), self._shifted_frames())
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
            names = list(self._from)
            stage.attempt(lambda: stage.select(edits.duplicate(stage.document, stage.graph, names, by, self._frames)))
            return
        stage.attempt(lambda: self._drop(by))
        stage.drawing.restore(self._from)
        nodes = stage.drawing.nodes
        stage.show_places({name: nodes[name].pos() for name in self._from if name in nodes})

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

    def _drop(self, by: Point) -> None:
        document, graph = self.stage.document, self.stage.graph
        if self._block:
            move_in(document, graph, list(self._from), self._block)
        elif self._wire is None:
            things.move(document, graph, self._picked, by)
        else:
            (name, at), width = next(iter(self._from.items())), width_in(document, graph)
            edits.move_into(document, graph, name, (at.x() + by[0], at.y() + by[1]), self._wire, width)

    def _moved_bends(self) -> dict[Wire, set[int]]:
        """Which dots move: those selected, and all of wires both of whose ends do."""
        graph = self.stage.drawing.graph
        moved: dict[Wire, set[int]] = {}
        for dot in self._picked.dots:
            moved.setdefault(dot.wire, set()).add(dot.number)
        for name in self._from:
            for wire in graph.inputs(name).values() if graph.node(name).bends else ():
                if wire.source in self._from:
                    moved[wire] = set(range(len(graph.bends(wire))))
        return moved

    def _shifted_bends(self) -> Mapping[Wire, tuple[Point, ...]]:
        graph, (x, y) = self.stage.drawing.graph, (self._by.x(), self._by.y())
        return {
            wire: tuple(
                (left + x, top + y) if number in moved else (left, top)
                for number, (left, top) in enumerate(graph.bends(wire))
            )
            for wire, moved in self._bends.items()
        }

    def _shifted_frames(self) -> Mapping[int, Frame]:
        kept = (frames.frame_of(self.stage.drawing.graph, key) for key in self._frames)
        x, y = self._by.x(), self._by.y()
        return {frame.key: msgspec.structs.replace(frame, x=frame.x + x, y=frame.y + y) for frame in kept}

    def _block_below(self, pointer: Pointer) -> str:
        """The block at the pointer, which is none of what is dragged; frames and dots go into none."""
        if self._picked.frames or self._picked.dots:
            return ""
        cards = ((name, self.stage.drawing.nodes[name].card()) for name in self._blocks)
        return next((name for name, card in cards if card.contains(pointer.scene)), "")

    def _wire_below(self) -> Wire | None:
        """The wire that a single node without wires would be spliced into if it were let go now."""
        if len(self._from) != 1 or self._picked.frames or self._picked.dots:
            return None
        name, start = next(iter(self._from.items()))
        if self.stage.drawing.wires.at(name):
            return None
        at, card = start + self._by, self.stage.drawing.nodes[name].card()
        wire = self.stage.drawing.wires.nearest(at.x(), at.y(), card.height() / 2)
        if wire is None or not edits.can_splice(self.stage.document, self.stage.graph, name, wire):
            return None
        return wire

"""All wires of an output, moved to another one at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.edits.trial import refusal
from graph.records import Wire
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.wire import DrawWire
from gui.canvas.look.box import PORT_RADIUS
from gui.canvas.look.curve import NEAREST, Curve
from gui.canvas.look.paint import WIRE_WIDTH, wire_pen
from gui.canvas.stage import Stage


class MoveWires(DrawWire):
    """The wires of an output follow the pointer to an output that fits all that they feed.

    One that does not says why, in the words of the shape check; dropped on nothing, they stay.
    """

    def __init__(self, stage: Stage, start: Pointer, wires: list[Wire]) -> None:
        super().__init__(stage, start, PortRef(wires[0].target, wires[0].target_port, False))
        self._wires = wires

    def move(self, pointer: Pointer) -> None:
        super().move(pointer)
        self.stage.drawing.hide_wires(self._wires)

    def release(self, pointer: Pointer) -> None:
        stage, port = self.stage, self._port
        stage.drawing.hide_wires([])
        stage.hide_bubble()
        if port is not None:
            stage.attempt(lambda: edits.move_wires(stage.document, stage.graph, self._wires, port.node, port.port))

    def paint(self, painter: QPainter) -> None:
        theme = self.stage.theme
        color = theme.error if self._refusal else theme.accent
        painter.setPen(wire_pen(color, WIRE_WIDTH + 0.5))
        for curve in self._curves():
            painter.drawLines(curve.lines(NEAREST))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2.5))
        painter.drawEllipse(self._end, PORT_RADIUS + 2.5, PORT_RADIUS + 2.5)

    def bounds(self) -> QRectF:
        rect, pad = QRectF(), 3 * PORT_RADIUS
        for curve in self._curves():
            rect = rect.united(curve.bounds)
        return rect.adjusted(-pad, -pad, pad, pad)

    def _curves(self) -> list[Curve]:
        places = [self._place(PortRef(wire.target, wire.target_port, False)) for wire in self._wires]
        return [Curve((self._end.x(), self._end.y()), (place.x(), place.y())) for place in places]

    def _judge(self, port: PortRef) -> str:
        document, graph = self.stage.document, self.stage.graph
        ends = [(port.node, port.port, wire.target, wire.target_port) for wire in self._wires]
        return next((why for end in ends if (why := refusal(document, graph, *end))), "")

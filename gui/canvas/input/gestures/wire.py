"""Drawing a wire, from either end, or picking one up by its end."""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.edits.trial import refusal
from graph.records import Wire
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.look.box import PORT_RADIUS
from gui.canvas.look.curve import NEAREST, Curve
from gui.canvas.look.paint import WIRE_WIDTH, wire_pen
from gui.canvas.stage import Stage

SNAP = 34.0


class DrawWire(Gesture):
    """One end stays at ``anchor``; the other snaps to the nearest port that can take it.

    A port that cannot says why, in the words of the shape check. ``detached`` is the wire whose end was picked up.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, start: Pointer, anchor: PortRef, detached: Wire | None = None) -> None:
        super().__init__(stage, start)
        self._anchor = anchor
        self._detached = detached
        self._end = start.scene
        self._port: PortRef | None = None
        self._refusal = ""
        self._known: dict[PortRef, str] = {}

    def move(self, pointer: Pointer) -> None:
        self.stage.drawing.hide_wires([] if self._detached is None else [self._detached])
        self._find(pointer.scene)
        self._end = self._place(self._port) if self._port is not None else pointer.scene
        self.stage.say(self._refusal, pointer.view)

    def release(self, pointer: Pointer) -> None:
        stage = self.stage
        stage.drawing.hide_wires([])
        stage.hide_bubble()
        if self._port is not None:
            wire = self._wire(self._port)
            stage.attempt(lambda: edits.connect(stage.document, stage.graph, wire, self._detached))
        elif self._refusal:
            return
        elif self._detached is not None:
            edits.disconnect(stage.document, stage.graph, [self._detached])
        else:
            stage.request_search(pointer.scene, self._anchor)

    def cancel(self) -> None:
        self.stage.drawing.hide_wires([])

    def bounds(self) -> QRectF:
        pad = 3 * PORT_RADIUS
        return self._curve().bounds.adjusted(-pad, -pad, pad, pad)

    def paint(self, painter: QPainter) -> None:
        theme = self.stage.theme
        color = theme.error if self._refusal else theme.accent
        painter.setPen(wire_pen(color, WIRE_WIDTH + 0.5))
        painter.drawLines(self._curve().lines(NEAREST))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2.5))
        for at in (self._place(self._anchor), self._end):
            painter.drawEllipse(at, PORT_RADIUS + 2.5, PORT_RADIUS + 2.5)

    def _find(self, at: QPointF) -> None:
        """Settle on the port the wire would end at now, or on why there is none."""
        self._port, self._refusal = None, ""
        for _, port in sorted(self._candidates(at)):
            why = self._ask(port)
            if not why:
                self._port, self._refusal = port, ""
                return
            self._refusal = self._refusal or why

    def _candidates(self, at: QPointF) -> list[tuple[tuple[bool, bool, float], PortRef]]:
        """Ports in reach: those near the pointer first, then those of the node under it, free ones first."""
        reach = SNAP / self.stage.zoom
        around = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
        found = []
        for item in self.stage.drawing.items_within(around):
            name, inside = item.box.name, item.card().contains(at)
            stacked = self.stage.drawing.graph.node(name).collapsed
            for port in item.box.inputs if self._anchor.output else item.box.outputs:
                gap = item.port_at(port, not self._anchor.output) - at
                distance = hypot(gap.x(), gap.y())
                near = distance <= reach
                if (near or inside) and name != self._anchor.node:
                    found.append(
                        (
                            (not near, (not near or stacked) and self._is_taken(name, port), distance),
                            PortRef(name, port, not self._anchor.output),
                        )
                    )
        return found

    def _is_taken(self, name: str, port: str) -> bool:
        return self._anchor.output and port in self.stage.drawing.graph.inputs(name)

    def _ask(self, port: PortRef) -> str:
        if port not in self._known:
            self._known[port] = self._judge(port)
        return self._known[port]

    def _judge(self, port: PortRef) -> str:
        """Why the wire cannot end at a port; "" if it can."""
        wire = self._wire(port)
        ends = wire.source, wire.source_port, wire.target, wire.target_port
        return "" if wire == self._detached else refusal(self.stage.document, self.stage.graph, *ends)

    def _wire(self, port: PortRef) -> Wire:
        output, into = (self._anchor, port) if self._anchor.output else (port, self._anchor)
        return Wire(output.node, output.port, into.node, into.port)

    def _place(self, port: PortRef) -> QPointF:
        return self.stage.drawing.nodes[port.node].port_at(port.port, port.output)

    def _curve(self) -> Curve:
        anchor, end = self._place(self._anchor), self._end
        start, stop = (anchor, end) if self._anchor.output else (end, anchor)
        return Curve((start.x(), start.y()), (stop.x(), stop.y()))

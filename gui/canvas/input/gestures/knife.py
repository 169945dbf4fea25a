"""Cutting wires with a line drawn across them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from graph.edits import nodes as edits
from graph.records import Wire
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.look.curve import NEAREST
from gui.canvas.scene.hits import hit
from gui.canvas.stage import Stage

_WIDTH = 2.0


class Knife(Gesture):
    """Every wire that the line crosses is cut when the button is let go; they are lit up until then."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, start: Pointer) -> None:
        super().__init__(stage, start)
        self._line = [start.scene]
        self._cut: dict[Wire, None] = {}
        self._before = stage.picked()

    def click(self, pointer: Pointer) -> None:
        stage = self.stage
        found = hit(stage.drawing, pointer.scene, stage.zoom)
        stage.request_menu(stage.viewport().mapToGlobal(pointer.view), found)

    def move(self, pointer: Pointer) -> None:
        piece = QLineF(self._line[-1], pointer.scene)
        self._line.append(pointer.scene)
        wires = self.stage.drawing.wires
        left, right = sorted((piece.x1(), piece.x2()))
        top, bottom = sorted((piece.y1(), piece.y2()))
        for wire in wires.within((left, top, right, bottom)):
            if any(_cross(piece, line) for line in wires.curve(wire).lines(NEAREST)):
                self._cut[wire] = None
        self.stage.select([], self._cut)

    def release(self, pointer: Pointer) -> None:
        stage, cut = self.stage, list(self._cut)
        stage.pick(self._before)
        stage.attempt(lambda: edits.disconnect(stage.document, stage.graph, cut))

    def cancel(self) -> None:
        self.stage.pick(self._before)

    def bounds(self) -> QRectF:
        pad = 2 * _WIDTH / self.stage.zoom
        return QPolygonF(self._line).boundingRect().adjusted(-pad, -pad, pad, pad)

    def paint(self, painter: QPainter) -> None:
        pen = QPen(self.stage.theme.error, _WIDTH, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines([QLineF(a, b) for a, b in pairwise(self._line)])


def _cross(one: QLineF, other: QLineF) -> bool:
    """Whether two lines cross or touch; of two along one line, neither crosses the other."""
    sides = [_side(one, other.p1()) * _side(one, other.p2()), _side(other, one.p1()) * _side(other, one.p2())]
    return max(sides) <= 0.0 and min(sides) < 0.0


def _side(line: QLineF, point: QPointF) -> float:
    return line.dx() * (point.y() - line.y1()) - line.dy() * (point.x() - line.x1())

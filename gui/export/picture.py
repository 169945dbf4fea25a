"""A drawing as it is painted into a picture: all of its nodes and wires, in full detail."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from graph.document import Document
from graph.edits.sketching import frames
from graph.modelgraph import ModelGraph
from graph.records import Frame, Point, Wire
from gui.canvas.look.box import Box, Text, box_of
from gui.canvas.look.curve import Curve
from gui.canvas.look.fonts import font, metrics
from gui.canvas.look.paint import paint_body, paint_texts, text_color, wire_pen
from gui.canvas.look.spot import rank_of
from gui.canvas.look.styles import Style
from gui.canvas.look.ways.detour import Card
from gui.canvas.scene.frames import Frames
from gui.canvas.scene.note import Note
from gui.canvas.scene.ways import Ways
from gui.theme.colors import PRINT, Theme

MARGIN = 40.0


class Picture:
    """The boxes and curves of a drawing, or of those of its nodes in ``names``, and the rectangle around them."""

    def __init__(self, document: Document, key: str, theme: Theme, names: Collection[str] = ()) -> None:
        graph, types = document.graphs[key], document.types(key)
        problems = document.problems(key) if theme.name != PRINT else {}
        self.theme, self.title = theme, document.name
        self.outlined = False
        shown = set(names) or set(graph.nodes)
        nodes = sorted((graph.node(name) for name in shown), key=lambda node: rank_of(node.name, node.x, node.y))
        self._boxes: dict[str, tuple[QPointF, Box]] = {}
        for node in nodes:
            box = box_of(node, graph.open_ports(node.name), types.get(node.name), problems.get(node.name), patient=True)
            self._boxes[node.name] = QPointF(node.x, node.y), box
        self._ways = Ways()
        self._ways.see((name, _card(*placed)) for name, placed in self._boxes.items())
        self._curves = [
            self._curve(wire, graph.bends(wire))
            for wire in sorted(graph.wires())
            if {wire.source, wire.target} <= shown
        ]
        bounds = QRectF()
        for at, box in self._boxes.values():
            width, height = box.body.width, box.body.height
            bounds = bounds.united(QRectF(at.x() - width / 2, at.y() - height / 2, width, height))
        self._frames = Frames(Style(theme))
        self._frames.show(frame for frame in graph.frames if not names or _around(graph, frame, shown))
        bounds = bounds.united(self._frames.bounds())
        left = bounds.left()
        for curve in self._curves:
            bounds = bounds.united(curve.bounds)
        self._note = Note("" if key or names or theme.name == PRINT else document.notes, bounds, left)
        bounds = bounds.united(self._note.rect)
        self.bounds = bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter) -> None:
        """Paint it with the upper left corner at the origin."""
        painter.fillRect(QRectF(QPointF(), self.bounds.size()), self.theme.canvas)
        painter.translate(-self.bounds.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._frames.paint(painter, self.bounds)
        self._note.paint(painter, self.theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(wire_pen(self.theme.wire))
        for curve in self._curves:
            painter.drawPath(curve.path())
        for at, box in self._boxes.values():
            painter.translate(at)
            paint_body(painter, box.body, self.theme, selected=False)
            self._paint_texts(painter, box.texts)
            painter.translate(-at)

    def _paint_texts(self, painter: QPainter, texts: tuple[Text, ...]) -> None:
        if not self.outlined:
            paint_texts(painter, texts, self.theme)
            return
        for text in texts:
            outline = QPainterPath()
            outline.addText(text.x, text.y + metrics(text.role).ascent(), font(text.role), text.text)
            painter.fillPath(outline, text_color(self.theme, text.role))

    def _curve(self, wire: Wire, bends: tuple[Point, ...]) -> Curve:
        ends = []
        for name, port, output in ((wire.source, wire.source_port, True), (wire.target, wire.target_port, False)):
            at, box = self._boxes[name]
            x, y = box.port_at(port, output)
            ends.append((at.x() + x, at.y() + y))
        curve = Curve(ends[0], ends[1], bends)
        return self._ways.around(wire, curve) if not bends and self._ways.leads(len(self._boxes)) else curve


def _around(graph: ModelGraph, frame: Frame, shown: Collection[str]) -> bool:
    """Whether a frame holds some of the nodes that are shown, and no other."""
    held = set(frames.held(graph, [frame.key])[0])
    return bool(held) and held <= set(shown)


def _card(at: QPointF, box: Box) -> Card:
    width, height = box.body.width / 2, box.body.height / 2
    return at.x() - width, at.y() - height, at.x() + width, at.y() + height

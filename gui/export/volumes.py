"""The tensors of a drawing as boxes by their sizes, as papers on convolutional networks show them.

A box is as high and as deep as its map and as wide as it has channels, both by their logarithms. Layers that leave the
shape as it is share the box of the layer before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import accumulate
from math import log2
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from graph.document import Document
from graph.errors import LayerloomError
from graph.layout.crossings import reduce_crossings
from graph.layout.heights import heights
from graph.layout.layers import Layers, build_layers
from graph.modelgraph import ModelGraph
from graph.tensor import TensorType
from gui.canvas.look.curve import Curve
from gui.canvas.look.fonts import elided, font, text_width
from gui.canvas.look.heading import heading_of
from gui.canvas.look.paint import mix, wire_pen
from gui.theme.colors import Theme

MARGIN, GAP = 30.0, 34.0
LEAST, MOST, EACH = 14.0, 150.0, 15.0
THIN, WIDE, EACH_CHANNEL = 7.0, 76.0, 7.0
# How far the sides of a box go back, to the right and up, for each unit of depth.
BACK = 0.38
CAPTION, CAPTION_WIDTH = 34.0, 110.0
# What is not known before there are data counts as this much.
UNKNOWN = 64


class _Box(NamedTuple):
    """The front of a box, how deep it is, its colour and the two lines below."""

    width: float
    height: float
    depth: float
    category: str
    title: str
    sizes: str


class Volumes:
    """The figure: boxes from left to right, joined by wires."""

    def __init__(self, document: Document, key: str, names: Collection[str] = ()) -> None:
        self.theme, self.title, self.outlined = Theme.paper(), document.name, False
        graph, types = document.graphs[key], document.types(key)
        order, hosts = _hosts(graph, types, names)
        if not order:
            raise LayerloomError("No layer here has a tensor whose shape is known; there is nothing to draw as boxes.")
        self._boxes = [_box(graph, name, types[name][0]) for name in order]
        number = {name: at for at, name in enumerate(order)}
        sources = [
            sorted({number[hosts[w.source]] for _, w in graph.arguments(name) if w is not None and w.source in hosts})
            for name in order
        ]
        made = build_layers(sources)
        reduce_crossings(made)
        self._places = self._place(made)
        self._curves = [curve for node in range(made.count) for curve in self._lead(made, node)]
        bounds = QRectF()
        for box, at in zip(self._boxes, self._places, strict=False):
            bounds = bounds.united(_extent(box, at))
        for curve in self._curves:
            bounds = bounds.united(curve.bounds)
        self.bounds = bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def _place(self, made: Layers) -> list[QPointF]:
        """The middles of all fronts, and the points of wires that pass."""
        sizes = [_extent(box, QPointF()) for box in self._boxes]
        halves = [*(size.height() / 2 for size in sizes), *[0.0] * (len(made.rank) - made.count)]
        ys = heights(made, made.levels, halves)
        widths = [
            max([sizes[node].width() for node in level if node < made.count], default=0.0) for level in made.levels
        ]
        edges = [0.0, *accumulate(width + GAP for width in widths)]
        return [
            QPointF(edges[made.rank[node]] + widths[made.rank[node]] / 2, ys[node]) for node in range(len(made.rank))
        ]

    def _lead(self, made: Layers, node: int) -> list[Curve]:
        """The wires out of a box, past others."""
        found = []
        waiting: list[tuple[int, tuple[tuple[float, float], ...]]] = [(each, ()) for each in made.after[node]]
        box, at = self._boxes[node], self._places[node]
        start = (at.x() + box.width / 2 + box.depth * BACK / 2, at.y() - box.depth * BACK / 2)
        while waiting:
            other, bends = waiting.pop(0)
            place = self._places[other]
            if other >= made.count:
                waiting += [(each, (*bends, (place.x(), place.y()))) for each in made.after[other]]
            else:
                found.append(Curve(start, (place.x() - self._boxes[other].width / 2, place.y()), bends))
        return found

    def paint(self, painter: QPainter) -> None:
        """Paint it with the upper left corner at the origin."""
        painter.fillRect(QRectF(QPointF(), self.bounds.size()), self.theme.canvas)
        painter.translate(-self.bounds.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(wire_pen(self.theme.wire, 1.2))
        for curve in self._curves:
            painter.drawPath(curve.path())
        for box, at in zip(self._boxes, self._places, strict=False):
            self._paint_box(painter, box, at)

    def _paint_box(self, painter: QPainter, box: _Box, at: QPointF) -> None:
        hue, white = self.theme.category_color(box.category), QColor("#ffffff")
        front = QRectF(at.x() - box.width / 2, at.y() - box.height / 2, box.width, box.height)
        back = QPointF(box.depth * BACK, -box.depth * BACK)
        painter.setPen(QPen(mix(hue, QColor("#000000"), 0.35), 0.8))
        sides = (
            (front.topLeft(), front.topRight(), 0.45),
            (front.topRight(), front.bottomRight(), 0.25),
        )
        for first, second, share in sides:
            painter.setBrush(mix(hue, white, share))
            painter.drawPolygon(QPolygonF([first, second, second + back, first + back]))
        painter.setBrush(mix(hue, white, 0.62))
        painter.drawRect(front)
        lines = ((box.title, "title", self.theme.node_text), (box.sizes, "shape", self.theme.node_muted))
        for line, (text, role, color) in enumerate(lines):
            x, y = at.x() - text_width(text, role) / 2, front.bottom() + 14 + 14 * line
            painter.setFont(font(role))
            if self.outlined:
                outline = QPainterPath()
                outline.addText(x, y, font(role), text)
                painter.fillPath(outline, color)
            else:
                painter.setPen(color)
                painter.drawText(QPointF(x, y), text)


def _hosts(
    graph: ModelGraph, types: Mapping[str, tuple[TensorType, ...]], names: Collection[str]
) -> tuple[list[str], dict[str, str]]:
    """The nodes that have a box of their own, in the order they are read, and whose box each of the others shares."""
    outputs = [name for name, node in graph.nodes.items() if node.layer.role == "output"]
    shown = set(names) or (graph.upstream(outputs) | set(outputs) if outputs else set(graph.nodes))
    order: list[str] = []
    hosts: dict[str, str] = {}
    for name in graph.reading_order():
        node, known = graph.node(name), types.get(name)
        if name not in shown or not known or node.layer.role in ("target", "objective"):
            continue
        wires = [wire for _, wire in graph.arguments(name) if wire is not None]
        before = wires[0].source if len(wires) == 1 else ""
        same = before in hosts and types[before][0] == known[0] and node.layer.role in ("layer", "output")
        hosts[name] = hosts[before] if same else name
        order += [] if same else [name]
    return order, hosts


def _box(graph: ModelGraph, name: str, kind: TensorType) -> _Box:
    node, sizes = graph.node(name), [size if isinstance(size, int) else UNKNOWN for size in kind.shape[1:]]
    channels, across, down = 1, 1, 1
    if len(sizes) >= 3:
        channels, down, across = sizes[0], sizes[-2], sizes[-1]
    elif len(sizes) == 2:
        channels, down = sizes[0], sizes[1]
    elif sizes:
        down = sizes[0]
    head = heading_of(node)
    title = f"{head.kind} {head.times}".strip()
    words = "\u00d7".join(str(size) for size in kind.shape[1:]) or "1"
    return _Box(
        min(WIDE, THIN + EACH_CHANNEL * log2(max(1, channels))),
        min(MOST, LEAST + EACH * log2(max(1, down))),
        min(MOST, LEAST + EACH * log2(max(1, across))) if across > 1 else 4.0,
        node.layer.category,
        elided(title, "title", CAPTION_WIDTH),
        elided(words, "shape", CAPTION_WIDTH),
    )


def _extent(box: _Box, at: QPointF) -> QRectF:
    """The rectangle around a box and its lines; its front's middle is ``at``."""
    words = max(text_width(box.title, "title"), text_width(box.sizes, "shape"))
    half = max(words / 2, box.width / 2 + box.depth * BACK)
    high = box.height / 2 + max(box.depth * BACK, CAPTION)
    return QRectF(at.x() - half, at.y() - high, 2 * half, 2 * high)

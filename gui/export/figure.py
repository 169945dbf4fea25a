"""A drawing as a picture: SVG and PDF with real text, or PNG."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from math import ceil
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from graph.document import Document
from graph.errors import LayerloomError
from graph.records import Point, Wire
from graph.storage.atomic import write_atomically
from gui.canvas.look.box import Box, box_of
from gui.canvas.look.curve import Curve
from gui.canvas.look.paint import paint_body, paint_texts, wire_pen
from gui.canvas.look.spot import rank_of
from gui.canvas.look.styles import Style
from gui.canvas.look.way import Card
from gui.canvas.scene.frames import Frames
from gui.canvas.scene.note import Note
from gui.canvas.scene.ways import Ways
from gui.export import pdf
from gui.theme.colors import Theme

MARGIN = 40.0
PNG_SCALE = 2.0
MAX_PIXELS = 12_000

Draw = Callable[[QPainter], None]


def render(document: Document, path: str | Path, graph: str = "", theme: Theme | None = None) -> None:
    """Draw all of a graph into a ``.svg``, ``.pdf`` or ``.png`` file, in full detail.

    Raises:
        LayerloomError: another suffix, nothing to draw, or the file cannot be written.
    """
    path = Path(path)
    kinds = {".svg": _svg, ".pdf": _pdf, ".png": _png}
    if path.suffix.lower() not in kinds:
        raise LayerloomError(f"A drawing can be rendered as .svg, .pdf or .png, not as '{path.suffix or path.name}'.")
    if not document.graphs[graph].nodes:
        raise LayerloomError("The drawing is empty: there is nothing to render.")
    _application()
    write_atomically(path, kinds[path.suffix.lower()](_Picture(document, graph, theme or Theme.light())))


class _Picture:
    """The boxes and curves of a drawing, and the rectangle around them."""

    def __init__(self, document: Document, key: str, theme: Theme) -> None:
        graph, types, problems = document.graphs[key], document.types(key), document.problems(key)
        self.theme, self.title = theme, document.name
        nodes = sorted(graph.nodes.values(), key=lambda node: rank_of(node.name, node.x, node.y))
        self._boxes: dict[str, tuple[QPointF, Box]] = {}
        for node in nodes:
            box = box_of(node, graph.open_ports(node.name), types.get(node.name), problems.get(node.name), patient=True)
            self._boxes[node.name] = QPointF(node.x, node.y), box
        self._ways = Ways()
        self._ways.see((name, _card(*placed)) for name, placed in self._boxes.items())
        self._curves = [self._curve(wire, graph.bends(wire)) for wire in sorted(graph.wires())]
        bounds = QRectF()
        for at, box in self._boxes.values():
            width, height = box.body.width, box.body.height
            bounds = bounds.united(QRectF(at.x() - width / 2, at.y() - height / 2, width, height))
        self._frames = Frames(Style(theme))
        self._frames.show(graph.frames)
        bounds = bounds.united(self._frames.bounds())
        left = bounds.left()
        for curve in self._curves:
            bounds = bounds.united(curve.bounds)
        self._note = Note("" if key else document.notes, bounds, left)
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
            paint_texts(painter, box.texts, self.theme)
            painter.translate(-at)

    def _curve(self, wire: Wire, bends: tuple[Point, ...]) -> Curve:
        ends = []
        for name, port, output in ((wire.source, wire.source_port, True), (wire.target, wire.target_port, False)):
            at, box = self._boxes[name]
            x, y = box.port_at(port, output)
            ends.append((at.x() + x, at.y() + y))
        curve = Curve(ends[0], ends[1], bends)
        return self._ways.around(wire, curve) if not bends and self._ways.leads(len(self._boxes)) else curve


def _card(at: QPointF, box: Box) -> Card:
    width, height = box.body.width / 2, box.body.height / 2
    return at.x() - width, at.y() - height, at.x() + width, at.y() + height


def _svg(picture: _Picture) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setTitle(picture.title)
    generator.setResolution(96)
    generator.setViewBox(QRectF(QPointF(), picture.bounds.size()))
    generator.setSize(_pixels(picture.bounds.size()).toSize())
    _paint(generator, picture.paint)
    return bytes(content.data())


def _pdf(picture: _Picture) -> bytes:
    return pdf.painted(picture.paint, picture.bounds.size(), picture.title)


def _png(picture: _Picture) -> bytes:
    size = picture.bounds.size()
    # A picture no screen shows at once would not fit in memory either.
    scale = min(PNG_SCALE, MAX_PIXELS / max(size.width(), size.height()))
    image = QImage(_pixels(size * scale).toSize(), QImage.Format.Format_RGB32)
    if image.isNull():
        raise LayerloomError("The drawing is too large for a PNG; render it as .svg or .pdf.")
    image.fill(picture.theme.canvas)

    def draw(painter: QPainter) -> None:
        painter.scale(scale, scale)
        picture.paint(painter)

    _paint(image, draw)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def _paint(device: QImage | QSvgGenerator, draw: Draw) -> None:
    painter = QPainter(device)
    draw(painter)
    painter.end()


def _pixels(size: QSizeF) -> QSizeF:
    return QSizeF(ceil(size.width()), ceil(size.height()))


@lru_cache(maxsize=1)
def _application() -> QCoreApplication:
    """Fonts need an application; outside of the editor one is made for good, in need of no display."""
    return QCoreApplication.instance() or QApplication([sys.argv[0], "-platform", "offscreen"])

"""A drawing as it is seen from afar: its cards as plain colours, no text, for pictures of the size of a stamp."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from graph.document import Document
from gui.canvas.look.paint import RADIUS, mix
from gui.export.picture import MARGIN, Picture
from gui.theme.colors import Theme

# How much of a layer's colour its card has, and how wide a wire and how far from the rim all is, in pixels.
_HUE, _WIRE, _RIM = 0.8, 1.3, 7.0


def thumbnail(document: Document, theme: Theme, size: QSize, ratio: float) -> QImage:
    """The model of a document on the canvas's ground, as large as ``size`` allows, but no larger than half of life."""
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.canvas)
    if document.model.nodes:
        painter = QPainter(image)
        _Small(document, theme).paint_into(painter, QRectF(0, 0, size.width(), size.height()))
        painter.end()
    return image


class _Small(Picture):
    def __init__(self, document: Document, theme: Theme) -> None:
        # By all of their names, the nodes come without the note beside them.
        super().__init__(document, "", theme, list(document.model.nodes))

    def paint_into(self, painter: QPainter, room: QRectF) -> None:
        """Paint it in the middle of a rectangle."""
        inner, bounds = room.adjusted(_RIM, _RIM, -_RIM, -_RIM), self.bounds.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = min(inner.width() / bounds.width(), inner.height() / bounds.height(), 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(room.center())
        painter.scale(scale, scale)
        painter.translate(-bounds.center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.wire, _WIRE / scale))
        for curve in self._curves:
            painter.drawPath(curve.path())
        painter.setPen(Qt.PenStyle.NoPen)
        for at, box in self._boxes.values():
            width, height = box.body.width, box.body.height
            painter.setBrush(mix(self.theme.canvas, self.theme.category_color(box.body.category), _HUE))
            card = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
            painter.drawRoundedRect(card, 2 * RADIUS, 2 * RADIUS)

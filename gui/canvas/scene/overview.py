"""The drawing from afar: painted from the sketch, and the last whole view kept as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from gui.canvas.look.spot import Place
from gui.canvas.scene.scene import Drawing
from gui.canvas.scene.sketch import Sketch


class Overview:
    """Parts of the view are painted anew; all of it is baked once and kept until something changes."""

    def __init__(self) -> None:
        self._sketch = Sketch()
        self._baked: QPixmap | None = None
        self._made: tuple[object, ...] = ()

    def clear(self) -> None:
        """Forget everything."""
        self._sketch.clear()
        self._baked = None

    def forget(self, places: Sequence[Place]) -> None:
        """Take note that something has changed at these places."""
        self._sketch.forget(places)
        self._baked = None

    def paint(
        self, painter: QPainter, drawing: Drawing, rect: QRect, view: QSize, origin: QPoint, zoom: float, ratio: float
    ) -> None:
        """Paint a rectangle of the view, in pixels; ``origin`` is where the scene's origin is in it."""
        if rect.size() != view:
            self._paint(painter, drawing, rect, origin, zoom)
            return
        made = (view, origin, zoom, ratio)
        if self._baked is None or self._made != made:
            self._made = made
            self._baked = QPixmap(view * ratio)
            self._baked.setDevicePixelRatio(ratio)
            inner = QPainter(self._baked)
            self._paint(inner, drawing, rect, origin, zoom)
            inner.end()
        painter.drawPixmap(rect.topLeft(), self._baked)

    def _paint(self, painter: QPainter, drawing: Drawing, rect: QRect, origin: QPoint, zoom: float) -> None:
        pad = 2
        left, top = (rect.left() - pad - origin.x()) / zoom, (rect.top() - pad - origin.y()) / zoom
        area = QRectF(left, top, (rect.width() + 2 * pad) / zoom, (rect.height() + 2 * pad) / zoom)
        painter.fillRect(rect, drawing.style_.theme.canvas)
        painter.translate(origin)
        painter.scale(zoom, zoom)
        drawing.note.paint(painter, drawing.style_.theme)
        self._sketch.paint(painter, drawing, area, zoom)
        painter.resetTransform()

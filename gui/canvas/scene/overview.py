"""The drawing from afar: painted from the sketch, and the last whole view kept as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

from gui.canvas.look.ground import Ground
from gui.canvas.look.spot import Place
from gui.canvas.scene.scene import Scene
from gui.canvas.scene.sketch import Sketch


class Overview:
    """Parts of the view are painted anew; all of it is kept as a picture until something changes."""

    def __init__(self) -> None:
        self._sketch = Sketch()
        self._kept: QPixmap | None = None
        self._covers = QRect()
        self._scale = 0.0

    def clear(self) -> None:
        """Forget everything."""
        self._sketch.clear()
        self._kept = None

    def forget(self, places: Sequence[Place]) -> None:
        """Take note that something has changed at these places."""
        self._sketch.forget(places)
        self._kept = None

    def keep(self, part: QRect, scale: float, paint: Callable[[QPainter], None]) -> None:
        """Keep a picture of a part of the scene, painted in pixels counted from its origin."""
        if self._has(part, scale):
            return
        self._kept = None
        made = QPixmap(part.size())
        painter = QPainter(made)
        painter.translate(-part.topLeft())
        paint(painter)
        painter.end()
        self._kept, self._covers, self._scale = made, part, scale

    def paint(self, painter: QPainter, drawing: Scene, part: QRect, ground: Ground) -> None:
        """Paint a part of the scene, in pixels counted from its origin; the painter's units are pixels."""
        if self._kept is not None and self._has(part, ground.scale):
            where = part.topLeft() + ground.origin()
            painter.drawPixmap(where, self._kept, part.translated(-self._covers.topLeft()))
            return
        style = drawing.style_
        painter.fillRect(part.translated(ground.origin()), style.theme.canvas)
        painter.setTransform(ground.scene())
        drawing.frames.paint(painter, ground.area(part))
        drawing.note.paint(painter, style.theme)
        self._sketch.paint(painter, drawing, ground.area(part), style.zoom)
        painter.resetTransform()

    def _has(self, part: QRect, scale: float) -> bool:
        return self._kept is not None and scale == self._scale and self._covers.contains(part)

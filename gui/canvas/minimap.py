"""The whole drawing in a corner of the view, with a frame around what is seen of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.canvas.look.frame import rect_of
from gui.canvas.look.paint import mix
from gui.canvas.scene.scene import Scene
from gui.theme.colors import Theme

LARGEST, LEAST = QSize(210, 150), QSize(110, 70)
INSET, PAD = 12, 8


class Minimap:
    """A picture of the drawing's nodes and frames, painted once until it is ``stale``; ``shown`` says whether it is."""

    def __init__(self) -> None:
        self.shown = False
        self._picture: QPixmap | None = None
        self._world = QRectF()
        self._size = LEAST

    def forget(self) -> None:
        """Paint the picture anew the next time."""
        self._picture = None

    def rect(self, view: QRect) -> QRect:
        """Where the map is in a view; an empty rectangle while it is not shown, or has no room."""
        size = self._size + QSize(2 * PAD, 2 * PAD)
        if not self.shown or view.width() < 3 * size.width() or view.height() < 2 * size.height():
            return QRect()
        return QRect(view.right() - INSET - size.width(), view.bottom() - INSET - size.height(), *size.toTuple())

    def prepare(self, drawing: Scene, ratio: float) -> None:
        """Have the picture and the size of the map as the drawing is now."""
        if self._picture is not None:
            return
        self._world = drawing.bounds(drawing.nodes).united(drawing.frames.bounds())
        room = self._world.size() if not self._world.isEmpty() else QSizeF(1.0, 1.0)
        self._size = room.scaled(QSizeF(LARGEST), Qt.AspectRatioMode.KeepAspectRatio).toSize().expandedTo(LEAST)
        self._picture = QPixmap(self._size * ratio)
        self._picture.setDevicePixelRatio(ratio)
        theme = drawing.style_.theme
        self._picture.fill(_ground(theme))
        painter = QPainter(self._picture)
        scale, corner = self._scale()
        painter.translate(corner)
        painter.scale(scale, scale)
        painter.translate(-self._world.topLeft())
        for frame in drawing.frames:
            painter.fillRect(rect_of(frame), mix(theme.canvas, theme.tint_of(frame.tint), 0.4))
        for color, rects in self._cards(drawing).values():
            painter.setPen(QPen(color, 0.0))  # a pixel wide, so that the smallest node is seen
            painter.setBrush(color)
            painter.drawRects(rects)
        painter.end()

    def paint(self, painter: QPainter, drawing: Scene, view: QRect, seen: QRectF) -> None:
        """Paint the map, in pixels of the view."""
        rect, theme = self.rect(view), drawing.style_.theme
        if rect.isEmpty() or self._picture is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.border, 1.0))
        painter.setBrush(_ground(theme))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        inner = rect.adjusted(PAD, PAD, -PAD, -PAD)
        painter.drawPixmap(inner.topLeft(), self._picture)
        window = self._on_map(seen).translated(inner.topLeft()).intersected(QRectF(rect.adjusted(2, 2, -3, -3)))
        shade = QColor(theme.accent)
        shade.setAlpha(28)
        painter.setPen(QPen(theme.accent, 1.5))
        painter.setBrush(shade)
        painter.drawRect(window)

    def scene_at(self, at: QPointF, view: QRect) -> QPointF:
        """The point of the scene under a point of the view."""
        inner = self.rect(view).adjusted(PAD, PAD, -PAD, -PAD)
        scale, corner = self._scale()
        return (at - QPointF(inner.topLeft()) - corner) / scale + self._world.topLeft()

    def _cards(self, drawing: Scene) -> dict[str, tuple[QColor, list[QRectF]]]:
        """The nodes' rectangles by what colours them, those with errors last."""
        theme, found = drawing.style_.theme, dict[str, tuple[QColor, list[QRectF]]]()
        for item in drawing.nodes.values():
            body = item.box.body
            key = "error" if body.severity == "error" else body.category
            if key not in found:
                hue = theme.error if key == "error" else mix(theme.node, theme.category_color(key), 0.75)
                found[key] = hue, []
            found[key][1].append(item.card())
        return dict(sorted(found.items(), key=lambda each: (each[0] == "error", each[0])))

    def _on_map(self, rect: QRectF) -> QRectF:
        scale, corner = self._scale()
        at = (rect.topLeft() - self._world.topLeft()) * scale + corner
        return QRectF(at, rect.size() * scale)

    def _scale(self) -> tuple[float, QPointF]:
        """Pixels for each unit of the drawing, and where its corner is on the map: it stands in the middle."""
        if self._world.isEmpty():
            return 0.1, QPointF(self._size.width() / 2, self._size.height() / 2)
        scale = min(self._size.width() / self._world.width(), self._size.height() / self._world.height())
        left = (self._size.width() - scale * self._world.width()) / 2
        top = (self._size.height() - scale * self._world.height()) / 2
        return scale, QPointF(left, top)


def _ground(theme: Theme) -> QColor:
    return mix(theme.panel, theme.canvas, 0.5)

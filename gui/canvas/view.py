"""The window onto a drawing: what is painted, at which zoom, and how it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QRegion, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from gui.canvas.look.fonts import font
from gui.canvas.look.grid import paint_grid
from gui.canvas.look.ground import Ground, pixel
from gui.canvas.look.paint import text_color
from gui.canvas.look.spot import Place
from gui.canvas.minimap import Minimap
from gui.canvas.scene.node_item import NodeItem
from gui.canvas.scene.overview import Overview
from gui.canvas.scene.scene import Scene
from gui.canvas.squares import Squares
from gui.theme.colors import Theme

MIN_ZOOM, MAX_ZOOM = 0.01, 4.0
ZOOM_STEP = 1.25
FRAME_MARGIN = 32
MAX_RECTS = 2
# Milliseconds until the map follows an edit, and how far around it a scroll may leave something to be painted.
MAP_INTERVAL, MAP_REACH = 150, 40
# Scrolling has no end that a drawing could reach.
_WORLD = QRectF(-1.2e7, -1.2e7, 2.4e7, 2.4e7)


class View(QGraphicsView):
    """A raster view that repaints no more than what was exposed or changed."""

    zoom_changed = Signal(float)

    def __init__(self, drawing: Scene, parent: QWidget | None = None) -> None:
        self._held: QPoint | None = None
        super().__init__(parent)
        self.drawing = drawing
        self._style = drawing.style_
        self._overview = Overview()
        self._squares = Squares()
        self.minimap = Minimap()
        self._map_timer = QTimer(self, singleShot=True, interval=MAP_INTERVAL)
        self._map_timer.timeout.connect(self._repaint_map)
        self.setScene(drawing)
        self.setSceneRect(_WORLD)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        # The background covers all of it, so Qt may scroll what is there and paint the exposed strip alone.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        drawing.dirty.connect(self._repaint)

    def show_drawing(self, drawing: Scene) -> None:
        """Show another drawing in place of this one."""
        old, self.drawing = self.drawing, drawing
        old.close()
        self.setScene(drawing)
        old.deleteLater()
        drawing.dirty.connect(self._repaint)
        self.repaint_all()

    # Colours

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self._style.theme

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._style.set_theme(theme)
        self.drawing.restyle()
        self.repaint_all()

    # Zoom and place

    @property
    def zoom(self) -> float:
        """Pixels of the screen for each unit of the drawing."""
        return self.transform().m11()

    def zoom_to(self, zoom: float, around: QPoint | None = None) -> None:
        """Zoom while a point of the view, the middle if none is given, stays where it is."""
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
        around = self.viewport().rect().center() if around is None else around
        fixed = self.mapToScene(around)
        self.setTransform(self.transform().fromScale(zoom, zoom))
        shift = self.mapFromScene(fixed) - around
        self._style.set_scale(zoom, self.devicePixelRatioF())
        self.scroll_by(shift)
        self.viewport().update()
        self.zoom_changed.emit(zoom)

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom_to(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """One step away."""
        self.zoom_to(self.zoom / ZOOM_STEP)

    def zoom_reset(self) -> None:
        """Show the drawing at its own size."""
        self.zoom_to(1.0)

    def scroll_by(self, pixels: QPoint) -> None:
        """Shift the view over the drawing."""
        self._held = QPoint()
        for bar, by in ((self.horizontalScrollBar(), pixels.x()), (self.verticalScrollBar(), pixels.y())):
            bar.setValue(bar.value() + by)
        held, self._held = self._held, None
        self.scrollContentsBy(held.x(), held.y())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Shift what is painted: once for both directions, as it moves every pixel."""
        if self._held is None:
            super().scrollContentsBy(dx, dy)
            # What was on the screen was shifted, and what is fixed in the view with it.
            for rect in self.fixed_rects():
                self.viewport().update(rect.united(rect.translated(dx, dy)))
        else:
            self._held += QPoint(dx, dy)

    def frame(self, rect: QRectF) -> None:
        """Show a rectangle of the scene as large as it fits, but no larger than life."""
        if rect.isEmpty():
            self.zoom_reset()
            self.centerOn(QPointF())
            return
        width, height = self.room()
        self.zoom_to(min(width / rect.width(), height / rect.height(), 1.0))
        self.centerOn(rect.center())

    def room(self) -> tuple[float, float]:
        """How wide and how high a drawing may be to be seen whole at full size."""
        size = self.viewport().size()
        return max(1.0, size.width() - 2.0 * FRAME_MARGIN), max(1.0, size.height() - 2.0 * FRAME_MARGIN)

    def visible(self) -> QRectF:
        """The part of the scene that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def bring_into_view(self, rect: QRectF) -> None:
        """Scroll as little as it takes to see a rectangle of the scene; not at all where it is seen."""
        seen = self.visible()
        if seen.contains(rect) or rect.isNull():
            return
        pad = FRAME_MARGIN / self.zoom
        wanted = rect.adjusted(-pad, -pad, pad, pad)
        if wanted.width() > seen.width() or wanted.height() > seen.height():
            self.centerOn(rect.center())
            return
        right, down = (
            min(0.0, low - start) + max(0.0, high - end)
            for low, high, start, end in (
                (wanted.left(), wanted.right(), seen.left(), seen.right()),
                (wanted.top(), wanted.bottom(), seen.top(), seen.bottom()),
            )
        )
        self.scroll_by(QPoint(round(right * self.zoom), round(down * self.zoom)))

    def middle(self) -> QPointF:
        """The point of the scene in the middle of the view, in whole units."""
        return QPointF(self.visible().center().toPoint())

    # The map

    def map_rect(self) -> QRect:
        """Where the map is in the view; an empty rectangle where it is not."""
        return self.minimap.rect(self.viewport().rect())

    def show_minimap(self, shown: bool) -> None:
        """Show the whole drawing in the corner, or no more."""
        self.minimap.shown = shown
        self.minimap.forget()
        self.viewport().update()

    def settle_map(self) -> None:
        """Show now on the map what has changed."""
        if self._map_timer.isActive():
            self._map_timer.stop()
            self._repaint_map()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._map_timer.isActive():
            self._map_timer.stop()
            self.minimap.forget()
        super().hideEvent(event)

    def _repaint_map(self) -> None:
        before = self.map_rect()
        self.minimap.forget()
        self.minimap.prepare(self.drawing, self.devicePixelRatioF())
        self.viewport().update(before.united(self.map_rect()))

    # Painting

    def repaint_all(self) -> None:
        """Paint everything anew with the next frame, keeping nothing that was prepared."""
        self._overview.clear()
        self.minimap.forget()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._style.set_scale(self.zoom, self.devicePixelRatioF())
        painter = QPainter(self.viewport())
        to_pixels = painter.deviceTransform()
        origin = pixel(to_pixels.map(self.viewportTransform().map(QPointF())))
        painter.setTransform(QTransform.fromTranslate(origin.x(), origin.y()) * to_pixels.inverted()[0])
        if self.minimap.shown:
            self.minimap.prepare(self.drawing, self.devicePixelRatioF())
        for rect in _rects(event.region(), self.map_rect()):
            part = to_pixels.mapRect(QRectF(rect)).toAlignedRect().translated(-origin)
            if self._style.far and rect == self.viewport().rect():
                self._keep(part)
            self._squares.paint(painter, part, self._paint)
        if self.minimap.shown and event.region().intersects(self.map_rect()):
            painter.resetTransform()
            self.minimap.paint(painter, self.drawing, self.viewport().rect(), self.visible())
        painter.resetTransform()
        self.paint_fixed(painter)
        painter.end()

    def fixed_rects(self) -> list[QRect]:
        """What stays where it is in the view."""
        return [self.map_rect()] if self.minimap.shown else []

    def paint_fixed(self, painter: QPainter) -> None:
        """Paint what stays where it is in the view, in its pixels."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies over the drawing, in scene units."""

    def _paint(self, painter: QPainter, part: QRect, origin: QPoint) -> None:
        """Paint a part of the scene, in pixels counted from its origin, which is at a pixel of the device."""
        if self._style.far:
            self._paint_far(painter, part, origin)
        else:
            self._paint_near(painter, part, self._ground(origin))
        painter.setTransform(self._ground(origin).scene())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter)

    def _paint_near(self, painter: QPainter, part: QRect, ground: Ground) -> None:
        area = ground.area(part)
        painter.translate(ground.origin())
        painter.fillRect(part, self.theme.canvas)
        paint_grid(painter, self.theme.grid, self.zoom, self._style.ratio, part)
        painter.setTransform(ground.scene())
        self.drawing.frames.paint(painter, area)
        if self.drawing.note.rect.intersects(area):
            self.drawing.note.paint(painter, self.theme)
        self.drawing.wires.paint(painter, area, self.zoom)
        # A line that is cut off comes out otherwise than as part of the whole, by a shade; not so pixmaps and text.
        painter.resetTransform()
        painter.setClipRect(part.translated(ground.origin()))
        self._paint_nodes(painter, self.drawing.items_within(area), ground)
        painter.resetTransform()
        painter.setClipRect(painter.viewport())

    def _paint_nodes(self, painter: QPainter, items: list[NodeItem], ground: Ground) -> None:
        # Pixmaps are made for this zoom: smoothing them would only cost time.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._style.near:
            for item in items:
                item.draw(painter, ground)
            return
        painter.setFont(font("far"))
        painter.setPen(text_color(self.theme, "far"))
        for item in items:
            item.draw_name(painter, ground)

    def _keep(self, part: QRect) -> None:
        """Keep a picture of a part of the scene as it is from afar."""
        self._overview.keep(
            part, self._style.scale, lambda painter: self._squares.paint(painter, part, self._paint_far)
        )

    def _paint_far(self, painter: QPainter, part: QRect, origin: QPoint) -> None:
        self._overview.paint(painter, self.drawing, part, self._ground(origin))

    def _ground(self, origin: QPoint) -> Ground:
        return Ground(self._style.scale, origin.x(), origin.y())

    def _repaint(self, places: list[Place]) -> None:
        self._overview.forget(places)
        if self.minimap.shown and not self._map_timer.isActive():
            self._map_timer.start()
        view = self.viewport().rect()
        region = QRegion()
        for place in places:
            region += self.mapFromScene(place.rect).boundingRect().adjusted(-4, -4, 4, 4) & view
        self.viewport().update(region)


def _rects(region: QRegion, map_rect: QRect) -> list[QRect]:
    """The rectangles to paint one by one; the one around them where they are many.

    What is to be painted around the map is one of its own: a strip at the edge is far from there.
    """
    apart = region & map_rect.adjusted(-MAP_REACH, -MAP_REACH, MAP_REACH, MAP_REACH)
    rects = list(region)  # type: ignore[call-overload]
    if map_rect.isEmpty() or apart.isEmpty() or len(rects) == 1:
        return rects if len(rects) <= MAX_RECTS else [region.boundingRect()]
    return [*_rects(region - apart, QRect()), apart.boundingRect()]

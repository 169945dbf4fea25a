"""A drawing from afar: plain rectangles and hairlines, baked into tiles."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from gui.canvas.curve import level_of
from gui.canvas.drawing import Drawing
from gui.canvas.paint import mix
from gui.canvas.style import Style

TILE = 512
MAX_TILES = 48


class Overview:
    """The tiles painted so far, at one zoom; a change throws away those it touches."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._scale = (0.0, 0.0)
        self._tiles: dict[tuple[int, int], QPixmap] = {}

    def clear(self) -> None:
        """Throw away all tiles."""
        self._tiles.clear()

    def forget(self, places: Iterable[QRectF]) -> None:
        """Throw away the tiles that show any of these places of the scene."""
        zoom = self._style.zoom
        for place in places:
            low = [floor((at * zoom - 2) / TILE) for at in (place.left(), place.top())]
            high = [floor((at * zoom + 2) / TILE) for at in (place.right(), place.bottom())]
            for column, row in list(self._tiles):
                if low[0] <= column <= high[0] and low[1] <= row <= high[1]:
                    del self._tiles[column, row]

    def paint(self, painter: QPainter, drawing: Drawing, rect: QRect, origin: QPoint, ratio: float) -> None:
        """Paint a rectangle of the view; ``origin`` is where the scene's origin is in it."""
        if self._scale != (self._style.zoom, ratio):
            self._scale = (self._style.zoom, ratio)
            self._tiles.clear()
        area = rect.translated(-origin)
        for row in range(area.top() // TILE, area.bottom() // TILE + 1):
            for column in range(area.left() // TILE, area.right() // TILE + 1):
                tile = self._tile(drawing, column, row, ratio)
                painter.drawPixmap(QPoint(column * TILE, row * TILE) + origin, tile)

    def _tile(self, drawing: Drawing, column: int, row: int, ratio: float) -> QPixmap:
        found = self._tiles.pop((column, row), None)
        if found is None:
            found = self._baked(drawing, column, row, ratio)
            while len(self._tiles) >= MAX_TILES:
                del self._tiles[next(iter(self._tiles))]
        # Taking a tile out and putting it back keeps the one that was not used for longest in front.
        self._tiles[column, row] = found
        return found

    def _baked(self, drawing: Drawing, column: int, row: int, ratio: float) -> QPixmap:
        zoom = self._style.zoom
        tile = QPixmap(round(TILE * ratio), round(TILE * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(self._style.theme.canvas)
        painter = QPainter(tile)
        painter.translate(-column * TILE, -row * TILE)
        painter.scale(zoom, zoom)
        pad = 2 / zoom
        area = QRectF(column * TILE / zoom, row * TILE / zoom, TILE / zoom, TILE / zoom).adjusted(-pad, -pad, pad, pad)
        self._paint_wires(painter, drawing, area)
        self._paint_nodes(painter, drawing, area)
        painter.end()
        return tile

    def _paint_wires(self, painter: QPainter, drawing: Drawing, area: QRectF) -> None:
        level = level_of(self._style.zoom)
        painter.setPen(QPen(self._style.theme.wire, 0.0))
        painter.drawLines(drawing.wires.lines_within([area], level))

    def _paint_nodes(self, painter: QPainter, drawing: Drawing, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        batches: dict[str, list[QRectF]] = {}
        for item in drawing.items_within(area):
            key = "selected" if item.selected else item.box.body.severity or item.box.body.category
            batches.setdefault(key, []).append(item.card())
        for key, cards in batches.items():
            painter.setBrush(self._color(key))
            painter.drawRects(cards)

    def _color(self, key: str) -> QColor:
        theme = self._style.theme
        known = {"selected": theme.selection, "error": theme.error, "advice": theme.advice}
        return known.get(key) or mix(theme.node, theme.category_color(key), 0.6)

"""What a drawing is from afar: plain rectangles and hairlines, kept ready for each cell of the grid."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from math import inf
from operator import itemgetter

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.canvas.look.curve import Curve, level_of
from gui.canvas.look.paint import mix
from gui.canvas.look.spot import CELL, Cell, Place, cell_of
from gui.canvas.scene.node_item import NodeItem
from gui.canvas.scene.scene import Scene
from gui.theme.colors import Theme

_ABOVE = ("advice", "error", "selected")


class _Patch:
    """What is painted for the nodes whose centres, and the wires whose starts, lie in one cell."""

    def __init__(self) -> None:
        self.cards: dict[str, list[QRectF]] = {}
        self.wires = QPainterPath()
        self.extent = (inf, inf, -inf, -inf)

    def add_node(self, item: NodeItem) -> None:
        body = item.box.body
        key = "selected" if item.selected else body.severity if body.severity in _ABOVE else body.category
        card = item.card()
        self.cards.setdefault(key, []).append(card)
        self._reach(card.left(), card.top(), card.right(), card.bottom())

    def add_wire(self, curve: Curve, level: int) -> None:
        self.wires.addPath(curve.trace(level))
        self._reach(*curve.extent)

    def _reach(self, left: float, top: float, right: float, bottom: float) -> None:
        extent = self.extent
        self.extent = (min(left, extent[0]), min(top, extent[1]), max(right, extent[2]), max(bottom, extent[3]))


class Sketch:
    """The patches of one drawing; a change leaves stale only the one it belongs to."""

    def __init__(self) -> None:
        self._patches: dict[Cell, _Patch] = {}
        self._stale: set[Cell] = set()
        self._level = -1

    def clear(self) -> None:
        """Forget everything."""
        self._level = -1

    def forget(self, places: Iterable[Place]) -> None:
        """Take note that something has changed at these places."""
        self._stale.update(cell_of(place.anchor.x(), place.anchor.y()) for place in places)

    def paint(self, painter: QPainter, drawing: Scene, area: QRectF, zoom: float) -> None:
        """Paint a rectangle of the scene, in scene units."""
        self._prepare(drawing, level_of(zoom))
        seen = self._seen(area)
        theme = drawing.style_.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.wire, 0.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for patch in seen:
            painter.drawPath(patch.wires)
        painter.setPen(Qt.PenStyle.NoPen)
        # Where cards overlap their order shows, and a part of the view must look as it does in the whole.
        for key in sorted(set(chain.from_iterable(patch.cards for patch in seen)), key=_rank):
            painter.setBrush(_color(theme, key))
            painter.drawRects(list(chain.from_iterable(patch.cards.get(key, ()) for patch in seen)))

    def _seen(self, area: QRectF) -> list[_Patch]:
        low_x, low_y, high_x, high_y = area.left(), area.top(), area.right(), area.bottom()
        found = []
        for _, patch in sorted(self._patches.items(), key=itemgetter(0)):
            left, top, right, bottom = patch.extent
            if left <= high_x and low_x <= right and top <= high_y and low_y <= bottom:
                found.append(patch)
        return found

    def _prepare(self, drawing: Scene, level: int) -> None:
        if level != self._level:
            self._level = level
            self._patches.clear()
            self._fill(drawing.nodes.values(), drawing.wires.curves())
        for cell in sorted(self._stale):
            self._patches.pop(cell, None)
            square = QRectF(cell[0] * CELL, cell[1] * CELL, CELL, CELL)
            items = [item for item in drawing.items_within(square) if item.cell == cell]
            self._fill(items, drawing.wires.curves_from(cell))
        self._stale.clear()

    def _fill(self, items: Iterable[NodeItem], curves: Iterable[Curve]) -> None:
        for item in items:
            self._patch(item.cell).add_node(item)
        for curve in curves:
            self._patch(cell_of(*curve.start)).add_wire(curve, self._level)

    def _patch(self, cell: Cell) -> _Patch:
        found = self._patches.get(cell)
        if found is None:
            found = self._patches[cell] = _Patch()
        return found


def _rank(key: str) -> tuple[int, str]:
    """Cards by category, over them those with advice, with an error, and the selected ones."""
    return _ABOVE.index(key) if key in _ABOVE else -1, key


def _color(theme: Theme, key: str) -> QColor:
    known = {"selected": theme.selection, "error": theme.error, "advice": theme.advice}
    return known.get(key) or mix(theme.node, theme.category_color(key), 0.6)

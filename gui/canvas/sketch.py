"""What a drawing is from afar: plain rectangles and hairlines, kept ready in square patches."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from math import floor, inf

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.canvas.curve import Curve, level_of
from gui.canvas.drawing import Drawing
from gui.canvas.node_item import NodeItem
from gui.canvas.paint import mix
from gui.canvas.place import Place
from gui.theme import Theme

PATCH = 800.0
Key = tuple[int, int]


class _Patch:
    """What is painted for the nodes whose centres, and the wires whose starts, lie in one square."""

    def __init__(self) -> None:
        self.cards: dict[str, list[QRectF]] = {}
        self.wires = QPainterPath()
        self.extent = (inf, inf, -inf, -inf)

    def add_node(self, item: NodeItem) -> None:
        key = "selected" if item.selected else item.box.body.severity or item.box.body.category
        card = item.card()
        self.cards.setdefault(key, []).append(card)
        self._reach(card.left(), card.top(), card.right(), card.bottom())

    def add_wire(self, curve: Curve, level: int) -> None:
        self.wires.addPath(curve.trace(level))
        self._reach(*curve.extent)

    def meets(self, area: QRectF) -> bool:
        """Whether any of it may be seen in a rectangle."""
        left, top, right, bottom = self.extent
        return left <= area.right() and area.left() <= right and top <= area.bottom() and area.top() <= bottom

    def _reach(self, left: float, top: float, right: float, bottom: float) -> None:
        extent = self.extent
        self.extent = (min(left, extent[0]), min(top, extent[1]), max(right, extent[2]), max(bottom, extent[3]))


class Sketch:
    """The patches of one drawing; a change leaves stale only the one it belongs to."""

    def __init__(self) -> None:
        self._patches: dict[Key, _Patch] = {}
        self._stale: set[Key] = set()
        self._level = -1

    def clear(self) -> None:
        """Forget everything."""
        self._level = -1

    def forget(self, places: Iterable[Place]) -> None:
        """Take note that something has changed at these places."""
        self._stale.update(_key(place.anchor) for place in places)

    def paint(self, painter: QPainter, drawing: Drawing, area: QRectF, zoom: float) -> None:
        """Paint a rectangle of the scene, in scene units."""
        self._prepare(drawing, level_of(zoom))
        seen = [patch for patch in self._patches.values() if patch.meets(area)]
        theme = drawing.style_.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.wire, 0.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for patch in seen:
            painter.drawPath(patch.wires)
        painter.setPen(Qt.PenStyle.NoPen)
        for key in dict.fromkeys(chain.from_iterable(patch.cards for patch in seen)):
            painter.setBrush(_color(theme, key))
            painter.drawRects(list(chain.from_iterable(patch.cards.get(key, ()) for patch in seen)))

    def _prepare(self, drawing: Drawing, level: int) -> None:
        if level != self._level:
            self._level = level
            self._patches.clear()
            self._fill(drawing.nodes.values(), drawing.wires.curves(), None)
        for key in self._stale:
            self._patches.pop(key, None)
            square = QRectF(key[0] * PATCH, key[1] * PATCH, PATCH, PATCH)
            self._fill(drawing.items_within(square), drawing.wires.curves_within(square), key)
        self._stale.clear()

    def _fill(self, items: Iterable[NodeItem], curves: Iterable[Curve], only: Key | None) -> None:
        """Enter what belongs to one patch, or to any."""
        patches = self._patches
        for item in items:
            key = _key(item.pos())
            if only is None or key == only:
                patches.setdefault(key, _Patch()).add_node(item)
        for curve in curves:
            key = _key(QPointF(*curve.start))
            if only is None or key == only:
                patches.setdefault(key, _Patch()).add_wire(curve, self._level)


def _key(at: QPointF) -> Key:
    return floor(at.x() / PATCH), floor(at.y() / PATCH)


def _color(theme: Theme, key: str) -> QColor:
    known = {"selected": theme.selection, "error": theme.error, "advice": theme.advice}
    return known.get(key) or mix(theme.node, theme.category_color(key), 0.6)

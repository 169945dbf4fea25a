"""All wires of a drawing: routed once per frame, found by place, painted in one batch."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import product
from math import floor

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from graph.records import Wire
from gui.canvas.curve import Curve, level_of
from gui.canvas.paint import WIRE_WIDTH, wire_pen
from gui.canvas.style import NEAR, Style

CELL = 800.0
# A wire over more cells than this is looked at every time instead of being entered in each of them.
MAX_CELLS = 64
Route = Callable[[Wire], Curve]


class Wires:
    """The wires with their courses, in a grid of square cells for finding those in a rectangle.

    ``route`` gives the course of a wire as its nodes stand now.
    """

    def __init__(self, style: Style, route: Route) -> None:
        self._style = style
        self._route = route
        self._curves: dict[Wire, Curve | None] = {}
        self._cells: dict[tuple[int, int], set[Wire]] = {}
        self._long: set[Wire] = set()
        self._at: dict[str, set[Wire]] = {}
        self._stale: set[Wire] = set()
        self.hidden: Wire | None = None
        self.hovered: Wire | None = None

    def __contains__(self, wire: Wire) -> bool:
        return wire in self._curves

    def __iter__(self) -> Iterator[Wire]:
        return iter(self._curves)

    def add(self, wire: Wire) -> None:
        """Take in a wire."""
        self._curves[wire] = None
        self._stale.add(wire)
        for name in (wire.source, wire.target):
            self._at.setdefault(name, set()).add(wire)

    def remove(self, wire: Wire) -> QRectF | None:
        """Drop a wire; the place it was painted at, if it was."""
        self._stale.discard(wire)
        for name in (wire.source, wire.target):
            self._at[name].discard(wire)
        if wire == self.hovered:
            self.hovered = None
        curve = self._curves.pop(wire)
        return self._forget(wire, curve)

    def at(self, name: str) -> set[Wire]:
        """The wires at a node."""
        return set(self._at.get(name, ()))

    def touch(self, names: Iterable[str]) -> None:
        """Nodes have moved or changed: their wires need another course."""
        for name in names:
            self._stale |= self._at.get(name, set())

    def update(self) -> list[QRectF]:
        """Route all wires that need it; the places to paint anew."""
        places: list[QRectF] = []
        for wire in self._stale:
            old = self._curves[wire]
            curve = self._route(wire)
            if old is not None and old.start == curve.start and old.end == curve.end:
                continue
            before = self._forget(wire, old)
            self._curves[wire] = curve
            self._enter(wire, curve)
            places += [curve.bounds] if before is None else [before, curve.bounds]
        self._stale.clear()
        return places

    def curve(self, wire: Wire) -> Curve:
        """The course of a wire."""
        return self._curves[wire] or self._route(wire)

    def within(self, rects: Iterable[QRectF]) -> set[Wire]:
        """The wires that may be seen in rectangles."""
        found = set(self._long)
        for rect in rects:
            keys = _Cells(rect)
            # A rectangle may cover far more cells than there are wires in.
            for key in keys if len(keys) <= len(self._cells) else self._cells:
                found |= self._cells.get(key, set())
        return found

    def nearest(self, x: float, y: float, radius: float) -> Wire | None:
        """The wire closest to a point, if one is within ``radius``."""
        around = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
        best, least = None, radius
        for wire in self.within([around]):
            curve = self._curves[wire]
            if curve is None or not curve.bounds.adjusted(-radius, -radius, radius, radius).contains(x, y):
                continue
            distance = curve.distance(x, y)
            if distance <= least:
                best, least = wire, distance
        return best

    def lines_within(self, rects: Iterable[QRectF], level: int, apart: Container[Wire | None] = ()) -> list[QLineF]:
        """The lines of the wires in rectangles, but for those set ``apart``."""
        pad = WIRE_WIDTH
        areas = [rect.adjusted(-pad, -pad, pad, pad) for rect in rects]
        lines: list[QLineF] = []
        for wire in self.within(areas):
            curve = self._curves[wire]
            if curve is not None and wire not in apart and any(_overlap(curve.bounds, area) for area in areas):
                lines += curve.lines(level)
        return lines

    def paint(self, painter: QPainter, rects: list[QRectF], zoom: float) -> None:
        """Paint the wires in rectangles, at the detail ``zoom`` calls for."""
        level = level_of(zoom)
        lines = self.lines_within(rects, level, {self.hidden, self.hovered})
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen(self._style.theme.wire, zoom))
        painter.drawLines(lines)
        if self.hovered is not None and self.hovered != self.hidden:
            painter.setPen(wire_pen(self._style.theme.wire_hover, WIRE_WIDTH + 1))
            painter.drawLines(self.curve(self.hovered).lines(level))

    @staticmethod
    def _pen(color: QColor, zoom: float) -> QPen:
        """A hairline from afar: it costs half of a wide one and looks the same."""
        return wire_pen(color) if zoom >= NEAR else QPen(color, 0.0)

    def _enter(self, wire: Wire, curve: Curve) -> None:
        keys = _Cells(curve.bounds)
        if len(keys) > MAX_CELLS:
            self._long.add(wire)
            return
        for key in keys:
            self._cells.setdefault(key, set()).add(wire)

    def _forget(self, wire: Wire, curve: Curve | None) -> QRectF | None:
        if curve is None:
            return None
        self._long.discard(wire)
        keys = _Cells(curve.bounds)
        for key in keys if len(keys) <= MAX_CELLS else ():
            self._cells[key].discard(wire)
            if not self._cells[key]:
                del self._cells[key]
        return curve.bounds


class _Cells:
    """The grid cells under a rectangle, counted before they are listed: a rectangle may be very large."""

    def __init__(self, rect: QRectF) -> None:
        self._columns = range(floor(rect.left() / CELL), floor(rect.right() / CELL) + 1)
        self._rows = range(floor(rect.top() / CELL), floor(rect.bottom() / CELL) + 1)

    def __len__(self) -> int:
        return len(self._columns) * len(self._rows)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return product(self._columns, self._rows)


def _overlap(a: QRectF, b: QRectF) -> bool:
    """Whether two rectangles meet; unlike Qt's own test, one without height may, as a straight wire has none."""
    return a.left() <= b.right() and b.left() <= a.right() and a.top() <= b.bottom() and b.top() <= a.bottom()

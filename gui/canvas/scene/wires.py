"""All wires of a drawing: routed once per frame, found by place, painted in one batch."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain, product
from math import floor, hypot
from operator import itemgetter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from graph.edits.sketching.bends import Dot
from graph.records import Wire
from gui.canvas.look.curve import DOT, Curve, level_of
from gui.canvas.look.paint import WIRE_WIDTH, wire_pen
from gui.canvas.look.spot import CELL, Cell, Place, cell_of
from gui.canvas.look.styles import NEAR, Style

# A wire over more cells than this is looked at every time instead of being entered in each of them.
MAX_CELLS = 64
# The zoom from which on dots can be seen and taken.
DOTTED = 0.33
Route = Callable[[Wire], Curve]
Extent = tuple[float, float, float, float]


class Wires:
    """The wires with their courses, in a grid of square cells for finding those in a rectangle.

    ``route`` gives the course of a wire as its nodes stand now.
    """

    def __init__(self, style: Style, route: Route) -> None:
        self._style = style
        self._route = route
        self._curves: dict[Wire, Curve | None] = {}
        self._cells: dict[Cell, set[Wire]] = {}
        self._long: set[Wire] = set()
        self._at: dict[str, set[Wire]] = {}
        self._stale: set[Wire] = set()
        self._bent: dict[Wire, Curve] = {}
        self.hidden: frozenset[Wire] = frozenset()
        self.selected: dict[Wire, None] = {}
        self.selected_dots: dict[Dot, None] = {}
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

    def remove(self, wire: Wire) -> list[Place]:
        """Drop a wire; where it was painted."""
        self._stale.discard(wire)
        self._bent.pop(wire, None)
        for name in (wire.source, wire.target):
            self._at[name].discard(wire)
        if wire == self.hovered:
            self.hovered = None
        self.selected.pop(wire, None)
        for dot in [dot for dot in self.selected_dots if dot.wire == wire]:
            del self.selected_dots[dot]
        curve = self._curves.pop(wire)
        return self._forget(wire, curve)

    def at(self, name: str) -> list[Wire]:
        """The wires at a node."""
        return sorted(self._at.get(name, ()))

    def touch(self, names: Iterable[str]) -> None:
        """Nodes have moved or changed: their wires need another course."""
        for name in names:
            self._stale |= self._at.get(name, set())

    def update(self) -> list[Place]:
        """Route all wires that need it; the places to paint anew."""
        places: list[Place] = []
        for wire in sorted(self._stale):
            old = self._curves[wire]
            curve = self._route(wire)
            if old is not None and old.runs_as(curve):
                continue
            places += self._forget(wire, old)
            places.append(curve.place())
            self._curves[wire] = curve
            self._bent.pop(wire, None)
            if curve.bends:
                self._bent[wire] = curve
            self._enter(wire, curve)
        self._stale.clear()
        return places

    def curve(self, wire: Wire) -> Curve:
        """The course of a wire."""
        return self._curves[wire] or self._route(wire)

    def within(self, extent: Extent) -> list[Wire]:
        """The wires that may be seen in a rectangle, in the order they are painted: by their names.

        Where wires cross, that shows; the order of a set would be another in the next process.
        """
        found = set(self._long)
        keys = _Cells(extent)
        # A rectangle may cover far more cells than there are wires in them.
        for key in keys if len(keys) <= len(self._cells) else self._cells:
            found |= self._cells.get(key, set())
        return sorted(found)

    def nearest(self, x: float, y: float, radius: float) -> Wire | None:
        """The wire closest to a point, if one is within ``radius``."""
        best, least = None, radius
        for wire in self.within((x - radius, y - radius, x + radius, y + radius)):
            curve = self._curves[wire]
            if curve is None:
                continue
            left, top, right, bottom = curve.extent
            if not (left - radius <= x <= right + radius and top - radius <= y <= bottom + radius):
                continue
            distance = curve.distance(x, y)
            if distance <= least:
                best, least = wire, distance
        return best

    def dot_at(self, x: float, y: float, radius: float) -> Dot | None:
        """The dot closest to a point, if one is within ``radius``."""
        best, least = None, radius
        for wire, curve in self._bent_within((x - radius, y - radius, x + radius, y + radius)):
            for number, (left, top) in enumerate(curve.bends):
                if (distance := hypot(left - x, top - y)) <= least:
                    best, least = Dot(wire, number), distance
        return best

    def dots_within(self, rect: QRectF) -> list[Dot]:
        """The dots in a rectangle."""
        found = self._bent_within(_extent(rect, 0.0))
        return [
            Dot(wire, number)
            for wire, curve in found
            for number, point in enumerate(curve.bends)
            if rect.contains(QPointF(*point))
        ]

    def _bent_within(self, extent: Extent) -> list[tuple[Wire, Curve]]:
        if not self._bent:
            return []
        low_x, low_y, high_x, high_y = extent
        found = []
        for wire, curve in sorted(self._bent.items(), key=itemgetter(0)):
            left, top, right, bottom = curve.extent
            if left <= high_x and low_x <= right and top <= high_y and low_y <= bottom:
                found.append((wire, curve))
        return found

    def curves(self) -> list[Curve]:
        """The courses of all wires that have one."""
        return [curve for wire in sorted(self._curves) if (curve := self._curves[wire]) is not None]

    def curves_from(self, cell: Cell) -> list[Curve]:
        """The courses that start in a cell of the grid."""
        found = (self._curves[wire] for wire in sorted(self._long.union(self._cells.get(cell, ()))))
        return [curve for curve in found if curve is not None and cell_of(*curve.start) == cell]

    def curves_within(self, rect: QRectF, apart: Container[Wire | None] = ()) -> list[Curve]:
        """The courses that may be seen in a rectangle, but for those of the wires set ``apart``."""
        low_x, low_y, high_x, high_y = extent = _extent(rect, WIRE_WIDTH)
        found: list[Curve] = []
        for wire in self.within(extent):
            curve = self._curves[wire]
            if curve is None or wire in apart:
                continue
            left, top, right, bottom = curve.extent
            if left <= high_x and low_x <= right and top <= high_y and low_y <= bottom:
                found.append(curve)
        return found

    def paint(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        """Paint the wires in a rectangle, at the detail ``zoom`` calls for."""
        level = level_of(zoom)
        curves = self.curves_within(rect, {*self.hidden, *self.selected, self.hovered})
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if zoom >= NEAR:
            painter.setPen(wire_pen(self._style.theme.wire))
            painter.drawLines(list(chain.from_iterable(curve.lines(level) for curve in curves)))
        else:
            # From afar a hairline costs half of a wide line and looks the same.
            painter.setPen(QPen(self._style.theme.wire, 0.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for curve in curves:
                painter.drawPath(curve.trace(level))
        self._paint_apart(painter, level)
        if zoom >= DOTTED:
            self._paint_dots(painter, rect)

    def _paint_dots(self, painter: QPainter, rect: QRectF) -> None:
        theme = self._style.theme
        painter.setPen(QPen(theme.canvas, 1.5))
        chosen = {*self.selected_dots, *(Dot(wire, -1) for wire in self.selected)}
        for wire, curve in self._bent_within(_extent(rect, DOT + 2.0)):
            for number, point in enumerate(curve.bends) if wire not in self.hidden else ():
                lit = Dot(wire, number) in chosen or Dot(wire, -1) in chosen
                painter.setBrush(theme.selection if lit else theme.wire)
                painter.drawEllipse(QPointF(*point), DOT, DOT)
                if Dot(wire, number) in self.selected_dots:
                    painter.setPen(QPen(theme.selection, 1.5))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawEllipse(QPointF(*point), DOT + 2.5, DOT + 2.5)
                    painter.setPen(QPen(theme.canvas, 1.5))

    def _paint_apart(self, painter: QPainter, level: int) -> None:
        """Paint the wires that stand out: the selected ones, and the one under the pointer."""
        theme = self._style.theme
        for wire in sorted(self.selected.keys() - self.hidden):
            painter.setPen(wire_pen(theme.selection, WIRE_WIDTH + 2))
            painter.drawLines(self.curve(wire).lines(level))
        if self.hovered is not None and self.hovered not in self.hidden | self.selected.keys():
            painter.setPen(wire_pen(theme.wire_hover, WIRE_WIDTH + 1))
            painter.drawLines(self.curve(self.hovered).lines(level))

    def _enter(self, wire: Wire, curve: Curve) -> None:
        keys = _Cells(curve.extent)
        if len(keys) > MAX_CELLS:
            self._long.add(wire)
            return
        for key in keys:
            self._cells.setdefault(key, set()).add(wire)

    def _forget(self, wire: Wire, curve: Curve | None) -> list[Place]:
        if curve is None:
            return []
        self._long.discard(wire)
        keys = _Cells(curve.extent)
        for key in keys if len(keys) <= MAX_CELLS else ():
            self._cells[key].discard(wire)
            if not self._cells[key]:
                del self._cells[key]
        return [curve.place()]


class _Cells:
    """The grid cells under a rectangle, counted before they are listed: a rectangle may be very large."""

    def __init__(self, extent: Extent) -> None:
        left, top, right, bottom = extent
        self._columns = range(floor(left / CELL), floor(right / CELL) + 1)
        self._rows = range(floor(top / CELL), floor(bottom / CELL) + 1)

    def __len__(self) -> int:
        return len(self._columns) * len(self._rows)

    def __iter__(self) -> Iterator[Cell]:
        return product(self._columns, self._rows)


def _extent(rect: QRectF, pad: float) -> Extent:
    return rect.left() - pad, rect.top() - pad, rect.right() + pad, rect.bottom() + pad

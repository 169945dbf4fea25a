"""The course of a wire: a cubic that leaves and arrives horizontally, cut into straight lines."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, hypot, sqrt

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from gui.canvas.place import Place

# The zoom up to which each level of detail serves, and by how many pixels a line may then miss the curve.
LEVELS = ((0.12, 2.0), (0.33, 1.2), (0.5, 0.7), (1.0, 0.4), (2.0, 0.35), (4.0, 0.3))
NEAREST = len(LEVELS) - 1
_STRAIGHT = 0.5


def level_of(zoom: float) -> int:
    """The level of detail for a zoom."""
    return next((level for level, (limit, _) in enumerate(LEVELS) if zoom < limit), NEAREST)


class Curve:
    """A wire's course from one port to another, in scene units; ``extent`` is its left, top, right and bottom.

    Plain numbers, because they are compared thousands of times a frame.
    """

    __slots__ = ("_lines", "_reach", "_traces", "end", "extent", "start")

    def __init__(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.start, self.end = start, end
        (x1, y1), (x2, y2) = start, end
        self._reach = _reach(x2 - x1, y2 - y1)
        # Where a wire runs backwards its cubic swings out by at most 3/4 of the handles.
        swing = 0.75 * self._reach if x2 < x1 + 2 * self._reach else 0.0
        self.extent = (min(x1, x2) - swing, min(y1, y2), max(x1, x2) + swing, max(y1, y2))
        self._lines: dict[int, list[QLineF]] = {}
        self._traces: dict[int, QPainterPath] = {}

    @property
    def bounds(self) -> QRectF:
        """The rectangle around the curve."""
        left, top, right, bottom = self.extent
        return QRectF(left, top, right - left, bottom - top)

    def place(self) -> Place:
        """Where the curve is painted, its width included."""
        pad = 3.0
        return Place(self.bounds.adjusted(-pad, -pad, pad, pad), QPointF(*self.start))

    def lines(self, level: int) -> list[QLineF]:
        """The straight lines that stand for the curve at a level of detail."""
        found = self._lines.get(level)
        if found is None:
            points = self._points(self._pieces(level))
            found = [QLineF(*a, *b) for a, b in pairwise(points)]
            self._lines[level] = found
        return found

    def trace(self, level: int) -> QPainterPath:
        """The same lines as a path: for hairlines, where a path is the faster way."""
        found = self._traces.get(level)
        if found is None:
            found = self._traces[level] = QPainterPath(QPointF(*self.start))
            for point in self._points(self._pieces(level))[1:]:
                found.lineTo(*point)
        return found

    def path(self) -> QPainterPath:
        """The exact cubic, for vector drawings."""
        (x1, y1), (x2, y2) = self.start, self.end
        path = QPainterPath(QPointF(x1, y1))
        path.cubicTo(QPointF(x1 + self._reach, y1), QPointF(x2 - self._reach, y2), QPointF(x2, y2))
        return path

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the curve."""
        return min(_distance(line, x, y) for line in self.lines(NEAREST - 1))

    def _pieces(self, level: int) -> int:
        (x1, y1), (x2, y2) = self.start, self.end
        if abs(y2 - y1) < _STRAIGHT and x2 > x1:
            return 1
        # A chord of an S-curve misses it by about 0.7 of its height over the square of the number of pieces.
        zoom, error = LEVELS[level]
        height = abs(y2 - y1) + max(0.0, 2 * self._reach - (x2 - x1))
        return max(1, min(48, ceil(sqrt(0.7 * height * zoom / error))))

    def _points(self, pieces: int) -> list[tuple[float, float]]:
        (x1, y1), (x2, y2), reach = self.start, self.end, self._reach
        points = [self.start]
        for piece in range(1, pieces):
            t = piece / pieces
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            points.append((a * x1 + b * (x1 + reach) + c * (x2 - reach) + d * x2, (a + b) * y1 + (c + d) * y2))
        points.append(self.end)
        return points


def _reach(dx: float, dy: float) -> float:
    """How far the handles stand out: half the way forward; a way back swings out in a loop."""
    if dx >= 0:
        return max(dx / 2, min(60.0, 0.5 * hypot(dx, dy)))
    return min(260.0, 60.0 + 0.4 * -dx)


def _distance(line: QLineF, x: float, y: float) -> float:
    x1, y1, dx, dy = line.x1(), line.y1(), line.dx(), line.dy()
    length = dx * dx + dy * dy
    t = 0.0 if length == 0.0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length))
    return hypot(x - x1 - t * dx, y - y1 - t * dy)

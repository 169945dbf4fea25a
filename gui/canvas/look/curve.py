"""The course of a wire: it leaves and arrives horizontally, and is painted as straight lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, copysign, hypot, sqrt

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from gui.canvas.look.spot import Place
from gui.canvas.look.ways.detour import Card
from gui.canvas.look.ways.way import meets, rounded

# The zoom up to which each level of detail serves, and by how many pixels a line may then miss the curve.
LEVELS = ((0.12, 2.0), (0.33, 1.2), (0.5, 0.7), (1.0, 0.4), (2.0, 0.35), (4.0, 0.3))
NEAREST = len(LEVELS) - 1
_ROUGH = 2
# A way back to a node this much higher or lower runs between the two, like a line of text to the next,
# so far below its start that a node of common size is clear of it.
TURN, BELOW = 90.0, 76.0
# Ways back from other columns run this much higher or lower, so that they are told apart.
COLUMN, COLUMNS, APART = 230.0, 4, 7.0
MAX_REACH = 70.0
# A wire longer than this goes straight at first: what stands between has room above and below, not across.
LONG, BEND = 150.0, 90.0
_STRAIGHT = 0.5
# How far the handles of a stretch between bends reach, as a share of it; and the radius of a dot.
BENT, DOT = 0.36, 5.0
Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]


def level_of(zoom: float) -> int:
    """The level of detail for a zoom."""
    return next((level for level, (limit, _) in enumerate(LEVELS) if zoom < limit), NEAREST)


class Curve:
    """A wire's course from one port to another, in scene units; ``extent`` is its left, top, right and bottom.

    It goes through ``bends``, or straight from corner to corner of its ``way`` around nodes. Plain numbers, because
    they are compared thousands of times a frame.
    """

    __slots__ = ("_cubics", "_lines", "_traces", "bends", "end", "extent", "start", "way")

    def __init__(self, start: Point, end: Point, bends: tuple[Point, ...] = (), way: tuple[Point, ...] = ()) -> None:
        self.start, self.end, self.bends, self.way = start, end, bends, way
        self._lines: dict[int, list[QLineF]] = {}
        self._traces: dict[int, QPainterPath] = {}
        if bends or way:
            self._cubics = _bent([start, *bends, end]) if bends else rounded(start, way, end)
            xs, ys = zip(start, end, *(point for cubic in self._cubics for point in cubic), strict=True)
            self.extent = (min(xs), min(ys), max(xs), max(ys))
            return
        (x1, y1), (x2, y2) = start, end
        self._cubics = _course(start, end)
        # A cubic swings out by at most 3/4 of its handles, and not at all where they do not overlap.
        first, last = self._cubics[0], self._cubics[-1]
        reach = max(first[1][0] - first[0][0], x2 - last[2][0])
        swing = 0.75 * reach if x2 < x1 + 2 * reach else 0.0
        self.extent = (min(x1, x2) - swing, min(y1, y2), max(x1, x2) + swing, max(y1, y2))

    def runs_as(self, other: Curve) -> bool:
        """Whether another curve has the same course."""
        return (self.start, self.end, self.bends, self.way) == (other.start, other.end, other.bends, other.way)

    def runs_over(self, cards: Sequence[Card]) -> bool:
        """Whether the curve meets any of these rectangles."""
        return meets(pairwise(self._points(_ROUGH)), cards)

    @property
    def bounds(self) -> QRectF:
        """The rectangle around the curve."""
        left, top, right, bottom = self.extent
        return QRectF(left, top, right - left, bottom - top)

    def place(self) -> Place:
        """Where the curve is painted, its width included."""
        pad = DOT + 3.0 if self.bends else 3.0
        return Place(self.bounds.adjusted(-pad, -pad, pad, pad), QPointF(*self.start))

    def lines(self, level: int) -> list[QLineF]:
        """The straight lines that stand for the curve at a level of detail."""
        found = self._lines.get(level)
        if found is None:
            found = [QLineF(*a, *b) for a, b in pairwise(self._points(level))]
            self._lines[level] = found
        return found

    def trace(self, level: int) -> QPainterPath:
        """The same lines as a path: for hairlines, where a path is the faster way."""
        found = self._traces.get(level)
        if found is None:
            found = self._traces[level] = QPainterPath(QPointF(*self.start))
            for point in self._points(level)[1:]:
                found.lineTo(*point)
        return found

    def path(self) -> QPainterPath:
        """The exact course, for vector drawings."""
        path = QPainterPath(QPointF(*self.start))
        for a, b, c, d in self._cubics:
            path.lineTo(*a)
            path.cubicTo(*b, *c, *d)
        if self.way:
            path.lineTo(*self.end)
        return path

    def distance(self, x: float, y: float) -> float:
        """How far a point is from the curve."""
        return min(_distance(line, x, y) for line in self.lines(NEAREST - 1))

    def stretch_at(self, x: float, y: float) -> int:
        """The stretch between two bends that is closest to a point, counted from the start."""
        if not self.bends:
            return 0
        gaps = [
            min(_distance(QLineF(*a, *b), x, y) for a, b in pairwise(_at(cubic, step / 16) for step in range(17)))
            for cubic in self._cubics
        ]
        return gaps.index(min(gaps))

    def _points(self, level: int) -> list[Point]:
        zoom, error = LEVELS[level]
        points = [self.start]
        for cubic in self._cubics:
            # A chord of an S-curve misses it by about 0.7 of its height over the square of the number of pieces.
            height = _swing(cubic) if self.bends else _height(cubic)
            pieces = max(1, min(48, ceil(sqrt(0.7 * height * zoom / error)))) if height >= _STRAIGHT else 1
            points += [cubic[0]] if cubic[0] != points[-1] else []
            points += [_at(cubic, piece / pieces) for piece in range(1, pieces)]
            points.append(cubic[3])
        if self.way:
            points.append(self.end)
        return points


def _course(start: Point, end: Point) -> list[Cubic]:
    """The cubics of a course; between two of them it is straight."""
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    if dx < 0 and abs(dy) > TURN:
        lane = int(x1 // COLUMN) % COLUMNS - (COLUMNS - 1) / 2
        down = copysign(min(abs(dy) / 2, BELOW + APART * lane), dy)
        out, back = (min(MAX_REACH, abs(height) * 2 / 3) for height in (down, dy - down))
        return [
            (start, (x1 + out, y1), (x1 + out, y1 + down), (x1, y1 + down)),
            ((x2, y1 + down), (x2 - back, y1 + down), (x2 - back, y2), end),
        ]
    bend = max(BEND, LONG - 0.6 * (dx - LONG))
    if dx > LONG:
        return [((x2 - bend, y1), (x2 - bend / 2, y1), (x2 - bend / 2, y2), end)]
    reach = max(dx / 2, min(60.0, 0.5 * hypot(dx, dy))) if dx >= 0 else min(260.0, 60.0 - 0.4 * dx)
    return [(start, (x1 + reach, y1), (x2 - reach, y2), end)]


def _bent(points: list[Point]) -> list[Cubic]:
    """Cubics through points: out of a port and into one horizontally, through a bend along its neighbours."""
    ways = [
        (1.0, 0.0),
        *(_direction(before, after) for before, after in zip(points, points[2:], strict=False)),
        (1.0, 0.0),
    ]
    made: list[Cubic] = []
    for (a, way), (b, onward) in pairwise(zip(points, ways, strict=True)):
        reach = hypot(b[0] - a[0], b[1] - a[1]) * BENT
        made.append(
            (a, (a[0] + reach * way[0], a[1] + reach * way[1]), (b[0] - reach * onward[0], b[1] - reach * onward[1]), b)
        )
    return made


def _direction(a: Point, b: Point) -> Point:
    length = hypot(b[0] - a[0], b[1] - a[1])
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length else (1.0, 0.0)


def _swing(cubic: Cubic) -> float:
    """How far a cubic that may run any way can depart from a straight line."""
    a, b, c, d = cubic
    chord = QLineF(*a, *d)
    return 2 * max(_distance(chord, *b), _distance(chord, *c))


def _height(cubic: Cubic) -> float:
    """How far a cubic departs from a straight line: its height, and its way there and back."""
    (x1, y1), (x2, _), (x3, _), (x4, y4) = cubic
    return abs(y4 - y1) + (x2 - x3 if x4 < x1 else max(0.0, x2 - x3))


def _at(cubic: Cubic, t: float) -> Point:
    # Written out: it is called thousands of times a frame while nodes are dragged.
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = cubic
    u = 1 - t
    a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return a * x1 + b * x2 + c * x3 + d * x4, a * y1 + b * y2 + c * y3 + d * y4


def _distance(line: QLineF, x: float, y: float) -> float:
    x1, y1, dx, dy = line.x1(), line.y1(), line.dx(), line.dy()
    length = dx * dx + dy * dy
    t = 0.0 if length == 0.0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length))
    return hypot(x - x1 - t * dx, y - y1 - t * dy)

"""The way of a wire around nodes that are not its own: straight stretches with round corners, in the gaps between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gui.canvas.look.ways.detour import Card, Point, shortest

# How close a wire may come to a node that is not its own, and how far it keeps away where it is led around.
CLEAR, AWAY = 3.0, 14.0
# Wires that begin in other columns keep this far apart where they are led along the same nodes.
LANES, LANE, BESIDE = 4, 9.0, 6.0
COLUMN = 230.0
# How far beside its ends a wire is led at most.
REACH = 180.0
# Among more nodes than this no way is looked for; of so many heights and places each the nearest are tried.
MANY, TRIED = 120, 16
CORNER = 14.0


def reach(start: Point, end: Point) -> Card:
    """The rectangle in which a way from a port to another may lie."""
    return (
        min(start[0], end[0]) - REACH,
        min(start[1], end[1]) - REACH,
        max(start[0], end[0]) + REACH,
        max(start[1], end[1]) + REACH,
    )


def meets(lines: Iterable[tuple[Point, Point]], cards: Sequence[Card]) -> bool:
    """Whether lines run over any cards."""
    for (x1, y1), (x2, y2) in lines:
        low_x, high_x = (x1, x2) if x1 < x2 else (x2, x1)
        low_y, high_y = (y1, y2) if y1 < y2 else (y2, y1)
        for left, top, right, bottom in cards:
            if (
                low_x < right + CLEAR
                and left - CLEAR < high_x
                and low_y < bottom + CLEAR
                and top - CLEAR < high_y
                and _cuts(x1, y1, x2, y2, (left - CLEAR, top - CLEAR, right + CLEAR, bottom + CLEAR))
            ):
                return True
    return False


def _cuts(x1: float, y1: float, x2: float, y2: float, card: Card) -> bool:
    """Whether a line runs over a rectangle, if their own rectangles meet: its corners lie on both sides of it."""
    if x1 == x2 or y1 == y2:
        return True
    left, top, right, bottom = card
    sides = {
        (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0.0
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom))
    }
    return len(sides) > 1


def way_around(start: Point, end: Point, cards: Sequence[Card]) -> tuple[Point, ...]:
    """The corners of the shortest way found from a port to another past all cards; none where none is found.

    ``cards`` are all those in ``reach``, those of the wire's own nodes, too. The way depends on nothing else.
    """
    if len(cards) > MANY:
        return ()
    lane = int(start[0] // COLUMN) % LANES
    away = AWAY + lane * LANE
    # Between two columns there is less room than between two rows.
    out, into = start[0] + AWAY + lane * BESIDE, end[0] - AWAY - lane * BESIDE
    heights = _nearest([edge for _, top, _, bottom in cards for edge in (top - away, bottom + away)], start[1], end[1])
    best: tuple[float, tuple[Point, ...]] = (float("inf"), ())
    for corners in _simple(start, end, out, into, heights):
        best = _better(best, start, end, corners, cards)
    return best[1] or _winding(start, end, (out, into), away, cards)


def _nearest(edges: Iterable[float], first: float, second: float) -> list[float]:
    """The edges closest to one of the ends, every one once."""
    known = sorted(set(edges))
    near = [sorted(known, key=lambda edge: (abs(edge - end), edge))[: TRIED // 2] for end in (first, second)]
    return sorted({edge for part in near for edge in part})


def _simple(start: Point, end: Point, out: float, into: float, heights: Sequence[float]) -> Iterator[tuple[Point, ...]]:
    """Up or down once, or along one height that is neither that of the start nor of the end."""
    if out < into:
        for x in (out, into):
            yield (x, start[1]), (x, end[1])
    for height in heights:
        yield (out, start[1]), (out, height), (into, height), (into, end[1])


def _winding(
    start: Point, end: Point, sides: tuple[float, float], away: float, cards: Sequence[Card]
) -> tuple[Point, ...]:
    """With as many corners as it takes, along the edges of cards, from where it leaves the start to before the end."""
    (out, into), (left, top, right, bottom) = sides, reach(start, end)
    edges = [edge for card in cards for edge in (card[0] - away, card[2] + away)]
    levels = [edge for card in cards for edge in (card[1] - away, card[3] + away)]
    xs = sorted({out, into, *(edge for edge in edges if left <= edge <= right)})
    ys = sorted({start[1], end[1], *(level for level in levels if top <= level <= bottom)})
    if meets([_shortened(start, (out, start[1])), _shortened(end, (into, end[1]))], cards):
        return ()
    clear = [(card[0] - CLEAR, card[1] - CLEAR, card[2] + CLEAR, card[3] + CLEAR) for card in cards]
    return shortest((out, start[1]), (into, end[1]), (xs, ys), clear, AWAY)


def _better(
    best: tuple[float, tuple[Point, ...]], start: Point, end: Point, corners: tuple[Point, ...], cards: Sequence[Card]
) -> tuple[float, tuple[Point, ...]]:
    points = [start, *corners, end]
    length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(points)) + AWAY * len(corners)
    if length >= best[0]:
        return best
    left, top, right, bottom = reach(start, end)
    if any(not (left <= x <= right and top <= y <= bottom) for x, y in corners):
        return best
    # The first and the last stretch begin at the wire's own nodes.
    inner = list(pairwise(corners))
    if meets(inner, cards) or meets([_shortened(points[0], points[1])], cards):
        return best
    if meets([_shortened(points[-1], points[-2])], cards):
        return best
    return length, corners


def _shortened(near: Point, far: Point) -> tuple[Point, Point]:
    """A stretch from a port without what lies at the edge of its node."""
    by = CLEAR + 1.0 if far[0] > near[0] else -CLEAR - 1.0
    return (near[0] + by, near[1]), far


def rounded(start: Point, corners: Sequence[Point], end: Point) -> list[tuple[Point, Point, Point, Point]]:
    """A cubic for each corner; between two of them the way is straight."""
    made = []
    points = [start, *corners, end]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(corner, before), _towards(corner, after)
        made.append((into, _mid(into, corner), _mid(out, corner), out))
    return made


def _towards(corner: Point, other: Point) -> Point:
    """The point on the way from a corner where its curve ends: half way at most."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = abs(dx) + abs(dy)
    if not length:
        return corner
    share = min(CORNER, length / 2) / length
    return corner[0] + dx * share, corner[1] + dy * share


def _mid(a: Point, b: Point) -> Point:
    return a[0] + (b[0] - a[0]) * 0.55, a[1] + (b[1] - a[1]) * 0.55

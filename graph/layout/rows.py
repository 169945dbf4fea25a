"""Breaks a strip of layers into rows, like text: so many that the drawing fills the view it is laid out for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

from graph.layout.layers import Layers

Size = tuple[float, float]
Rows = tuple[range, ...]

COLUMN_GAP = 56.0
ROW_GAP = 72.0
# How much higher the gap between two rows is for each node but the first whose wires go on in the next.
WAY = 14.0
# What a view shows at full size: that of a window of 1366 x 768.
VIEW: Size = (1000.0, 700.0)
# What each row more costs, and each node but the first whose wires are led on to the next row: shares of the zoom.
ROW_COST, WAY_COST = 0.02, 0.04
# Rows are not broken where the wires of more nodes than this pass; they end before they are full where that saves some.
MOST_WAYS, SHORTEST = 8, 0.6
# Rows that are this many times higher together than they should be are not tried.
TOWER = 2.0
# How much wider a drawing may become for columns that stand one below the other.
MUCH_WIDER = 1.12


class Breaks:
    """Where the layers of a drawing can be broken into rows, and what that costs."""

    def __init__(self, made: Layers, widths: Sequence[float]) -> None:
        self._count = len(made.levels)
        self._edges = _edges(widths)
        self._ways = _ways(made)

    def choices(self) -> Iterator[Rows]:
        """Cuts into ever more rows, none wider than need be."""
        seen: set[Rows] = set()
        for count in range(1, self._count + 1):
            rows = self._cut(self._edges[-1] / count)
            if rows not in seen:
                seen.add(rows)
                yield rows

    def _cut(self, limit: float) -> Rows:
        """Cut the layers into rows of about one width, each ended where the fewest wires pass."""
        rows, start = [], 0
        while start < self._count:
            end = self._end(start, limit)
            rows.append(range(start, end))
            start = end
        return tuple(rows)

    def _end(self, start: int, limit: float) -> int:
        """Where a row ends best: there where the fewest wires pass, and as late as that is so."""
        best, fewest, begun = 0, 0, self._edges[start]
        for end in range(start + 1, self._count + 1):
            width = self._edges[end] - begun
            if best and width > limit * 1.001:
                break
            if end == self._count:
                return end
            ways = self._ways[end]
            if ways > MOST_WAYS or (width < SHORTEST * limit and best):
                continue
            if not best or ways <= fewest or self._edges[best] - begun < SHORTEST * limit:
                best, fewest = end, ways
        return best or self._count

    def cost(self, rows: Rows, size: Size, view: Size) -> float:
        """How small a drawing of this size has to be shown, and what its rows cost beside that."""
        small = max(size[0] / view[0], size[1] / view[1], 1.0)
        return small * (1.0 + ROW_COST * (len(rows) - 1) + WAY_COST * sum(self.more(row.stop) for row in rows[:-1]))

    def more(self, at: int) -> int:
        """How many nodes more than one have wires that pass in front of a layer."""
        return max(0, self._ways[at] - 1)

    def gap(self, at: int) -> float:
        """How far apart the rows are that a break in front of a layer makes."""
        return ROW_GAP + WAY * self.more(at)


def fitting(breaks: Breaks, view: Size, measure: Callable[[Rows], Size]) -> list[Rows]:
    """The ways to break a drawing into rows, the best one for a view first."""
    found: list[tuple[float, int, Rows]] = []
    for rows in breaks.choices():
        size = measure(rows)
        found.append((breaks.cost(rows, size, view), len(found), rows))
        if size[1] / view[1] > TOWER * max(size[0] / view[0], 1.0):
            break
    return [rows for _, _, rows in sorted(found)]


def columns(rows: Rows, widths: Sequence[float]) -> list[list[float]]:
    """The left edges of each row's columns, and where one more would begin.

    Those of all rows stand one below the other, unless that makes the drawing much wider.
    """
    wide = [0.0] * max(map(len, rows))
    for row in rows:
        for column, at in enumerate(row):
            wide[column] = max(wide[column], widths[at])
    table = _edges(wide)
    packed = [_edges([widths[at] for at in row]) for row in rows]
    if table[-1] <= MUCH_WIDER * max(edges[-1] for edges in packed):
        return [table[: len(row) + 1] for row in rows]
    return packed


def _edges(widths: Sequence[float]) -> list[float]:
    return [0.0, *accumulate(width + COLUMN_GAP for width in widths)]


def _ways(made: Layers) -> list[int]:
    """How many wires pass in front of each layer; those of one node, or those that are gathered, count as one."""
    changes = [0] * (len(made.levels) + 1)
    spans: dict[int, tuple[int, int]] = {}
    for node, sources in enumerate(made.sources):
        for source in sources:
            start, end = made.rank[source], made.rank[node]
            way = -1 - node if node in made.gathered else source
            low, high = spans.get(way, (start, end))
            spans[way] = min(low, start), max(high, end)
    for start, end in spans.values():
        changes[start + 1] += 1
        changes[end + 1 if end + 1 < len(changes) else -1] -= 1
    return list(accumulate(changes))


def current(levels: Sequence[Sequence[Size]]) -> Rows:
    """The rows in which layers stand already, by the places of their nodes: the next begins left of it and below."""
    starts = [0]
    for at, (before, after) in enumerate(pairwise(levels), start=1):
        if before and after and _middle(after)[0] < _middle(before)[0] and _middle(after)[1] > _middle(before)[1]:
            starts.append(at)
    return tuple(range(start, end) for start, end in pairwise([*starts, len(levels)]))


def _middle(places: Sequence[Size]) -> Size:
    return sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places)

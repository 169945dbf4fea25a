"""Breaks a strip of layers into rows, like text: as many as come closest to the shape of a window."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import inf

from graph.layout.ranking import Layers

Size = tuple[float, float]

COLUMN_GAP = 56.0
ROW_GAP = 72.0
WIRE_HEIGHT = 24.0
# How far below its start a wire back to the next row runs.
WAY_BACK = 72.0
ASPECT = 2.2
MIN_COLUMNS = 3
# Rows so short that they are this many times higher together than wide are not tried.
TOWER = 4.0


def half(node: object, sizes: Mapping[str, Size]) -> float:
    """Half the height of a node, or of a wire that passes."""
    return sizes[node][1] / 2 if isinstance(node, str) else WIRE_HEIGHT / 2


class _Extremes:
    """The least or greatest of any values that stand beside each other, from tables over 1, 2, 4... of them."""

    def __init__(self, values: Sequence[float], pick: Callable[[float, float], float]) -> None:
        self._pick = pick
        self._tables = [list(values)]
        while 2 ** len(self._tables) <= len(values):
            last, step = self._tables[-1], 2 ** (len(self._tables) - 1)
            self._tables.append([pick(first, second) for first, second in zip(last, last[step:], strict=False)])

    def of(self, row: range) -> float:
        level = len(row).bit_length() - 1
        table = self._tables[level]
        return self._pick(table[row.start], table[row.stop - 2**level])


class Strip:
    """The layers beside each other, with the heights of their nodes."""

    def __init__(self, made: Layers, sizes: Mapping[str, Size], heights: Mapping[object, float]) -> None:
        self._made, self._heights = made, heights
        self.widths = [max((sizes[n][0] for n in layer if isinstance(n, str)), default=0.0) for layer in made.layers]
        self._ways = [0.0, *accumulate(self.widths)]
        self._ends = [0, *_breaks(made), len(self.widths)]
        self._middles = [(self._ways[start] + self._ways[end]) / 2 for start, end in pairwise(self._ends)]
        self._widest = max(self._ways[end] - self._ways[start] for start, end in pairwise(self._ends))
        tops = [min((heights[n] - half(n, sizes) for n in layer), default=inf) for layer in made.layers]
        bottoms = [max((heights[n] + half(n, sizes) for n in layer), default=-inf) for layer in made.layers]
        self._tops, self._bottoms = _Extremes(tops, min), _Extremes(bottoms, max)

    def best(self) -> list[range]:
        """The rows that come closest to the shape of a window, with a free way from each to the next."""
        found: tuple[float, list[range]] = (inf, [range(len(self.widths))])
        for count in range(1, len(self._ends)):
            rows = self._cut(count)
            width = max(self._ways[row.stop] - self._ways[row.start] + COLUMN_GAP * len(row) for row in rows)
            height = sum(self.height(row) + ROW_GAP for row in rows)
            if width * TOWER < height:
                break
            if count > 1 and (min(map(len, rows)) < MIN_COLUMNS or not self._returns(rows)):
                continue
            wide = width > height * ASPECT
            misfit = abs(width / height / ASPECT - 1) if wide else abs(height * ASPECT / width - 1)
            if misfit < found[0]:
                found = (misfit, rows)
            if width < height:
                break
        return found[1]

    def top(self, row: range) -> float:
        """Where the highest node of a row begins."""
        return self._tops.of(row)

    def height(self, row: range) -> float:
        """How high a row is."""
        return self._bottoms.of(row) - self._tops.of(row)

    def _cut(self, count: int) -> list[range]:
        """Cut the layers into at most ``count`` rows of about one width, at breaks; none narrower than need be."""
        limit = max(self._widest, self._ways[-1] / count)
        rows: list[range] = []
        at = 0
        while at < len(self._middles):
            start = self._ends[at]
            at = bisect_right(self._middles, self._ways[start] + limit, at + 1)
            rows.append(range(start, self._ends[at]))
        return rows

    def _returns(self, rows: Sequence[range]) -> bool:
        """Whether the wire from the end of each row to the next has a free way back below its own."""
        for row in rows[:-1]:
            start = next(node for node in self._made.layers[row[-1]] if self._made.after.get(node))
            if self._bottoms.of(row) - self._heights[start] > WAY_BACK:
                return False
        return True


def _breaks(made: Layers) -> list[int]:
    """The layers in front of which a row may end: one wire passes there."""
    found = []
    for at in range(1, len(made.layers)):
        passing = {node for node in made.layers[at - 1] if made.after.get(node)}
        arriving = sum(len(made.before.get(node, ())) for node in made.layers[at])
        if len(passing) == 1 and arriving == 1:
            found.append(at)
    return found

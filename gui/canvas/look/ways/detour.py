"""The shortest way along the lines of a grid past cards, with few corners.

Source: Hart, Nilsson and Raphael 1968 (A*).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from heapq import heappop, heappush

# Left, top, right and bottom of what is in the way.
Card = tuple[float, float, float, float]
Point = tuple[float, float]
Step = tuple[int, int, bool]  # where along x and y, and whether it was reached along x


def shortest(
    start: Point, end: Point, lines: tuple[Sequence[float], Sequence[float]], cards: Sequence[Card], corner: float
) -> tuple[Point, ...]:
    """The corners of the shortest way from one crossing of ``lines`` to another; none where there is no way.

    ``lines`` are the places along x and along y, in order; each corner counts as so much more length. A way begins and
    ends along x, so that ``start`` and ``end`` are corners where it does not go straight on.
    """
    xs, ys = lines
    across = _shut(xs, ys, cards)
    along = _shut(ys, xs, [(top, left, bottom, right) for left, top, right, bottom in cards])
    first: Step = (bisect_left(xs, start[0]), bisect_left(ys, start[1]), True)
    goal = bisect_left(xs, end[0]), bisect_left(ys, end[1])
    cost: dict[Step, float] = {first: 0.0}
    came: dict[Step, Step] = {}
    waiting = [(abs(end[0] - start[0]) + abs(end[1] - start[1]), first)]
    done: set[Step] = set()
    while waiting:
        _, step = heappop(waiting)
        if step in done:
            continue
        done.add(step)
        if step == (*goal, True):
            return _corners(step, came, xs, ys)
        i, j, level = step
        near = [(i, j, not level)]
        for by in (-1, 1):
            if level and 0 <= i + by < len(xs) and (min(i, i + by), j) not in across:
                near.append((i + by, j, True))
            elif not level and 0 <= j + by < len(ys) and (min(j, j + by), i) not in along:
                near.append((i, j + by, False))
        for other in near:
            length = abs(xs[other[0]] - xs[i]) + abs(ys[other[1]] - ys[j])
            there = cost[step] + (corner if other[2] != level else length)
            if there < cost.get(other, float("inf")):
                cost[other], came[other] = there, step
                left = abs(end[0] - xs[other[0]]) + abs(end[1] - ys[other[1]])
                heappush(waiting, (there + left, other))
    return ()


def _shut(xs: Sequence[float], ys: Sequence[float], cards: Sequence[Card]) -> set[tuple[int, int]]:
    """Between which places along x, and at which along y, a card is in the way."""
    found: set[tuple[int, int]] = set()
    for left, top, right, bottom in cards:
        low, high = max(0, bisect_right(xs, left) - 1), bisect_left(xs, right)
        for j in range(bisect_right(ys, top), bisect_left(ys, bottom)):
            found.update((i, j) for i in range(low, high))
    return found


def _corners(step: Step, came: dict[Step, Step], xs: Sequence[float], ys: Sequence[float]) -> tuple[Point, ...]:
    found = []
    while step in came:
        before = came[step]
        if before[2] != step[2]:
            found.append((xs[step[0]], ys[step[1]]))
        step = before
    return tuple(reversed(found))

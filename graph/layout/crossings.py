"""Orders the nodes within their layers so that few wires cross.

Sources: Sugiyama, Tagawa and Toda 1981 (barycenters); Gansner et al. 1993 (transposition).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from graph.layout.branches import Exits, order_branches
from graph.layout.layers import Layers

SWEEPS, PATIENCE = 12, 3
# From so many nodes and dummies on neighbours change places in the end alone, and all crossings cost the same.
LARGE, SWAPS = 1_500, 3
# How much more a crossing costs with a wire in passing, which runs straight, than with one that bends to its end.
PASSING = 3
_FEW = 24


_NONE: Exits = {}


def reduce_crossings(made: Layers, kept: Sequence[Sequence[int]] = (), exits: Exits = _NONE) -> None:
    """Order the layers; the nodes of each list in ``kept``, and their lanes, keep the order they have there.

    Where it costs no crossing, parallel branches have the order of the ports that join them, or of those they come
    from: ``exits``.
    """
    large = len(made.rank) > LARGE
    work = _Work(made, _ranks(made, kept), 1 if large else PASSING)
    best, fewest, idle = [list(level) for level in made.levels], work.count(), 0
    for sweep in range(SWEEPS):
        if fewest == 0 or (idle == PATIENCE and large):
            break
        work.sweep(forwards=sweep % 2 == 0)
        if not large:
            work.transpose()
        count, idle = work.count(), idle + 1
        if count < fewest:
            best, fewest, idle = [list(level) for level in made.levels], count, 0
    made.levels[:] = best
    work.number()
    for _ in range(SWAPS if large and fewest else 0):
        work.transpose()
    levels = order_branches(made, {node for nodes in kept for node in nodes}, exits)
    if levels is not None:
        work.take(levels)


def _ranks(made: Layers, kept: Sequence[Sequence[int]]) -> dict[int, tuple[int, int]]:
    """For nodes that keep an order, and for their lanes, which of the orders it is, and their place in it."""
    found = {node: (which, at) for which, nodes in enumerate(kept) for at, node in enumerate(nodes)}
    return found | {lane: found[node] for lane, node in made.lanes.items() if node in found}


class _Work:
    """The layers while they are ordered; ``place`` is where each node stands in its layer."""

    def __init__(self, made: Layers, kept: Mapping[int, tuple[int, int]], passing: int) -> None:
        self._made, self._kept = made, kept
        straight = [node >= made.count and node not in made.lanes for node in range(len(made.rank))]
        self._weights = [passing if passes else 1 for passes in straight]
        for level in made.levels:
            self._restore(level)
        self.number()

    def number(self) -> None:
        """Take the places of all nodes from their layers."""
        self._place = [0] * len(self._made.rank)
        for level in self._made.levels:
            self._number(level)

    def _number(self, level: Sequence[int]) -> None:
        place = self._place
        for at, node in enumerate(level):
            place[node] = at

    def _restore(self, level: list[int]) -> None:
        """Put the nodes that keep their order back into it, in the places they have among the others."""
        places: dict[int, list[int]] = {}
        for at, node in enumerate(level) if self._kept else ():
            if node in self._kept:
                places.setdefault(self._kept[node][0], []).append(at)
        for of_one in places.values():
            nodes = sorted((level[at] for at in of_one), key=self._kept.__getitem__)
            for at, node in zip(of_one, nodes, strict=True):
                level[at] = node

    def count(self) -> int:
        """What the crossings cost."""
        after, place, weights, total = self._made.after, self._place, self._weights, 0
        for level in self._made.levels:
            ends: list[int] = []
            for node in level:
                reached = after[node]
                found = [bisect_right(ends, place[target]) for target in reached]
                for target, at in zip(reached, found, strict=True):
                    total += weights[target] * (len(ends) - at)
                for target in reached:
                    at = bisect_right(ends, place[target])
                    ends[at:at] = [place[target]] * weights[target]
        return total

    def take(self, levels: list[list[int]]) -> None:
        """Have the layers in another order unless that costs more."""
        before, cost = [*self._made.levels], self.count()
        self._made.levels[:] = levels
        self.number()
        if self.count() > cost:
            self._made.levels[:] = before
            self.number()

    def sweep(self, forwards: bool) -> None:
        """Bring every node to the mean of its neighbours in the layer before, or behind."""
        levels = self._made.levels
        near, place = (self._made.before if forwards else self._made.after), self._place
        for level in levels[1:] if forwards else levels[-2::-1]:
            centre: dict[int, float] = {}
            for node in level:
                others = near[node]
                if len(others) == 1:
                    centre[node] = place[others[0]]
                elif others:
                    centre[node] = sum([place[other] for other in others]) / len(others)
                else:
                    centre[node] = place[node]
            level.sort(key=centre.__getitem__)
            self._restore(level)
            self._number(level)

    def transpose(self) -> None:
        """Let neighbours change places where that saves crossings."""
        before, after, place, weights, kept = (
            self._made.before,
            self._made.after,
            self._place,
            self._weights,
            self._kept,
        )
        for level in self._made.levels:
            for at in range(len(level) - 1):
                upper, lower = level[at], level[at + 1]
                if upper in kept and lower in kept and kept[upper][0] == kept[lower][0]:
                    continue
                saved = weights[upper] * weights[lower] * _saved(before[upper], before[lower], place)
                saved += _saved_weighted(after[upper], after[lower], place, weights)
                if saved > 0:
                    level[at], level[at + 1] = lower, upper
                    place[lower], place[upper] = at, at + 1


def _saved(uppers: Sequence[int], lowers: Sequence[int], place: Sequence[int]) -> int:
    """How many crossings fewer there are between the wires of two neighbours once they have changed places."""
    if len(uppers) * len(lowers) <= _FEW:
        saved = 0
        for upper in uppers:
            for lower in lowers:
                saved += (place[upper] > place[lower]) - (place[upper] < place[lower])
        return saved
    ends = sorted(place[lower] for lower in lowers)
    return sum(bisect_left(ends, place[at]) - len(ends) + bisect_right(ends, place[at]) for at in uppers)


def _saved_weighted(uppers: Sequence[int], lowers: Sequence[int], place: Sequence[int], weights: Sequence[int]) -> int:
    if len(uppers) * len(lowers) > _FEW:
        return _saved(uppers, lowers, place)
    saved = 0
    for upper in uppers:
        for lower in lowers:
            saved += weights[upper] * weights[lower] * ((place[upper] > place[lower]) - (place[upper] < place[lower]))
    return saved

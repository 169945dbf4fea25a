"""Layers of a drawing from left to right, ordered so that few wires cross.

Sources: Sugiyama, Tagawa and Toda 1981 (layers and barycenters); Gansner et al. 1993 (transposition).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

SWEEPS = 8
PASSING = 3
# At most so many dummies for each node: a drawing each of whose nodes feeds the last one would have half its square.
DUMMIES, MIN_DUMMIES = 10, 2_000


@dataclass
class Layers:
    """Nodes in layers; the wires of a node over several layers have a dummy, named by a tuple, in each they pass."""

    layers: list[list[object]]
    before: dict[object, list[object]] = field(default_factory=dict)
    after: dict[object, list[object]] = field(default_factory=dict)


def rank(
    order: Sequence[str],
    sources: Mapping[str, Sequence[str]],
    first: Collection[str] = (),
    last: Collection[str] = (),
) -> dict[str, int]:
    """A layer for each node: the longest way to it.

    Nodes without inputs stand right before what they feed, but for those in ``first``, which stand in the first
    layer; those in ``last`` stand in the last one.
    """
    ranks: dict[str, int] = {}
    targets: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        ranks[name] = max((ranks[source] + 1 for source in sources[name]), default=0)
        for source in sources[name]:
            targets[source].append(name)
    for name in order:
        if not sources[name] and targets[name] and name not in first:
            ranks[name] = min(ranks[target] for target in targets[name]) - 1
    end = max(ranks.values(), default=0)
    ranks.update(dict.fromkeys(last, end))
    return ranks


def build_layers(
    order: Sequence[str],
    sources: Mapping[str, Sequence[str]],
    first: Collection[str] = (),
    last: Collection[str] = (),
    low: Collection[str] = (),
    kept: Sequence[str] = (),
) -> Layers:
    """The nodes of ``order`` in layers, with dummies, in an order with few crossings; see ``rank``.

    Nodes in ``low``, and their wires, start out below the others of their layer; wires in passing start out above, so
    that a skip connection spans what it skips. Those in ``kept`` keep the order they have there.
    """
    ranks, low = rank(order, sources, set(first), last), set(low)
    led = _led(order, sources, ranks)
    made = Layers([[] for _ in range(max(ranks.values(), default=-1) + 1)])
    for name in sorted(order, key=lambda name: name in low):
        made.layers[ranks[name]].append(name)
    for name in order:
        for source in dict.fromkeys(sources[name]):
            passed = range(ranks[source] + 1, ranks[name]) if source in led else range(0)
            _connect(made, source, name, passed, source in low)
    _reduce_crossings(made, {name: place for place, name in enumerate(kept)})
    return made


def _led(order: Sequence[str], sources: Mapping[str, Sequence[str]], ranks: Mapping[str, int]) -> set[str]:
    """The nodes whose wires are led through the layers they pass: all of them, unless those are too many."""
    reach: dict[str, int] = {}
    for name in order:
        for source in sources[name]:
            reach[source] = max(reach.get(source, 0), ranks[name] - ranks[source])
    shortest = sorted(reach, key=reach.__getitem__)
    limit = max(MIN_DUMMIES, DUMMIES * len(order))
    return {
        name for name, sum_ in zip(shortest, accumulate(reach[name] for name in shortest), strict=True) if sum_ <= limit
    }


def _connect(made: Layers, source: str, target: str, passed: range, low: bool) -> None:
    """Lead a wire through the layers it passes; the wires out of one node run together until they have to part."""
    left: object = source
    for level in passed:
        dummy = (source, level)
        if dummy not in made.before:
            made.layers[level].insert(len(made.layers[level]) if low else 0, dummy)
            made.after.setdefault(left, []).append(dummy)
            made.before[dummy] = [left]
        left = dummy
    made.after.setdefault(left, []).append(target)
    made.before.setdefault(target, []).append(left)


def _reduce_crossings(made: Layers, kept: Mapping[object, int]) -> None:
    for layer in made.layers:
        _restore(layer, kept)
    best, fewest = [list(layer) for layer in made.layers], _crossings(made)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        forwards = sweep % 2 == 0
        levels = range(1, len(made.layers)) if forwards else range(len(made.layers) - 2, -1, -1)
        for level in levels:
            fixed = made.layers[level - 1 if forwards else level + 1]
            _sort_by_barycenter(made.layers[level], fixed, made.before if forwards else made.after)
            _restore(made.layers[level], kept)
        _transpose(made, kept)
        count = _crossings(made)
        if count < fewest:
            best, fewest = [list(layer) for layer in made.layers], count
    made.layers = best


def _sort_by_barycenter(layer: list[object], fixed: list[object], near: Mapping[object, list[object]]) -> None:
    place = {node: at for at, node in enumerate(fixed)}
    centre = {}
    for at, node in enumerate(layer):
        places = [place[other] for other in near.get(node, ()) if other in place]
        centre[node] = sum(places) / len(places) if places else float(at)
    layer.sort(key=centre.__getitem__)


def _restore(layer: list[object], kept: Mapping[object, int]) -> None:
    """Put the nodes that keep their order back into it, in the places they have among the others."""
    places = [at for at, node in enumerate(layer) if node in kept]
    for at, node in zip(places, sorted((layer[at] for at in places), key=kept.__getitem__), strict=True):
        layer[at] = node


def _transpose(made: Layers, kept: Mapping[object, int]) -> None:
    """Swap neighbours as long as that leaves fewer crossings."""
    for level, layer in enumerate(made.layers):
        around = [
            ({node: at for at, node in enumerate(made.layers[level + step])}, near, step > 0)
            for step, near in ((-1, made.before), (1, made.after))
            if 0 <= level + step < len(made.layers)
        ]
        for at in range(len(layer) - 1):
            first, second = layer[at], layer[at + 1]
            if first in kept and second in kept:
                continue
            if _pair_crossings(second, first, around) < _pair_crossings(first, second, around):
                layer[at], layer[at + 1] = second, first


def _weight(target: object) -> int:
    """What a crossing with a piece of wire costs: one in passing runs straight, others bend to the node they end at."""
    return 1 if isinstance(target, str) else PASSING


def _pair_crossings(
    upper: object, lower: object, around: Sequence[tuple[Mapping[object, int], Mapping[object, list[object]], bool]]
) -> int:
    total = 0
    for place, near, ahead in around:
        uppers = [(place[node], _weight(node if ahead else upper)) for node in near.get(upper, ()) if node in place]
        lowers = [(place[node], _weight(node if ahead else lower)) for node in near.get(lower, ()) if node in place]
        lowers.sort()
        ends, before = [end for end, _ in lowers], [0, *accumulate(weight for _, weight in lowers)]
        total += sum(weight * before[bisect_left(ends, end)] for end, weight in uppers)
    return total


def _crossings(made: Layers) -> int:
    total = 0
    for left, right in zip(made.layers, made.layers[1:], strict=False):
        place = {node: at for at, node in enumerate(right)}
        seen = _Sums(len(right))
        for name in left:
            row = [(place[node], _weight(node)) for node in made.after.get(name, ()) if node in place]
            total += sum(weight * seen.behind(end) for end, weight in row)
            for end, weight in row:
                seen.add(end, weight)
    return total


class _Sums:
    """Weights at places, and their sum behind any place: a binary indexed tree (Fenwick 1994)."""

    def __init__(self, count: int) -> None:
        self._tree = [0] * (count + 1)
        self._total = 0

    def add(self, place: int, weight: int) -> None:
        self._total += weight
        at = place + 1
        while at < len(self._tree):
            self._tree[at] += weight
            at += at & -at

    def behind(self, place: int) -> int:
        before, at = 0, place + 1
        while at:
            before += self._tree[at]
            at -= at & -at
        return self._total - before

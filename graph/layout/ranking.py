"""Layers of a drawing from left to right, ordered so that few wires cross.

Sources: Sugiyama, Tagawa and Toda 1981 (layers and barycenters); Gansner et al. 1993 (transposition).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 8
PASSING = 3


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
    ranks = rank(order, sources, first, last)
    made = Layers([[] for _ in range(max(ranks.values(), default=-1) + 1)])
    for name in sorted(order, key=lambda name: name in low):
        made.layers[ranks[name]].append(name)
    for name in order:
        for source in dict.fromkeys(sources[name]):
            _connect(made, source, name, range(ranks[source] + 1, ranks[name]), source in low)
    _reduce_crossings(made, {name: place for place, name in enumerate(kept)})
    return made


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
        uppers = [(place[node], node if ahead else upper) for node in near.get(upper, ()) if node in place]
        lowers = [(place[node], node if ahead else lower) for node in near.get(lower, ()) if node in place]
        total += sum(_weight(first) * _weight(second) for a, first in uppers for b, second in lowers if a > b)
    return total


def _crossings(made: Layers) -> int:
    total = 0
    for left, right in zip(made.layers, made.layers[1:], strict=False):
        place = {node: at for at, node in enumerate(right)}
        seen: list[tuple[int, int]] = []
        for name in left:
            row = [(place[node], _weight(node)) for node in made.after.get(name, ()) if node in place]
            total += sum(weight * heavy for end, weight in row for other, heavy in seen if other > end)
            seen += row
    return total

"""The layers of a drawing: nodes, and in each layer that a wire passes a dummy that keeps a way free for it.

Source: Sugiyama, Tagawa and Toda 1981.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from graph.layout.ranking import rank

# At most so many dummies for each node: a drawing each of whose nodes feeds the last one would have half its square.
DUMMIES, MIN_DUMMIES = 10, 2_000
# From so many wires on that pass layers on their way to one node they run together.
MANY = 5


class Orders(NamedTuple):
    """Nodes that keep an order from top to bottom: those that feed others, and those that are fed.

    Where they are ``rising``, none stands in a layer before one that comes earlier: no break into rows turns it round.
    """

    begin: Sequence[Sequence[int]] = ()
    end: Sequence[Sequence[int]] = ()
    rising: bool = False

    def lift(self, ranks: list[int]) -> None:
        """Have layers rise with the order: what feeds others goes to the left, what is fed to the right."""
        for nodes in self.begin:
            for first, second in reversed([*pairwise(nodes)]):
                ranks[first] = min(ranks[first], ranks[second])
        for nodes in self.end:
            for first, second in pairwise(nodes):
                ranks[second] = max(ranks[first], ranks[second])


_NONE = Orders()


class Layers:
    """Nodes by their numbers below ``count`` and dummies by those from there on, in ``levels`` from left to right.

    ``before`` and ``after`` are the neighbours of each in the layers at its sides; a wire that is not led through the
    layers it passes joins nodes that are farther apart. ``gathered`` are nodes whose wires run together before them.
    ``lanes`` are the dummies behind nodes of an order, each with its node, in the layers where others of it stand.
    """

    def __init__(self, sources: Sequence[Sequence[int]], ranks: Sequence[int]) -> None:
        self.count = len(sources)
        self.sources = sources
        self.rank = list(ranks)
        self.levels: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
        self.before: list[list[int]] = [[] for _ in sources]
        self.after: list[list[int]] = [[] for _ in sources]
        self.gathered: set[int] = set()
        self.lanes: dict[int, int] = {}

    def join(self, left: int, right: int) -> None:
        """Make two neighbours of nodes or dummies."""
        self.after[left].append(right)
        self.before[right].append(left)

    def add_dummy(self, level: int) -> int:
        """A dummy in a layer; it is not yet in ``levels``."""
        self.before.append([])
        self.after.append([])
        self.rank.append(level)
        return len(self.rank) - 1


def build_layers(
    sources: Sequence[Sequence[int]],
    first: Collection[int] = (),
    last: Collection[int] = (),
    low: Collection[int] = (),
    orders: Orders = _NONE,
) -> Layers:
    """Nodes, whose ``sources`` have smaller numbers, in layers; see ``rank`` for ``first`` and ``last``.

    Nodes in ``low``, and their wires, start out below the others of their layer; wires in passing start out above, so
    that a skip connection spans what it skips. Nodes of an order get lanes up to the last one of it.
    """
    targets: list[list[int]] = [[] for _ in sources]
    for node, before in enumerate(sources):
        for source in before:
            targets[source].append(node)
    ranks = rank(sources, targets, first, last)
    if orders.rising:
        orders.lift(ranks)
    made = Layers(sources, ranks)
    above: list[list[int]] = [[] for _ in made.levels]
    below: list[list[int]] = [[] for _ in made.levels]
    low = set(low)
    for node, before in enumerate(sources):
        if sum(ranks[source] + 1 < ranks[node] for source in before) >= MANY:
            made.gathered.add(node)
            _gather(made, node, above)
    apart = [[target for target in after if target not in made.gathered] for after in targets]
    led = _led(apart, ranks)
    for source, after in enumerate(apart):
        if source in led:
            _lead(made, source, after, below if source in low else above)
        else:
            for target in after:
                made.join(source, target)
    for nodes in (*orders.begin, *orders.end):
        end = max([ranks[node] for node in nodes], default=0)
        if sum(end - ranks[node] for node in nodes) <= max(MIN_DUMMIES, made.count):
            for node in nodes:
                _add_lane(made, node, end, below)
    for node in [*(node for node in range(made.count) if node not in low), *sorted(low)]:
        made.levels[ranks[node]].append(node)
    made.levels = [[*up[::-1], *level, *down] for up, level, down in zip(above, made.levels, below, strict=True)]
    return made


def _led(targets: Sequence[Sequence[int]], ranks: Sequence[int]) -> set[int]:
    """The nodes whose wires are led through the layers they pass: all of them, unless those are too many."""
    reach = {
        node: max([ranks[target] for target in after]) - ranks[node] for node, after in enumerate(targets) if after
    }
    shortest = sorted(reach, key=reach.__getitem__)
    limit = max(MIN_DUMMIES, DUMMIES * len(targets))
    return {
        node for node, sum_ in zip(shortest, accumulate(reach[node] for node in shortest), strict=True) if sum_ <= limit
    }


def _lead(made: Layers, source: int, targets: Sequence[int], into: list[list[int]]) -> None:
    """Lead the wires of a node through the layers they pass; they run together until they have to part."""
    level, left = made.rank[source], source
    for target in sorted(dict.fromkeys(targets), key=made.rank.__getitem__):
        while made.rank[target] > level + 1:
            level += 1
            dummy = made.add_dummy(level)
            into[level].append(dummy)
            made.join(left, dummy)
            left = dummy
        made.join(left, target)


def _add_lane(made: Layers, node: int, end: int, into: list[list[int]]) -> None:
    """Keep a way free behind a node, so that those of its order stand above or below it in other layers too."""
    left = node
    for level in range(made.rank[node] + 1, end + 1):
        lane = made.add_dummy(level)
        into[level].append(lane)
        made.join(left, lane)
        made.lanes[lane], left = node, lane


def _gather(made: Layers, target: int, into: list[list[int]]) -> None:
    """Lead the many wires of a node through the layers they pass as one, which each of them joins on the way."""
    right = {made.rank[target]: target}
    for level in range(made.rank[target] - 1, min(made.rank[source] for source in made.sources[target]), -1):
        right[level] = dummy = made.add_dummy(level)
        into[level].append(dummy)
        made.join(dummy, right[level + 1])
    for source in made.sources[target]:
        made.join(source, right[made.rank[source] + 1])

"""Which layer each node of a drawing stands in, from left to right."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def rank(
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    first: Collection[int] = (),
    last: Collection[int] = (),
) -> list[int]:
    """A layer for each node, by its number: the longest way to it.

    ``sources`` are the nodes each is fed by, all of a smaller number; ``targets`` those it feeds. A node with more
    wires out than in stands right before what it feeds, so that fewer wires are long, but for those in ``first``,
    which stand in the first layer; those in ``last`` stand in the last one.
    """
    ranks: list[int] = []
    for before in sources:
        ranks.append(max([ranks[source] for source in before], default=-1) + 1)
    for node in range(len(sources) - 1, -1, -1):
        after = targets[node]
        if after and len(after) > len(sources[node]) and node not in first:
            ranks[node] = max(ranks[node], min([ranks[target] for target in after]) - 1)
    end = max(ranks, default=0)
    for node in last:
        ranks[node] = end
    return ranks

"""Orders parallel branches by the ports of the node that joins them, or of the one that splits, at no crossing's cost.

A branch is a chain from layer to layer whose nodes and dummies have one neighbour at each side. Branches that leave
and come back to the same nodes may change places as wholes, and nothing else of the drawing is another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from graph.layout.layers import Layers

# The number of an output port by the numbers of the two nodes that it joins.
Exits = Mapping[tuple[int, int], int]


def order_branches(made: Layers, kept: Collection[int], exits: Exits) -> list[list[int]] | None:
    """The layers with their branches in the order of ports, or nothing where they are so.

    Nodes that are ``kept`` have an order of their own, and so have branches of dummies alone, which are wires that
    pass a node.
    """
    place = {node: at for level in made.levels for at, node in enumerate(level)}
    levels: list[list[int]] | None = None
    for branches in _parallel(made, kept):
        ranked = sorted(branches, key=lambda branch: (_entry(made, branch), _exit(made, branch, exits)))
        slots = [sorted(place[node] for node in nodes) for nodes in zip(*branches, strict=True)]
        now = [[place[node] for node in nodes] for nodes in zip(*ranked, strict=True)]
        if slots == now:
            continue
        levels = levels or [list(level) for level in made.levels]
        for nodes, free in zip(zip(*ranked, strict=True), slots, strict=True):
            for node, at in zip(nodes, free, strict=True):
                levels[made.rank[node]][at] = node
    return levels


def _parallel(made: Layers, kept: Collection[int]) -> Iterator[list[list[int]]]:
    """Branches that have both of their ends, and all of their layers, in common."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...], int, int], list[list[int]]] = {}
    single = [
        len(made.before[node]) <= 1 and len(made.after[node]) <= 1 and node not in kept and node not in made.lanes
        for node in range(len(made.rank))
    ]
    for level in made.levels:
        for node in level:
            before = made.before[node]
            if not single[node] or (before and single[before[0]] and _near(made, before[0], node)):
                continue
            branch = [node]
            while (after := made.after[branch[-1]]) and single[after[0]] and _near(made, branch[-1], after[0]):
                branch.append(after[0])
            ends = tuple(before), tuple(after)
            if any(ends) and any(each < made.count for each in branch):
                found.setdefault((*ends, made.rank[node], len(branch)), []).append(branch)
    yield from (branches for branches in found.values() if len(branches) > 1)


def _near(made: Layers, left: int, right: int) -> bool:
    return made.rank[right] == made.rank[left] + 1


def _entry(made: Layers, branch: Sequence[int]) -> int:
    """Which of the ports of the node behind a branch it comes to."""
    after = made.after[branch[-1]]
    if not after or after[0] >= made.count:
        return 0
    last = next(node for node in reversed(branch) if node < made.count)
    sources = made.sources[after[0]]
    return sources.index(last) if last in sources else 0


def _exit(made: Layers, branch: Sequence[int], exits: Exits) -> int:
    """Which of the ports of the node before a branch it comes from."""
    first = next(node for node in branch if node < made.count)
    return next((exits.get((source, first), 0) for source in made.sources[first]), 0)

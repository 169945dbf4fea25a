"""In which order a drawing is written: one branch after the other, as a person would."""

from __future__ import annotations

from collections.abc import Collection

from graph.modelgraph import ModelGraph


def writing_order(graph: ModelGraph, keep: Collection[str]) -> list[str]:
    """The nodes of ``keep``, every node behind those it depends on and, if it can be, right behind one of them.

    The order depends on the drawing alone: where several nodes could be next, the name decides.
    """
    kept = set(keep)
    waiting = {name: len({wire.source for wire in graph.inputs(name).values()} & kept) for name in keep}
    ready = sorted((name for name, count in waiting.items() if not count), reverse=True)
    order: list[str] = []
    while ready:
        name = ready.pop()
        order.append(name)
        followers = []
        for successor in graph.successors(name):
            if successor in waiting:
                waiting[successor] -= 1
                if not waiting[successor]:
                    followers.append(successor)
        ready += sorted(followers, reverse=True)
    return order

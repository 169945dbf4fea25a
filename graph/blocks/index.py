"""Which nodes use which block, and which blocks lie in which: known from one edit to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from graphlib import TopologicalSorter

from graph.layers.block import BlockLayer
from graph.records import Node, NodeChange, RenameChange
from graph.wiring.ordering import reach

MAX_DEPTH = 32


class UseIndex:
    """The nodes that use a block, by block and by drawing; a drawing is named by its key, a block by its name."""

    def __init__(self) -> None:
        self._users: dict[str, dict[tuple[str, str], None]] = {}
        self._used: dict[tuple[str, str], str] = {}
        self._inside: dict[str, Counter[str]] = {}
        self._around: dict[str, Counter[str]] = {}
        self._deep: dict[str, str] | None = None

    def users(self, definition: str) -> list[tuple[str, str]]:
        """The nodes that use a block, each behind the key of its drawing."""
        return list(self._users.get(definition, ()))

    def inside(self, graph: str) -> Collection[str]:
        """The blocks a drawing uses itself."""
        return self._inside.get(graph, ())

    def within(self, graphs: Iterable[str]) -> set[str]:
        """Some blocks, and those they use directly or within another."""
        return reach(graphs, self.inside)

    def around(self, graph: str) -> set[str]:
        """A block, and the drawings that use it directly or within another."""
        return reach([graph], lambda name: self._around.get(name, ()))

    def would_cycle(self, graph: str, definition: str) -> bool:
        """Whether a block that used another would contain itself."""
        return definition not in self.inside(graph) and definition in self.around(graph)

    def too_deep(self, definition: str) -> str | None:
        """The block, in or at ``definition``, down from which more than ``MAX_DEPTH`` lie within each other, if any."""
        if self._deep is None:
            self._deep = self._find_deep()
        return self._deep.get(definition)

    def _find_deep(self) -> dict[str, str]:
        depth: dict[str, int] = {}
        deep: dict[str, str] = {}
        inside = {graph: sorted(used) for graph, used in self._inside.items() if graph}
        for name in TopologicalSorter(inside).static_order():
            inner = inside.get(name, ())
            depth[name] = 1 + max((depth[other] for other in inner), default=0)
            if depth[name] > MAX_DEPTH:
                deep[name] = next((deep[other] for other in inner if other in deep), name)
        return deep

    def note(self, change: NodeChange | RenameChange) -> None:
        """Take note of a change to a drawing."""
        if isinstance(change, RenameChange):
            definition = self._used.get((change.graph, change.before))
            if definition is not None:
                self._leave(change.graph, change.before, definition)
                self._enter(change.graph, change.after, definition)
            return
        before, after = _definition(change.before), _definition(change.after)
        if before == after:
            return
        if before is not None:
            self._leave(change.graph, change.name, before)
        if after is not None:
            self._enter(change.graph, change.name, after)

    def _enter(self, graph: str, node: str, definition: str) -> None:
        self._used[graph, node] = definition
        self._users.setdefault(definition, {})[graph, node] = None
        self._count(graph, definition, 1)

    def _leave(self, graph: str, node: str, definition: str) -> None:
        del self._used[graph, node]
        del self._users[definition][graph, node]
        self._count(graph, definition, -1)

    def _count(self, graph: str, definition: str, by: int) -> None:
        self._deep = None
        _add(self._inside.setdefault(graph, Counter()), definition, by)
        _add(self._around.setdefault(definition, Counter()), graph, by)


def _add(counts: Counter[str], key: str, by: int) -> None:
    counts[key] += by
    if not counts[key]:
        del counts[key]


def _definition(node: Node | None) -> str | None:
    return node.layer.definition if node is not None and isinstance(node.layer, BlockLayer) else None

"""The order of a drawing's nodes, kept from one wire to the next.

Source: Pearce and Kelly 2006 (a dynamic topological sort: only what lies between the ends of a wire moves).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

Near = Callable[[str], Collection[str]]


def reach(names: Iterable[str], near: Near, within: Callable[[str], bool] | None = None) -> set[str]:
    """The nodes that can be walked to from ``names``, themselves included; only through those ``within``, if given."""
    found = set(names)
    waiting = list(found)
    while waiting:
        for other in near(waiting.pop()):
            if other not in found and (within is None or within(other)):
                found.add(other)
                waiting.append(other)
    return found


class Ordering:
    """A number for each node that is larger than the number of every node before it.

    Wires that turn the order round are noted, and the order is mended when it is next asked for: for one such wire only
    what lies between its ends moves, for several all nodes are sorted anew.
    """

    def __init__(self, before: Near, behind: Near, sort: Callable[[], Iterable[str]]) -> None:
        self._before, self._behind, self._sort = before, behind, sort
        self._places: dict[str, int] = {}
        self._next = 0
        self._late: list[tuple[str, str]] = []

    def places(self) -> Mapping[str, int]:
        """The numbers as they are now."""
        if self._late:
            self._mend()
        return self._places

    def leads(self, source: str, target: str) -> bool:
        """Whether one of two nodes leads to the other."""
        places = self.places()
        end = places[target]
        return target in reach([source], self._behind, lambda name: places[name] <= end)

    def add(self, name: str) -> None:
        """Put a node that has no wires behind all others."""
        self._places[name] = self._next
        self._next += 1

    def remove(self, name: str) -> None:
        """Forget a node."""
        del self._places[name]

    def rename(self, before: str, after: str) -> None:
        """Put a node that has no wires in the place of another."""
        self._places[after] = self._places.pop(before)

    def join(self, source: str, target: str) -> None:
        """Take note of a wire that closes no cycle."""
        if self._places[source] > self._places[target]:
            self._late.append((source, target))

    def _mend(self) -> None:
        late, self._late = self._late, []
        if len(late) == 1:
            self._turn(*late[0])
            return
        self._places = {name: place for place, name in enumerate(self._sort())}
        self._next = len(self._places)

    def _turn(self, source: str, target: str) -> None:
        """Bring what stands before the source in front of what stands behind the target, within their own places."""
        places = self._places
        if target not in places or source not in self._before(target):
            return  # what turned the order round is gone again
        low, high = places[target], places[source]
        ahead = reach([target], self._behind, lambda name: places[name] <= high)
        back = reach([source], self._before, lambda name: places[name] >= low)
        moved = [*sorted(back, key=places.__getitem__), *sorted(ahead, key=places.__getitem__)]
        places.update(zip(moved, sorted(places[name] for name in moved), strict=True))

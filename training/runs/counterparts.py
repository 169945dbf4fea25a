"""Which layer of a trained drawing each layer of another drawing is: by name, or by its place where the name changed.

A layer that was renamed, or put into a block or out of one, has another name and is still wired as it was. It is
recognized where exactly one layer of each drawing has these parameters, these weights and these neighbours; what
could be one of several stays unrecognized.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from graph.analysis.leaves import Leaf
from graph.layers.block import BlockLayer

Leaves = Mapping[str, Leaf]
Side = tuple[bool, str]  # whether of the trained drawing, and the layer's full name


def counterparts(drawing: Leaves, trained: Leaves) -> dict[str, str]:
    """The full names of trained layers by those of the drawing's layers, for as many as are recognized."""
    return _Pairing(drawing, trained).pairs


class _Pairing:
    """Pairs layers, those with equal names first; each new pair tells more about its neighbours."""

    def __init__(self, drawing: Leaves, trained: Leaves) -> None:
        self.pairs = {name: name for name, leaf in drawing.items() if _same_kind(leaf, trained.get(name))}
        self._leaves = (drawing, trained)
        self._targets = (_targets(drawing), _targets(trained))
        self._known: dict[Side, str] = {(side, name): name for name in self.pairs for side in (False, True)}
        self._looks: dict[Side, Hashable] = {}
        self._alike: dict[Hashable, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        self._settle([(side, name) for side in (False, True) for name in self._leaves[side]])

    def _settle(self, touched: Iterable[Side]) -> None:
        while touched:
            looks = dict.fromkeys(self._note(side) for side in dict.fromkeys(touched) if side not in self._known)
            touched = [found for look in looks if look for found in self._pair(look)]

    def _note(self, side: Side) -> Hashable:
        """Keep what a layer looks like now beside those that look the same."""
        trained, name = side
        look = self._look(trained, self._leaves[trained][name], self._targets[trained][name])
        self._alike[self._looks.get(side)][trained].discard(name)
        self._alike[look][trained].add(name)
        self._looks[side] = look
        return look

    def _look(self, trained: bool, leaf: Leaf, targets: Iterable[tuple[str, int]]) -> Hashable:
        """A layer and its neighbours as far as they are recognized; nothing where none of them is."""
        before = tuple(source and (self._known.get((trained, source[0])), source[1]) for source in leaf.sources)
        after = sorted((self._known.get((trained, target), ""), place) for target, place in targets)
        near = any(source and source[0] for source in before) or any(target for target, _ in after)
        return (_kind(leaf), tuple(leaf.weights.items()), before, tuple(after)) if near or _begins(leaf) else None

    def _pair(self, look: Hashable) -> list[Side]:
        """Pair the two that look like this, if there are just two; the neighbours this says something about."""
        ours, theirs = self._alike[look]
        if not len(ours) == len(theirs) == 1:
            return []
        name, other = ours.pop(), theirs.pop()
        self.pairs[name] = self._known[False, name] = self._known[True, other] = other
        return [*self._neighbours(False, name), *self._neighbours(True, other)]

    def _neighbours(self, trained: bool, name: str) -> list[Side]:
        sources = [source[0] for source in self._leaves[trained][name].sources if source]
        return [(trained, near) for near in (*sources, *(target for target, _ in self._targets[trained][name]))]


def _same_kind(leaf: Leaf, other: Leaf | None) -> bool:
    return other is not None and type(leaf.layer) is type(other.layer)


def _kind(leaf: Leaf) -> Hashable:
    """The layer with its parameters; of a block its kind, for it may have another name."""
    return type(leaf.layer) if isinstance(leaf.layer, BlockLayer) else leaf.layer


def _begins(leaf: Leaf) -> bool:
    return leaf.layer.role == "input"


def _targets(leaves: Leaves) -> dict[str, list[tuple[str, int]]]:
    """Which layers a layer feeds, and at which of their inputs."""
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in leaves}
    for name, leaf in leaves.items():
        for place, source in enumerate(leaf.sources):
            if source:
                found[source[0]].append((name, place))
    return found

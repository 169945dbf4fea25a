"""Layers that have a name and weights of the run, but stand elsewhere: what is found by name may be meant otherwise.

A layer that is deleted leaves its name to the next one that is added; two layers may change names, or places. What a
layer stands between are the nearest layers with weights, inputs and outputs on either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graph.analysis.leaves import Leaf

Near = frozenset[str] | None  # nothing where there are too many to tell by
MOST = 16
_NONE: frozenset[str] = frozenset()


def moved(drawing: Mapping[str, Leaf], trained: Mapping[str, Leaf], pairs: Mapping[str, str]) -> list[str]:
    """The layers with weights that have their name in the run, and no layer beside them that they had there."""
    before, after = _upstream(drawing), _downstream(drawing)
    old_before, old_after = _upstream(trained), _downstream(trained)
    return [
        name
        for name, leaf in drawing.items()
        if leaf.weights
        and pairs.get(name) == name
        and _parted(before[name], old_before[name], pairs)
        and _parted(after[name], old_after[name], pairs)
    ]


def _parted(near: Near, old: Near, pairs: Mapping[str, str]) -> bool:
    """Whether two sides that are known have nothing in common."""
    return bool(near) and bool(old) and not {pairs.get(name) for name in near or ()} & (old or _NONE)


def _upstream(leaves: Mapping[str, Leaf]) -> dict[str, Near]:
    return _nearest(leaves, leaves, {name: _sources(leaf) for name, leaf in leaves.items()})


def _downstream(leaves: Mapping[str, Leaf]) -> dict[str, Near]:
    targets: dict[str, list[str]] = {name: [] for name in leaves}
    for name, leaf in leaves.items():
        for source in _sources(leaf):
            targets[source].append(name)
    return _nearest(leaves, reversed(list(leaves)), targets)


def _sources(leaf: Leaf) -> list[str]:
    return list(dict.fromkeys(source[0] for source in leaf.sources if source))


def _nearest(leaves: Mapping[str, Leaf], order: Iterable[str], beside: Mapping[str, list[str]]) -> dict[str, Near]:
    """For every layer the first ones that count on one side, past those that do not."""
    found: dict[str, Near] = {}
    for name in order:
        sides = [frozenset((other,)) if _counts(leaves[other]) else found.get(other, _NONE) for other in beside[name]]
        found[name] = sides[0] if len(sides) == 1 else _union(iter(sides))
    return found


def _union(sides: Iterator[Near]) -> Near:
    every: frozenset[str] = _NONE
    for side in sides:
        if side is None or len(every | side) > MOST:
            return None
        every |= side
    return every


def _counts(leaf: Leaf) -> bool:
    return bool(leaf.weights) or leaf.layer.role in ("input", "output")

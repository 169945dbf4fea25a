"""Places for new nodes beside those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor

from graph.records import Node

# How far to the right and down a copy stands of what it was made from.
APART = 30.0
_CELL = APART / 2
_NEAR = (-1, 0, 1)


def aside(nodes: Iterable[Node], places: Sequence[tuple[float, float]]) -> float:
    """How far new nodes go to the right and down so that none of them all but covers one that is there."""
    taken = {(x + i, y + j) for x, y in (_cell(node.x, node.y) for node in nodes) for i in _NEAR for j in _NEAR}
    by = 0.0
    while any(_cell(x + by, y + by) in taken for x, y in places):
        by += APART
    return by


def _cell(x: float, y: float) -> tuple[int, int]:
    return floor(x / _CELL), floor(y / _CELL)

"""How many trials a search makes of what is varied."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from graph.recipe.sweep.axis import Axis
from graph.recipe.sweep.search import Grid, Random, Search


def combinations(axes: Sequence[Axis], whole: Sequence[bool], points: int) -> int:
    """How many combinations a grid has; ``whole`` says of each axis whether a range takes whole numbers alone."""
    return prod(len(axis.points(points, whole=each)) for axis, each in zip(axes, whole, strict=True))


def size(axes: Sequence[Axis], whole: Sequence[bool]) -> int | None:
    """How many combinations there are; nothing where a range has numbers without end."""
    counts = [_count(axis, each) for axis, each in zip(axes, whole, strict=True)]
    return None if None in counts else prod(count for count in counts if count is not None)


def wanted(search: Search, axes: Sequence[Axis], whole: Sequence[bool]) -> int:
    """How many trials a search is to have."""
    if isinstance(search, Grid):
        return combinations(axes, whole, search.points)
    trials: int = search.trials  # type: ignore[attr-defined]
    most = size(axes, whole)
    return trials if most is None or not isinstance(search, Random) else min(trials, most)


def _count(axis: Axis, whole: bool) -> int | None:
    if axis.values:
        return len(axis.values)
    return int(axis.high) - int(axis.low) + 1 if whole and axis.low is not None and axis.high is not None else None

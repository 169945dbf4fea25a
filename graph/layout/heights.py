"""How high the nodes of some layers stand: near the mean of their neighbours, with gaps between."""

from __future__ import annotations

from collections.abc import Sequence

from graph.layout.layers import Layers

NODE_GAP, WIRE_GAP, LANE = 36.0, 30.0, 16.0
# Odd: the last pass brings every node in line with what feeds it.
PASSES, LARGE_PASSES, LARGE = 13, 5, 3_000
# How much more a wire that passes a layer counts than a node: it runs straight until shortly before its end.
PASSING = 8.0

_Near = list[tuple[list[int], list[float], float]]


def heights(made: Layers, levels: Sequence[Sequence[int]], halves: Sequence[float]) -> dict[int, float]:
    """A y for the centre of every node and dummy of neighbouring layers; ``halves`` are half their heights.

    Neighbours in other layers do not count.
    """
    shown = {node for level in levels for node in level}
    ys: dict[int, float] = {}
    gaps: list[list[float]] = []
    for level in levels:
        offsets, offset, above = [], 0.0, -1
        for node in level:
            if above >= 0:
                offset += halves[above] + halves[node] + _gap(above < made.count, node < made.count)
            offsets.append(offset)
            ys[node], above = offset, node
        gaps.append(offsets)
    forwards = _near(made, levels, shown, forwards=True)
    backwards = _near(made, levels, shown, forwards=False)
    weights = [[1.0 if node < made.count or node in made.lanes else PASSING for node in level] for level in levels]
    order = range(len(levels))
    for turn in range(PASSES if len(shown) < LARGE else LARGE_PASSES):
        ahead = turn % 2 == 0
        near = forwards if ahead else backwards
        for at in order if ahead else reversed(order):
            _settle(levels[at], near[at], gaps[at], weights[at], ys)
    return ys


def _gap(upper: bool, lower: bool) -> float:
    return NODE_GAP if upper and lower else WIRE_GAP if upper or lower else LANE


def _near(made: Layers, levels: Sequence[Sequence[int]], shown: set[int], forwards: bool) -> list[_Near]:
    """What each node goes by, with weights: what feeds it or what it feeds; a wire in passing keeps its height."""
    count = made.count
    found: list[_Near] = []
    for level in levels:
        row: _Near = []
        for node in level:
            before, after = made.before[node], made.after[node]
            passing = [other for other in after if other >= count and other not in made.lanes]
            if forwards:
                others = [*before, *passing] if node < count else before
            else:
                others = after if node < count else passing
            others = [other for other in others if other in shown]
            weights = [1.0 if other < count or other in made.lanes else PASSING for other in others]
            row.append((others, weights, sum(weights)))
        found.append(row)
    return found


def _settle(
    level: Sequence[int], near: _Near, offsets: Sequence[float], weights: Sequence[float], ys: dict[int, float]
) -> None:
    """Move the nodes of a layer as close to where they would stand best as order and gaps allow.

    Isotonic regression by pooling of neighbours.
    """
    pools: list[tuple[float, float, int]] = []
    for node, (others, shares, total), offset, heavy in zip(level, near, offsets, weights, strict=True):
        if len(others) == 1:
            mean = ys[others[0]] - offset
        elif others:
            mean = sum([share * ys[other] for other, share in zip(others, shares, strict=True)]) / total - offset
        else:
            mean = ys[node] - offset
        size = 1
        while pools and pools[-1][0] > mean:
            above, weight, more = pools.pop()
            mean = (above * weight + mean * heavy) / (weight + heavy)
            heavy, size = heavy + weight, size + more
        pools.append((mean, heavy, size))
    at = 0
    for mean, _, size in pools:
        for place in range(at, at + size):
            ys[level[place]] = mean + offsets[place]
        at += size

"""Puts the nodes of a drawing in order: layers from left to right, wrapped into rows like text when it gets long."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from graph.layout.ranking import Layers, build_layers
from graph.layout.rows import COLUMN_GAP, ROW_GAP, Size, Strip, half
from graph.modelgraph import ModelGraph

Place = tuple[float, float]

DEFAULT_SIZE: Size = (180.0, 96.0)
NODE_GAP = 36.0
PASSES = 13  # odd: the last one brings every node in line with what feeds it
# How much more a wire that passes a layer counts than a node: it runs straight until shortly before its end.
PASSING = 8.0


def lay_out(
    graph: ModelGraph, sizes: Mapping[str, Size] | None = None, names: Collection[str] | None = None
) -> dict[str, Place]:
    """New centres for the nodes, or for those in ``names``, whose middle stays where it is.

    ``sizes`` are widths and heights in canvas units. The result depends on the drawing alone.
    """
    wanted = None if names is None else set(names)
    order = [name for name in graph.reading_order() if wanted is None or name in wanted]
    if not order:
        return {}
    size_of = {name: (sizes or {}).get(name, DEFAULT_SIZE) for name in order}
    kept = set(order)
    sources = {
        name: [wire.source for _, wire in graph.arguments(name) if wire is not None and wire.source in kept]
        for name in order
    }
    roles = {name: graph.node(name).layer.role for name in order}
    inputs, outputs = (
        _in_order(graph, [name for name in order if roles[name] == role]) for role in ("input", "output")
    )
    low = [name for name in order if roles[name] in ("target", "objective")]
    if graph.key:
        made = build_layers(order, sources, inputs, outputs if len(order) > 1 else (), low, [*inputs, *outputs])
    else:
        shown = graph.upstream(outputs)
        made = build_layers(order, sources, [name for name in inputs if name in shown or not shown], (), low)
    places = _wrap(made, size_of)
    if names is None:
        return places
    centres = [(graph.node(name).x, graph.node(name).y) for name in order]
    dx = sum(x for x, _ in centres) / len(order) - sum(x for x, _ in places.values()) / len(order)
    dy = sum(y for _, y in centres) / len(order) - sum(y for _, y in places.values()) / len(order)
    return {name: (round(x + dx), round(y + dy)) for name, (x, y) in places.items()}


def _in_order(graph: ModelGraph, names: Sequence[str]) -> list[str]:
    """Nodes from top to bottom: the order of a block's ports."""
    return sorted(names, key=lambda name: (graph.node(name).y, graph.node(name).x, name))


def _wrap(made: Layers, sizes: Mapping[str, Size]) -> dict[str, Place]:
    """Break the layers into as many rows as come closest to the shape of a window."""
    heights = _heights(made, sizes)
    strip = Strip(made, sizes, heights)
    places: dict[str, Place] = {}
    top = 0.0
    for row in strip.best():
        shift = top - strip.top(row)
        left = 0.0
        for at in row:
            width = strip.widths[at]
            for node in made.layers[at]:
                if isinstance(node, str):
                    places[node] = (round(left + width / 2), round(heights[node] + shift))
            left += width + COLUMN_GAP
        top += strip.height(row) + ROW_GAP
    return places


def _heights(made: Layers, sizes: Mapping[str, Size]) -> dict[object, float]:
    """A y for the centre of every node and dummy: near the mean of its neighbours, with gaps between."""
    ys: dict[object, float] = {}
    for layer in made.layers:
        offset = 0.0
        for node in layer:
            ys[node] = offset
            offset += 2 * half(node, sizes) + NODE_GAP
    for turn in range(PASSES):
        forwards = turn % 2 == 0
        for layer in made.layers if forwards else reversed(made.layers):
            wanted = [_wanted(node, made, ys, forwards) for node in layer]
            halves, weights = [half(node, sizes) for node in layer], [_weight(node) for node in layer]
            ys.update(zip(layer, _spread(wanted, halves, weights), strict=True))
    return ys


def _weight(node: object) -> float:
    return 1.0 if isinstance(node, str) else PASSING


def _wanted(node: object, made: Layers, ys: Mapping[object, float], forwards: bool) -> float:
    """Where a node would stand best: at the mean of its neighbours; a wire in passing at one height all the way."""
    before, after = made.before.get(node, []), made.after.get(node, [])
    passing = [other for other in after if not isinstance(other, str)]
    near = after
    if forwards:
        near = [*before, *passing] if isinstance(node, str) else before
    elif not isinstance(node, str):
        near = passing
    total = sum(_weight(other) for other in near)
    return sum(_weight(other) * ys[other] for other in near) / total if near else ys[node]


def _spread(wanted: Sequence[float], halves: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The places closest to those wanted that keep the order and the gap: isotonic regression by pooling."""
    offsets = [0.0]
    for upper, lower in pairwise(halves):
        offsets.append(offsets[-1] + upper + lower + NODE_GAP)
    pools: list[tuple[float, float, int]] = []
    for value, offset, weight in zip(wanted, offsets, weights, strict=True):
        mean, heavy, count = value - offset, weight, 1
        while pools and pools[-1][0] > mean:
            above, size, more = pools.pop()
            mean = (above * size + mean * heavy) / (size + heavy)
            heavy, count = heavy + size, count + more
        pools.append((mean, heavy, count))
    flat = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]

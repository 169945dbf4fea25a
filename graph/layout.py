"""Puts the nodes of a drawing in order: layers from left to right, wrapped into rows like text when it gets long."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from math import inf

from graph.layering import Layers, build_layers
from graph.modelgraph import ModelGraph

Size = tuple[float, float]
Place = tuple[float, float]

DEFAULT_SIZE: Size = (180.0, 96.0)
COLUMN_GAP = 56.0
NODE_GAP = 36.0
ROW_GAP = 72.0
WIRE_HEIGHT = 24.0
ASPECT = 2.2
PASSES = 12
MIN_COLUMNS = 3


def lay_out(
    graph: ModelGraph, sizes: Mapping[str, Size] | None = None, names: Collection[str] | None = None
) -> dict[str, Place]:
    """New centres for the nodes, or for those in ``names``, whose middle stays where it is.

    ``sizes`` are widths and heights in canvas units. The result depends on the drawing alone.
    """
    order = [name for name in graph.reading_order() if names is None or name in names]
    if not order:
        return {}
    size_of = {name: (sizes or {}).get(name, DEFAULT_SIZE) for name in order}
    kept = set(order)
    sources = {
        name: [wire.source for _, wire in graph.arguments(name) if wire is not None and wire.source in kept]
        for name in order
    }
    roles = {name: graph.node(name).layer.role for name in order}
    shown = graph.upstream(name for name in order if roles[name] == "output")
    first = [name for name in order if roles[name] == "input" and (name in shown or not shown)]
    last = [name for name in order if roles[name] == "output" and graph.key and len(order) > 1]
    low = [name for name in order if roles[name] in ("target", "objective")]
    places = _wrap(build_layers(order, sources, first, last, low), size_of)
    if names is None:
        return places
    centres = [(graph.node(name).x, graph.node(name).y) for name in order]
    dx = sum(x for x, _ in centres) / len(order) - sum(x for x, _ in places.values()) / len(order)
    dy = sum(y for _, y in centres) / len(order) - sum(y for _, y in places.values()) / len(order)
    return {name: (round(x + dx), round(y + dy)) for name, (x, y) in places.items()}


def _wrap(made: Layers, sizes: Mapping[str, Size]) -> dict[str, Place]:
    """Break the layers into as many rows as come closest to the shape of a window."""
    widths = [max((sizes[n][0] for n in layer if isinstance(n, str)), default=0.0) for layer in made.layers]
    heights = _heights(made, sizes)
    best: tuple[float, list[range]] = (inf, [range(len(made.layers))])
    breaks = _breaks(made)
    for count in range(1, len(breaks) + 2):
        rows = _rows(widths, breaks, count)
        if min(len(row) for row in rows) < MIN_COLUMNS and count > 1:
            continue
        width = max(sum(widths[at] + COLUMN_GAP for at in row) for row in rows)
        height = sum(_row_height(row, made, sizes, heights) + ROW_GAP for row in rows)
        misfit = abs(width / height / ASPECT - 1) if width > height * ASPECT else abs(height * ASPECT / width - 1)
        if misfit < best[0]:
            best = (misfit, rows)
        if width < height:
            break
    places: dict[str, Place] = {}
    top = 0.0
    for row in best[1]:
        shift = top - min(heights[node] - _half(node, sizes) for at in row for node in made.layers[at])
        left = 0.0
        for at in row:
            for node in made.layers[at]:
                if isinstance(node, str):
                    places[node] = (round(left + widths[at] / 2), round(heights[node] + shift))
            left += widths[at] + COLUMN_GAP
        top += _row_height(row, made, sizes, heights) + ROW_GAP
    return places


def _breaks(made: Layers) -> list[int]:
    """The layers in front of which a row may end: one wire passes there."""
    found = []
    for at in range(1, len(made.layers)):
        passing = {node for node in made.layers[at - 1] if made.after.get(node)}
        arriving = sum(len(made.before.get(node, ())) for node in made.layers[at])
        if len(passing) == 1 and arriving == 1:
            found.append(at)
    return found


def _rows(widths: Sequence[float], breaks: Sequence[int], count: int) -> list[range]:
    """Cut the layers into at most ``count`` rows of about one width, at breaks."""
    limit = sum(widths) / count
    rows: list[range] = []
    start, filled = 0, 0.0
    for at, width in enumerate(widths):
        if at in breaks and filled + width / 2 > limit * (len(rows) + 1) and len(rows) < count - 1:
            rows.append(range(start, at))
            start = at
        filled += width
    return [*rows, range(start, len(widths))]


def _half(node: object, sizes: Mapping[str, Size]) -> float:
    return sizes[node][1] / 2 if isinstance(node, str) else WIRE_HEIGHT / 2


def _row_height(row: range, made: Layers, sizes: Mapping[str, Size], ys: Mapping[object, float]) -> float:
    nodes = [node for at in row for node in made.layers[at]]
    top = min(ys[node] - _half(node, sizes) for node in nodes)
    return max(ys[node] + _half(node, sizes) for node in nodes) - top


def _heights(made: Layers, sizes: Mapping[str, Size]) -> dict[object, float]:
    """A y for the centre of every node and dummy: near the mean of its neighbours, with gaps between."""
    ys: dict[object, float] = {}
    for layer in made.layers:
        offset = 0.0
        for node in layer:
            ys[node] = offset
            offset += 2 * _half(node, sizes) + NODE_GAP
    for turn in range(PASSES):
        levels = made.layers if turn % 2 == 0 else list(reversed(made.layers))
        near = made.before if turn % 2 == 0 else made.after
        for layer in levels:
            wanted = [_mean([ys[other] for other in near.get(node, ())], ys[node]) for node in layer]
            ys.update(zip(layer, _spread(wanted, [_half(node, sizes) for node in layer]), strict=True))
    return ys


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _spread(wanted: Sequence[float], halves: Sequence[float]) -> list[float]:
    """The places closest to those wanted that keep the order and the gap: isotonic regression by pooling."""
    offsets = [0.0]
    for upper, lower in pairwise(halves):
        offsets.append(offsets[-1] + upper + lower + NODE_GAP)
    pools: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        mean, count = value - offset, 1
        while pools and pools[-1][0] > mean:
            above, size = pools.pop()
            mean, count = (above * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    flat = [mean for mean, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]

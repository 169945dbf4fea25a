"""Puts the nodes of a drawing in order: layers from left to right, wrapped into rows like text when it gets long."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from math import inf

from graph.layout.ranking import Layers, build_layers
from graph.modelgraph import ModelGraph

Size = tuple[float, float]
Place = tuple[float, float]

DEFAULT_SIZE: Size = (180.0, 96.0)
COLUMN_GAP = 56.0
NODE_GAP = 36.0
ROW_GAP = 72.0
WIRE_HEIGHT = 24.0
# How far below its start a wire back to the next row runs.
WAY_BACK = 72.0
ASPECT = 2.2
PASSES = 13  # odd: the last one brings every node in line with what feeds it
MIN_COLUMNS = 3
# How much more a wire that passes a layer counts than a node: it runs straight until shortly before its end.
PASSING = 8.0


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
    widths = [max((sizes[n][0] for n in layer if isinstance(n, str)), default=0.0) for layer in made.layers]
    heights = _heights(made, sizes)
    best: tuple[float, list[range]] = (inf, [range(len(made.layers))])
    breaks = _breaks(made)
    for count in range(1, len(breaks) + 2):
        rows = _rows(widths, breaks, count)
        if count > 1 and (min(len(row) for row in rows) < MIN_COLUMNS or not _returns(rows, made, sizes, heights)):
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
    """Cut the layers into at most ``count`` rows of about one width, at breaks; none narrower than need be."""
    ends = [0, *breaks, len(widths)]
    parts = [range(start, end) for start, end in pairwise(ends)]
    sizes = [sum(widths[at] for at in part) for part in parts]
    limit = max(*sizes, sum(widths) / count)
    rows: list[range] = []
    filled = 0.0
    for part, size in zip(parts, sizes, strict=True):
        if rows and filled + size / 2 <= limit:
            rows[-1] = range(rows[-1].start, part.stop)
            filled += size
        else:
            rows.append(part)
            filled = size
    return rows


def _returns(rows: Sequence[range], made: Layers, sizes: Mapping[str, Size], heights: Mapping[object, float]) -> bool:
    """Whether the wire from the end of each row to the next has a free way back below its own."""
    for row in rows[:-1]:
        start = next(node for node in made.layers[row[-1]] if made.after.get(node))
        bottom = max(heights[node] + _half(node, sizes) for at in row for node in made.layers[at])
        if bottom - heights[start] > WAY_BACK:
            return False
    return True


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
        forwards = turn % 2 == 0
        for layer in made.layers if forwards else reversed(made.layers):
            wanted = [_wanted(node, made, ys, forwards) for node in layer]
            halves, weights = [_half(node, sizes) for node in layer], [_weight(node) for node in layer]
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

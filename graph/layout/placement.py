"""Puts the nodes of a drawing in order: layers from left to right, wrapped into rows like text when it gets long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from graph.layout.arguments import drawn_order
from graph.layout.crossings import reduce_crossings
from graph.layout.heights import heights
from graph.layout.layers import Layers, Orders, build_layers
from graph.layout.order import put_in_order
from graph.layout.rows import VIEW, Breaks, Rows, Size, columns, current, fitting
from graph.modelgraph import ModelGraph

Place = tuple[float, float]

DEFAULT_SIZE: Size = (180.0, 96.0)
# Up to so many nodes several ways to break them into rows are laid out in full before one is chosen.
SMALL, TRIED = 300, 4
# A drawing more than this share of whose nodes stand where its rows would have them keeps its rows and its place,
# unless others are better by this much.
MOST, STAY = 0.5, 1.3


def lay_out(
    graph: ModelGraph,
    sizes: Mapping[str, Size] | None = None,
    names: Collection[str] | None = None,
    view: Size = VIEW,
) -> dict[str, Place]:
    """New centres for the nodes, or for those in ``names``, whose middle stays where it is.

    ``sizes`` are widths and heights in canvas units, ``view`` is what the window shows at full size. Rows in which the
    nodes stand already are kept while they fit. Inputs, Targets and Outputs keep their order, which is that of
    arguments and results; one that could not among others that stay is left out.
    """
    wanted = None if names is None else set(names)
    order = [name for name in graph.reading_order() if wanted is None or name in wanted]
    if not order:
        return {}
    size_of = [(sizes or {}).get(name, DEFAULT_SIZE) for name in order]
    standing = [(graph.node(name).x, graph.node(name).y) for name in order]
    for rising in (False, True):
        placing = _Placing(_layers(graph, order, rising), size_of, view)
        places = dict(zip(order, placing.best(standing), strict=True))
        if names is not None:
            dx = sum(x for x, _ in standing) / len(order) - sum(x for x, _ in places.values()) / len(order)
            dy = sum(y for _, y in standing) / len(order) - sum(y for _, y in places.values()) / len(order)
            places = {name: (round(x + dx), round(y + dy)) for name, (x, y) in places.items()}
        if put_in_order(graph, places, dict(zip(order, size_of, strict=True))):
            break
    return places


def _layers(graph: ModelGraph, order: Sequence[str], rising: bool) -> Layers:
    """The nodes in layers, by their numbers in the order; those of Inputs, Targets and Outputs may rise with theirs."""
    number = {name: at for at, name in enumerate(order)}
    sources = [
        list(
            dict.fromkeys(
                number[wire.source] for _, wire in graph.arguments(name) if wire is not None and wire.source in number
            )
        )
        for name in order
    ]
    roles = [graph.node(name).layer.role for name in order]

    def of(*wanted: str) -> list[str]:
        return [name for name, role in zip(order, roles, strict=True) if role in wanted]

    def numbers(names: Iterable[str]) -> list[int]:
        return [number[name] for name in names]

    inputs, outputs = _in_order(graph, of("input")), _in_order(graph, of("output"))
    low = numbers(of("target", "objective"))
    if graph.key:
        made = build_layers(sources, set(numbers(inputs)), numbers(outputs) if len(order) > 1 else (), low)
        reduce_crossings(made, [numbers([*inputs, *outputs])], _exits(graph, number))
        return made
    shown, targets = graph.upstream(outputs), _in_order(graph, of("target"))
    orders = Orders([numbers(names) for names in (inputs, targets)], [numbers(outputs)], rising)
    made = build_layers(sources, {number[name] for name in inputs if name in shown or not shown}, (), low, orders)
    reduce_crossings(made, [*orders.begin, *orders.end], _exits(graph, number))
    return made


def _exits(graph: ModelGraph, number: Mapping[str, int]) -> dict[tuple[int, int], int]:
    """Which output, counted from 0, each two nodes are joined by, for nodes that have several."""
    several = [name for name in number if len(graph.node(name).layer.output_names()) > 1]
    return {
        (number[name], number[wire.target]): graph.output_index(name, wire.source_port)
        for name in several
        for wire in sorted(graph.outgoing(name), reverse=True)
        if wire.target in number
    }


def _in_order(graph: ModelGraph, names: Sequence[str]) -> list[str]:
    """Nodes from top to bottom: the order of a block's ports, or of arguments and results."""
    if not graph.key:
        return drawn_order(graph, names)
    return sorted(names, key=lambda name: (graph.node(name).y, graph.node(name).x, name))


class _Placing:
    """Places for layers of nodes with these widths and heights."""

    def __init__(self, made: Layers, sizes: Sequence[Size], view: Size) -> None:
        self._made, self._sizes, self._view = made, sizes, view
        count = made.count
        self._widths = [max([sizes[node][0] for node in level if node < count], default=0.0) for level in made.levels]
        self._halves = [*(height / 2 for _, height in sizes), *[0.0] * (len(made.rank) - count)]
        self._stacks = [self._stack(level) for level in made.levels]
        self._breaks = Breaks(made, self._widths)

    def _stack(self, level: Sequence[int]) -> float:
        """About how high a layer is."""
        return sum(2 * self._halves[node] + (36.0 if node < self._made.count else 8.0) for node in level) - 36.0

    def best(self, standing: Sequence[Place]) -> list[Place]:
        """The places of the nodes in the rows that suit the view best, or in those they stand in."""
        choices = fitting(self._breaks, self._view, self._estimate)
        count = self._made.count
        if count > SMALL:
            return self._places(choices[0])[0]
        tried = [(rows, *self._places(rows)) for rows in choices[:TRIED]]
        rows, places, size = min(tried, key=lambda each: self._cost(each[0], each[2]))
        kept = current([[standing[node] for node in level if node < count] for level in self._made.levels])
        stay, there = self._places(kept)
        by, many = Counter((x - at[0], y - at[1]) for (x, y), at in zip(standing, stay, strict=True)).most_common(1)[0]
        if many > MOST * count and self._cost(kept, there) <= STAY * self._cost(rows, size):
            return [(x + by[0], y + by[1]) for x, y in stay]
        return places

    def _cost(self, rows: Rows, size: Size) -> float:
        return self._breaks.cost(rows, size, self._view)

    def _estimate(self, rows: Rows) -> Size:
        high = sum(max(self._stacks[row.start : row.stop]) for row in rows)
        return max(edges[-1] for edges in columns(rows, self._widths)), high + sum(
            self._breaks.gap(row.stop) for row in rows[:-1]
        )

    def _places(self, rows: Rows) -> tuple[list[Place], Size]:
        """The places of all nodes, and the size of the whole."""
        made, halves = self._made, self._halves
        left = columns(rows, self._widths)
        places: list[Place] = [(0.0, 0.0)] * made.count
        top = 0.0
        for row, edges in zip(rows, left, strict=True):
            levels = _within(made, row)
            ys = heights(made, levels, halves)
            above = min(ys[node] - halves[node] for node in ys)
            for column, level in enumerate(levels):
                for node in level:
                    if node < made.count:
                        places[node] = (round(edges[column] + self._sizes[node][0] / 2), round(ys[node] - above + top))
            top += max(ys[node] + halves[node] for node in ys) - above + self._breaks.gap(row.stop)
        return places, (max(edges[-1] for edges in left), top)


def _within(made: Layers, row: range) -> list[list[int]]:
    """The layers of a row, with dummies of those wires alone that begin and end in it; others are led around."""
    if len(row) == len(made.levels):
        return made.levels
    kept = {node for at in row for node in made.levels[at] if node < made.count}
    shown = [set(made.levels[at]) for at in row]
    for near, order in ((made.after, range(len(row) - 2, -1, -1)), (made.before, range(1, len(row)))):
        step = 1 if near is made.after else -1
        found = {node for node in kept if node < made.count}
        for at in order:
            beside = shown[at + step]
            found |= {
                node
                for node in shown[at]
                if node >= made.count
                and (
                    any(other in found and other in beside for other in near[node])
                    or (node in made.lanes and near is made.after)
                )
            }
        kept = found if near is made.after else kept & found
    return [[node for node in made.levels[at] if node in kept] for at in row]

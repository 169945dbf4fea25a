"""Going through a drawing by the arrow keys."""

from __future__ import annotations

from gui.canvas.scene.scene import Scene


def step(drawing: Scene, name: str, direction: tuple[int, int]) -> str:
    """The node an arrow leads to: along the wires sideways, between siblings up and down; "" if there is none.

    From no node at all, every arrow leads to the first one.
    """
    graph = drawing.graph
    if name not in graph.nodes:
        return next(iter(graph.reading_order()), "")
    across, down = direction
    if across:
        neighbours = (
            {wire.target for wire in graph.outgoing(name)}
            if across > 0
            else {wire.source for wire in graph.inputs(name).values()}
        )
        return _closest(drawing, name, neighbours)
    here = graph.node(name)
    return _closest(drawing, name, {node.name for node in graph.nodes.values() if (node.y - here.y) * down > 0})


def _closest(drawing: Scene, name: str, names: set[str]) -> str:
    """The one at the least distance; sideways distance counts double, so that up and down keep to a column."""
    here, nodes = drawing.graph.node(name), drawing.graph.nodes
    return min(
        names, key=lambda other: (2 * abs(nodes[other].x - here.x) + abs(nodes[other].y - here.y), other), default=""
    )

"""In which order a drawing's Inputs, Targets and Outputs stand where they have an order: as arguments and results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.modelgraph import ModelGraph

ROLES = ("input", "target", "output")


def arguments(graph: ModelGraph) -> list[list[str]]:
    """The Inputs, Targets and Outputs in their orders."""
    return [
        drawn_order(graph, [name for name, node in graph.nodes.items() if node.layer.role == role]) for role in ROLES
    ]


def drawn_order(graph: ModelGraph, names: Iterable[str]) -> list[str]:
    """Nodes from top to bottom, and from left to right where they stand side by side.

    Nodes at one and the same place come in the order in which the drawing uses them, as a formula is read. Their names
    decide only where nothing else tells them apart, so renaming a node does not move it among the others.
    """
    nodes = {name: graph.node(name) for name in names}
    places = {name: (node.y, node.x) for name, node in nodes.items()}
    used = _order_of_use(graph) if len(set(places.values())) < len(places) else {}
    return sorted(nodes, key=lambda name: (*places[name], used.get(name, 0), name))


def _order_of_use(graph: ModelGraph) -> Mapping[str, int]:
    """A number for each node: the arguments of the first end in the order of their ports, then those of the next."""
    depth: dict[str, int] = {}
    for name in graph.order():
        depth[name] = 1 + max((depth[wire.source] for wire in graph.inputs(name).values()), default=0)

    def end(name: str) -> tuple[float, float, int, int, str]:
        node = graph.nodes[name]
        outlet = min(
            (graph.output_index(wire.source, wire.source_port) for wire in graph.inputs(name).values()), default=0
        )
        return node.y, node.x, depth[name], outlet, name

    number: dict[str, int] = {}
    waiting = sorted((name for name in graph.nodes if not graph.outgoing(name)), key=end, reverse=True)
    seen: set[str] = set()
    while waiting:
        name = waiting[-1]
        sources = [wire.source for _, wire in graph.arguments(name) if wire is not None]
        missing = [source for source in sources if source not in seen]
        if name in seen or not missing:
            waiting.pop()
            seen.add(name)
            number.setdefault(name, len(number))
        else:
            waiting += reversed(missing)
    return number

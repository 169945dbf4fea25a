"""Repairs the editor offers beside a problem: each is one edit of the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graph.document import Document
from graph.edits.placing.room import card_of, make_room
from graph.errors import DocumentError, Fix
from graph.layout.room import Card
from graph.layout.rows import COLUMN_GAP
from graph.modelgraph import ModelGraph
from graph.problems.trainable import add_objective
from graph.records import Problem


def apply(document: Document, problem: Problem) -> None:
    """Carry out a problem's fix as one undo step.

    Raises:
        DocumentError: the problem has no fix, or the drawing has changed so that it does not apply.
    """
    fix = problem.fix
    if not isinstance(fix, Fix) or fix.action not in _ACTIONS:
        raise DocumentError("There is no fix for this problem.")
    graph = document.graphs[problem.graph]
    with document.edit(fix.label):
        _ACTIONS[fix.action](graph, problem.node, **fix.arguments)


def _insert(
    graph: ModelGraph,
    node: str,
    kind: str,
    port: str,
    parameters: dict[str, Any] | None = None,
    also: Sequence[str] = (),
) -> None:
    """Put a new layer on the wire into an input port; one more on those into the ports ``also``."""
    for each in (port, *also):
        _insert_one(graph, node, kind, each, parameters)


def _insert_one(graph: ModelGraph, node: str, kind: str, port: str, parameters: dict[str, Any] | None) -> None:
    wire = graph.inputs(node).get(port)
    if wire is None:
        raise DocumentError(f"'{node}' has no wire at '{port}' any more.")
    source, target = graph.node(wire.source), graph.node(node)
    middle = ((source.x + target.x) / 2, (source.y + target.y) / 2)
    before = card_of(graph, wire.source)
    if source.x >= target.x:  # the target begins another row
        middle = (before.right + COLUMN_GAP, source.y)
    added = graph.add(kind, parameters, at=middle)
    graph.connect(wire.source, added, source_port=wire.source_port)
    graph.connect(added, node, port)
    make_room(graph, [added], [Card(middle[0], before.top, middle[0], before.bottom)])


def _connect(graph: ModelGraph, node: str, source: str, port: str, through: str) -> None:
    """Connect a node to a port that has nothing, through a new layer where one is needed."""
    if source not in graph.nodes or port in graph.inputs(node):
        raise DocumentError(f"'{source}' and the input '{port}' of '{node}' are not both free any more.")
    graph.connect(source, node, port)
    if through:
        _insert_one(graph, node, through, port, None)


def _insert_before(graph: ModelGraph, node: str, layer: str, kind: str) -> None:
    """Put a new layer in front of another one, where the node's problem begins."""
    if layer not in graph.nodes or node not in graph.downstream([layer]):
        raise DocumentError(f"'{layer}' does not lead to '{node}' any more.")
    _insert_one(graph, layer, kind, "x", None)


def _set_parameters(graph: ModelGraph, node: str, parameters: dict[str, Any]) -> None:
    graph.set(node, **parameters)


def _bypass(graph: ModelGraph, node: str) -> None:
    """Remove a node and join its neighbours."""
    graph.remove([node], heal=True)


def _share(graph: ModelGraph, node: str, owner: str) -> None:
    graph.share(node, owner)


def _retie(graph: ModelGraph, node: str, weight: str, again: str) -> None:
    ties = graph.node(node).ties
    graph.alter(node, ties={again if key == weight else key: text for key, text in ties.items()})


def _tie(graph: ModelGraph, node: str, weight: str, source: str) -> None:
    graph.tie(node, weight, source)


def _skip(graph: ModelGraph, node: str, layer: str, target: str, port: str) -> None:
    """Connect a port on the way to the node to what feeds ``layer``, and remove that where nothing else uses it."""
    wires = list(graph.inputs(layer).values())
    if len(wires) != 1 or graph.inputs(target).get(port) is None:
        raise DocumentError(f"'{layer}' does not stand in front of '{node}' any more.")
    graph.connect(wires[0].source, target, port, wires[0].source_port)
    if not graph.outgoing(layer):
        graph.remove([layer])


_ACTIONS: dict[str, Callable[..., None]] = {
    "learn": add_objective,
    "connect": _connect,
    "insert": _insert,
    "insert_before": _insert_before,
    "set_parameters": _set_parameters,
    "remove": _bypass,
    "share": _share,
    "retie": _retie,
    "tie": _tie,
    "skip": _skip,
}

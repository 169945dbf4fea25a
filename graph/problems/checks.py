"""Everything that is wrong or unwise in a drawing, each in the order of its data flow."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graph.blocks.expansion import Scope, check_shares, resolve
from graph.document import Document
from graph.errors import Fix, ShapeError
from graph.problems.advice import advise
from graph.problems.roots import rooted
from graph.problems.trainable import advise_objective
from graph.problems.turns import turn_problems
from graph.records import Node, Problem
from graph.tying import Place, givers


def check(document: Document, graph: str = "") -> list[Problem]:
    """The problems of a drawing: errors, which keep it from running, and then advice."""
    whole = [*turn_problems(document), *advise_objective(document)] if graph == "" else []
    return [*errors(document, graph), *whole, *advise(document, graph)]


def errors(document: Document, graph: str = "", nodes: Collection[str] | None = None) -> list[Problem]:
    """What keeps a drawing, or some of its ``nodes``, from running."""
    drawing, found = document.graphs[graph], dict(document.problems(graph))
    for problem in [*_targets(document, graph), *_sharing(document, graph)]:
        found.setdefault(problem.node, problem)
    problems = [
        rooted(document, found[name]) for name in drawing.order() if name in found and (nodes is None or name in nodes)
    ]
    if graph == "" and not any(node.layer.role in ("output", "objective") for node in drawing.nodes.values()):
        problems.append(Problem(f"'{document.name}' has no Output: add an Output node and connect the result to it."))
    return problems


def _targets(document: Document, graph: str) -> Iterator[Problem]:
    drawing = document.graphs[graph]
    for name, node in drawing.nodes.items():
        if node.layer.role != "target":
            continue
        for wire in drawing.outgoing(name):
            if drawing.node(wire.target).layer.role != "objective":
                message = f"'{wire.target}' is fed by the Target '{name}'; targets may reach objectives only."
                yield Problem(message, wire.target, wire.target_port, graph=graph)


def _sharing(document: Document, graph: str) -> Iterator[Problem]:
    drawing, types = document.graphs[graph], document.types(graph)
    tied = any(node.ties for node in drawing.nodes.values())
    ends = [name for name, node in drawing.nodes.items() if tied and node.layer.role in ("output", "objective")]
    needed = drawing.upstream(ends)
    for name, node in drawing.nodes.items():
        if not (node.shares or node.ties) or name in document.problems(graph):
            continue
        known = [key for key in (name, node.shares, *givers(node)) if key in types]
        layers = {key: resolve(drawing.nodes[key], document.values(graph)) for key in known}
        try:
            check_shares(document, Scope(drawing, layers, types), name)
        except ShapeError as error:
            yield Problem(f"'{name}': {error}", name, fix=error.fix, graph=graph)
            continue
        idle = next((giver for giver in givers(node) if name in needed and giver not in needed), "")
        if idle:
            message = f"'{name}' uses a weight of '{idle}', but nothing that is computed needs '{idle}'; connect it."
            yield Problem(message, name, fix=_own_weight(node, idle), graph=graph)


def _own_weight(node: Node, giver: str) -> Fix:
    """The fix that gives a node its own weight in place of that of ``giver``."""
    weight = next(key for key, text in node.ties.items() if Place.read(text).node == giver)
    return Fix(f"Give it a {weight} of its own", "tie", {"weight": weight, "source": ""})

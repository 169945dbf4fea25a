"""Everything that is wrong or unwise in a drawing, each in the order of its data flow."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graph.blocks.expansion import Scope, check_shares, resolve
from graph.document import Document
from graph.errors import Fix, ShapeError
from graph.problems.advice import advise
from graph.problems.loose import joined
from graph.problems.roots import rooted
from graph.problems.trainable import advise_objective
from graph.problems.turns import turn_problems
from graph.records import Node, Problem
from graph.tying import Place, givers

_ENDS = ("output", "objective")
_NO_OBJECTIVE = "The drawing has no objective to train for: add a CrossEntropy or MSE and connect its inputs."


def check_all(document: Document) -> list[Problem]:
    """The problems of a drawing and of the blocks it defines, one graph after the other."""
    drawn = [key for key, graph in document.graphs.items() if graph.nodes or not key]
    return [problem for key in drawn for problem in check(document, key)]


def check(document: Document, graph: str = "") -> list[Problem]:
    """The problems of a graph: errors, which keep it from running, and then advice."""
    whole = [*turn_problems(document), *advise_objective(document)] if graph == "" else []
    left = [problem for problem in document.problems(graph).values() if problem.severity != "error"]
    return [*errors(document, graph), *whole, *left, *advise(document, graph)]


def obstacles(document: Document, *, training: bool = False) -> list[Problem]:
    """What keeps a drawing from being written as Python, and so from all else; with ``training`` also what keeps it
    from being trained. A node that neither an Output nor an objective needs is in nobody's way.
    """
    drawing, types = document.model, document.types()
    roles = [node.layer.role for node in drawing.nodes.values()]
    needed = drawing.upstream(name for name, role in zip(drawing.nodes, roles, strict=True) if role in _ENDS)
    found = errors(document, nodes=needed)
    if not found:
        waiting = [name for name in drawing.order() if name in needed and name not in types]
        found = [Problem(f"'{name}' has no shape yet; connect its inputs.", name) for name in waiting]
    if training and not found and "objective" not in roles:
        return [Problem(_NO_OBJECTIVE)]
    return [*found, *turn_problems(document)] if training else found


def errors(document: Document, graph: str = "", nodes: Collection[str] | None = None) -> list[Problem]:
    """What keeps a drawing, or some of its ``nodes``, from running."""
    drawing, found = document.graphs[graph], dict(document.problems(graph))
    found = {name: problem for name, problem in found.items() if problem.severity == "error"}
    for problem in [*_targets(document, graph), *_sharing(document, graph)]:
        found.setdefault(problem.node, problem)
    problems = [
        rooted(document, found[name]) for name in drawing.order() if name in found and (nodes is None or name in nodes)
    ]
    problems = joined(document, graph, problems)
    if graph == "" and not any(node.layer.role in _ENDS for node in drawing.nodes.values()):
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
    ends = [name for name, node in drawing.nodes.items() if tied and node.layer.role in _ENDS]
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

"""What an input with no wire waits for, where it is the only one, and only one result is not used yet."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from graph.blocks.expansion import resolve
from graph.document import Document
from graph.errors import Fix, LayerloomError, ShapeError
from graph.layers.linear import Linear
from graph.layers.reshape import Flatten
from graph.modelgraph import ModelGraph
from graph.problems.roots import IMAGE_RANK
from graph.records import Node, Problem
from graph.tensor import TensorType


def joined(document: Document, key: str, problems: Sequence[Problem]) -> list[Problem]:
    """The problems of a graph, with a fix for the one port that has nothing: it connects the one loose end there is.

    Targets and objectives are looked at apart from all else.
    """
    graph = document.graphs[key]
    waiting = [problem for problem in problems if problem.pending and _is_open(graph, problem)]
    targets = [problem for problem in waiting if _takes_target(graph, problem)]
    others = [problem for problem in waiting if problem not in targets]
    fixed = {found[0].node: _joined(document, found[0]) for found in (targets, others) if len(found) == 1}
    return [fixed.get(problem.node, problem) for problem in problems]


def _joined(document: Document, problem: Problem) -> Problem:
    graph = document.graphs[problem.graph]
    node = graph.node(problem.node)
    roles = ("target",) if _takes_target(graph, problem) else ("input", "layer", "block")
    loose = [name for name, each in graph.nodes.items() if each.layer.role in roles and _is_loose(graph, name)]
    if problem.fix is not None or len(loose) != 1 or loose[0] in graph.downstream([problem.node]):
        return problem
    (source,) = loose
    types = document.types(problem.graph).get(source, ())
    if len(types) != 1:
        return problem
    through = _between(document, node, problem, types[0])
    label = f"Connect '{source}'{f' through a {through}' if through else ''}"
    arguments = {"source": source, "port": problem.port, "through": through}
    return msgspec.structs.replace(problem, fix=Fix(label, "connect", arguments))


def _takes_target(graph: ModelGraph, problem: Problem) -> bool:
    return problem.port == "target" and graph.node(problem.node).layer.role == "objective"


def _is_open(graph: ModelGraph, problem: Problem) -> bool:
    """Whether it is about the one port of a node that a wire is to come to, but for an objective's target."""
    ports = [port for port in graph.node(problem.node).layer.ports() if not (port.optional or port.variadic)]
    without = {port.name for port in ports} - graph.inputs(problem.node).keys()
    return problem.port in without and without <= {problem.port, "target"}


def _is_loose(graph: ModelGraph, name: str) -> bool:
    """Whether nothing takes what a node gives, though its own inputs are connected."""
    required = {port.name for port in graph.node(name).layer.ports() if not (port.optional or port.variadic)}
    return not graph.outgoing(name) and required <= graph.inputs(name).keys()


def _between(document: Document, node: Node, problem: Problem, seen: TensorType) -> str:
    """The layer that has to stand in front of a node for it to take what is offered; "" where none has to."""
    if node.layer.role != "layer" or len(node.layer.ports()) != 1:
        return ""
    if isinstance(node.layer, Linear) and seen.rank >= IMAGE_RANK:
        return Flatten.__name__
    try:
        resolve(node, document.values(problem.graph)).infer(seen)
    except ShapeError as error:
        fix = error.fix
        return str(fix.arguments["kind"]) if isinstance(fix, Fix) and fix.action == "insert" else ""
    except LayerloomError:
        return ""
    return ""

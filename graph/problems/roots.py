"""Where an error begins: a linear layer takes an image row by row, and what comes of it fits nothing much later."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from graph.blocks.expansion import instantiate, resolve
from graph.document import Document
from graph.errors import Fix, LayerloomError
from graph.layers.linear import Linear
from graph.layers.reshape import Flatten
from graph.modelgraph import ModelGraph
from graph.records import Node, Problem
from graph.tensor import TensorType

Types = Mapping[str, tuple[TensorType, ...]]
# A sequence of vectors goes through a linear layer on purpose, an image seldom does.
IMAGE_RANK = 4


def rooted(document: Document, problem: Problem) -> Problem:
    """The problem with the fix where it begins, if a Flatten is all that is missing further up; else as it is."""
    fix = problem.fix
    if not isinstance(fix, Fix) or fix.action != "insert" or fix.arguments.get("kind") != Flatten.__name__:
        return problem
    graph, types = document.graphs[problem.graph], document.types(problem.graph)
    above = graph.upstream([problem.node]) - {problem.node}
    position = graph.position()
    for name in sorted(above, key=position.__getitem__):
        seen = _image_in(graph, types, name)
        if seen is not None and _is_mended(document, problem, name, seen):
            sentence = f"{problem.message} It begins at '{name}', which sees {seen} and works on its last axis alone."
            mended = Fix(f"Insert Flatten before '{name}'", "insert_before", {"layer": name, "kind": Flatten.__name__})
            return msgspec.structs.replace(problem, message=sentence, fix=mended)
    return problem


def _image_in(graph: ModelGraph, types: Types, name: str) -> TensorType | None:
    """What a linear layer sees, if that looks like an image."""
    wire = graph.inputs(name).get("x")
    if wire is None or wire.source not in types or not isinstance(graph.node(name).layer, Linear):
        return None
    seen = types[wire.source][graph.output_index(wire.source, wire.source_port)]
    return seen if seen.rank >= IMAGE_RANK else None


def _is_mended(document: Document, problem: Problem, name: str, seen: TensorType) -> bool:
    """Whether the node with the problem has a type once a layer sees everything flat; nothing is changed for that."""
    graph = document.graphs[problem.graph]
    position, types = graph.position(), dict(document.types(problem.graph))
    between = graph.downstream([name]) & graph.upstream([problem.node])
    try:
        for each in sorted(between, key=position.__getitem__):
            arguments: list[TensorType | None] = []
            for _, wire in graph.arguments(each):
                found = types[wire.source][graph.output_index(wire.source, wire.source_port)] if wire else None
                arguments.append(Flatten().infer(seen) if each == name else found)
            types[each] = _outputs(document, problem.graph, graph.node(each), arguments)
    except (LayerloomError, KeyError):  # what has no type has no way to the problem either
        return False
    return True


def _outputs(document: Document, graph: str, node: Node, arguments: list[TensorType | None]) -> tuple[TensorType, ...]:
    layer = resolve(node, document.values(graph))
    if layer.role == "block":
        return tuple(instantiate(document, layer, arguments).outputs)
    found = layer.infer(*arguments)
    return found if isinstance(found, tuple) else (found,)

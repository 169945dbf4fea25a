"""Everything that is wrong with a drawing, in the order of its data flow."""

from __future__ import annotations

from collections.abc import Collection

from graph.document import Document
from graph.records import Problem


def check(document: Document, graph: str = "", nodes: Collection[str] | None = None) -> list[Problem]:
    """The problems of a drawing, or of some of its ``nodes``: errors that keep it from running."""
    drawing, found = document.graphs[graph], dict(document.problems(graph))
    for wire in drawing.wires():
        source, target = drawing.node(wire.source).layer, drawing.node(wire.target).layer
        if source.role == "target" and target.role != "objective" and wire.target not in found:
            found[wire.target] = Problem(
                f"'{wire.target}' is fed by the Target '{wire.source}'; targets may reach objectives only.",
                wire.target,
                wire.target_port,
                graph=graph,
            )
    problems = [found[name] for name in drawing.order() if name in found and (nodes is None or name in nodes)]
    if graph == "" and not any(node.layer.role in ("output", "objective") for node in drawing.nodes.values()):
        problems.append(
            Problem(f"'{document.name}' has no Output: add an Output node and connect the result to it.")
        )
    return problems

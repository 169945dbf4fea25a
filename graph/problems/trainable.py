"""Advice for a drawing with an Output that nothing can train yet, and the objective that suits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from graph.blocks.expansion import input_types, resolve
from graph.document import Document
from graph.errors import Fix
from graph.layers.axes import Permute
from graph.layers.block import BlockLayer
from graph.layers.io import Target
from graph.layers.objectives.base import NLL, CrossEntropy
from graph.layers.objectives.elementwise import BCE, MSE
from graph.modelgraph import ModelGraph
from graph.records import Problem, Wire
from graph.tensor import TensorType


class Aim(NamedTuple):
    """An objective, and the Target it compares with; where that is an Input's own values, ``source`` names it.

    With ``last``, the scores have their classes on the last axis, where the objective looks for them on the second.
    """

    kind: str
    target: dict[str, Any]
    words: str
    source: str = ""
    last: bool = False


def advise_objective(document: Document) -> Iterator[Problem]:
    """Advice at the first Output of a drawing that could learn and has no objective."""
    graph, types = document.model, document.types()
    roles = {name: node.layer.role for name, node in graph.nodes.items()}
    output = next((name for name in graph.reading_order() if roles[name] == "output" and name in types), "")
    if not output or "objective" in roles.values() or not _learns(document, output):
        return
    wire = next(iter(graph.inputs(output).values()))
    aim = aim_for(document, wire)
    arguments = {"kind": aim.kind, "target": aim.target, "source": aim.source, "last": aim.last}
    fix = Fix(f"Add {aim.kind} {aim.words}", "learn", arguments)
    message = f"Nothing says what '{output}' should be, so this cannot be trained; add an objective and a Target."
    yield Problem(message, output, severity="advice", fix=fix, pending=True)


def aim_for(document: Document, wire: Wire) -> Aim:
    """The objective that a result suggests, by its last layer, its shape and the Inputs."""
    graph, kind = document.model, _type_of(document, wire)
    rest = kind.shape[1:]
    same = next((name for name, node in graph.nodes.items() if _is_input(document, name, kind)), "")
    values = {"shape": [dim if isinstance(dim, int) else str(dim) for dim in rest], "dtype": "float32"}
    if same and rest:
        return Aim(MSE.__name__, {}, f"with '{same}' as what it should be", same)
    layer = resolve(graph.node(wire.source), {})
    if layer.unit == "sigmoid":
        return Aim(BCE.__name__, values, "and a Target of zeros and ones")
    if rest in ((), (1,)):
        return Aim(MSE.__name__, values, "and a Target of numbers")
    last = len(rest) > 1 and layer.features == -1
    labels = {"shape": values["shape"][:-1] if last else values["shape"][1:], "dtype": "int64"}
    kind_of = NLL.__name__ if layer.unit == "log_softmax" else CrossEntropy.__name__
    return Aim(kind_of, labels, "and a Target of class indices", last=last)


def add_objective(
    graph: ModelGraph, node: str, kind: str, target: dict[str, Any], source: str = "", last: bool = False
) -> None:
    """Add an objective below an Output, at what feeds it, with the Target to compare with."""
    wire = next(iter(graph.inputs(node).values()))
    at = graph.node(node)
    below = max((each.y for each in graph.nodes.values()), default=at.y) + 140
    made = graph.add(kind, {}, at=(at.x, below))
    scores, port = wire.source, wire.source_port
    if last:
        axes = len(target["shape"]) + 2
        scores = graph.add(Permute.__name__, {"dims": [0, axes - 1, *range(1, axes - 1)]}, at=(at.x - 240, below - 70))
        graph.connect(wire.source, scores, "x", wire.source_port)
        port = "out"
    graph.connect(scores, made, "prediction", port)
    idle = [name for name, each in graph.nodes.items() if each.layer.role == "target" and not graph.outgoing(name)]
    if not source and idle:
        graph.set(idle[0], **target)
        source = idle[0]
    source = source or graph.add(Target.__name__, target, at=(at.x - 240, below))
    graph.connect(source, made, "target")


def _learns(document: Document, output: str) -> bool:
    """Whether there are weights on the way to an Output; a block is taken to have some."""
    graph, types = document.model, document.types()
    return any(
        isinstance(layer, BlockLayer) or layer.weights(*input_types(graph, types, name))
        for name in graph.upstream([output])
        if name in types and (layer := resolve(graph.nodes[name], {}))
    )


def _type_of(document: Document, wire: Wire) -> TensorType:
    layer = document.model.node(wire.source).layer
    return document.types()[wire.source][layer.output_index(wire.source_port)]


def _is_input(document: Document, name: str, kind: TensorType) -> bool:
    return document.model.node(name).layer.role == "input" and document.types().get(name, ())[:1] == (kind,)

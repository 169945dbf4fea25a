"""What can feed an input port, the likely ones first: judged by what each kind of layer usually gives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from graph.analysis.typical import typical_inputs
from graph.document import Document
from graph.edits.search.kinds import class_of
from graph.edits.trial import takes
from graph.errors import LayerloomError
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.tensor import TensorType


def feeding(document: Document, graph: str, node: str, port: str, kinds: Sequence[str]) -> list[str]:
    """Those of ``kinds`` with an output: for an objective's answers the Target first, else what the port takes."""
    layer = document.graphs[graph].node(node).layer
    compares = layer.role == "objective"
    for_answers = compares and port != layer.ports()[0].name

    def order(kind: str) -> tuple[bool, bool, bool, bool]:
        cls = class_of(kind)
        given = _given(cls)
        suits = "elementwise" in cls.traits or (given is not None and takes(document, graph, node, port, given))
        return (cls.role == "target") != for_answers, compares and cls.role == "input", not suits, not cls.usual

    return sorted((kind for kind in kinds if class_of(kind).outputs), key=order)


@cache
def _given(cls: type[Layer]) -> TensorType | None:
    """What a layer with its default parameters makes of its typical inputs."""
    if issubclass(cls, BlockLayer):
        return None
    layer = cls()
    try:
        found = layer.infer(*typical_inputs(cls)) if layer.ports() else layer.infer()
    except (LayerloomError, TypeError):
        return None
    return found[0] if isinstance(found, tuple) and found else found if isinstance(found, TensorType) else None

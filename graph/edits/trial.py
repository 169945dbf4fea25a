"""Would a wire fit? Asked of the graph and of the target layer's own shape check, without touching the document."""

from __future__ import annotations

from collections.abc import Mapping

from graph.blocks.expansion import instantiate, resolve
from graph.document import Document
from graph.errors import LayerloomError, ShapeError
from graph.records import Wire
from graph.tensor import TensorType


def refusal(document: Document, key: str, source: str, source_port: str, target: str, port: str) -> str:
    """Why a wire cannot be drawn, as the sentence the user reads; "" if it can.

    A target that still lacks other inputs, or whose inputs have no known type, is given the benefit of the doubt.
    """
    try:
        wire = document.graphs[key].plan_wire(source, target, port, source_port)
    except LayerloomError as error:
        return str(error)
    types = {**_arriving(document, key, target), port: _type(document, key, wire)}
    return _judgement(document, key, target, types)


def takes(document: Document, key: str, target: str, port: str, kind: TensorType) -> bool:
    """Whether a node would take a tensor at an input port, with what is wired to its other ports."""
    return not _judgement(document, key, target, {**_arriving(document, key, target), port: kind})


def _arriving(document: Document, key: str, target: str) -> dict[str, TensorType | None]:
    """The types at the wired ports of a node, as far as they are known."""
    return {port: _type(document, key, wire) for port, wire in document.graphs[key].inputs(target).items()}


def _judgement(document: Document, key: str, target: str, types: Mapping[str, TensorType | None]) -> str:
    arguments = _arguments(document, key, target, types)
    if arguments is None:
        return ""
    try:
        layer = resolve(document.graphs[key].node(target), document.values(key))
        if layer.role == "block":
            instantiate(document, layer, arguments)
        else:
            layer.infer(*arguments)
    except ShapeError as error:
        return f"'{target}': {error}" if error.port is None or error.port in types else ""
    except LayerloomError as error:
        return f"'{target}': {error}"
    return ""


def _arguments(
    document: Document, key: str, target: str, types: Mapping[str, TensorType | None]
) -> list[TensorType | None] | None:
    """What ``infer`` would be called with; nothing if it could not be called yet."""
    arguments: list[TensorType | None] = []
    for port in document.graphs[key].node(target).layer.ports():
        if port.variadic:
            names = [name for name in types if name.startswith(port.name) and name[len(port.name) :].isdigit()]
            many = [types[name] for name in sorted(names, key=lambda name: int(name[len(port.name) :]))]
            if None in many:
                return None
            arguments += many
        elif port.name in types:
            kind = types[port.name]
            if kind is None:
                return None
            arguments.append(kind)
        elif port.optional:
            arguments.append(None)
        else:
            return None
    return arguments


def _type(document: Document, key: str, wire: Wire) -> TensorType | None:
    types = document.types(key).get(wire.source)
    if types is None:
        return None
    return types[document.graphs[key].output_index(wire.source, wire.source_port)]

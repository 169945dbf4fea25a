"""Would a wire fit? Asked of the graph and of the target layer's own shape check, without touching the document."""

from __future__ import annotations

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
    wires = {**document.graphs[key].inputs(target), port: wire}
    arguments = _arguments(document, key, target, wires)
    if arguments is None:
        return ""
    try:
        layer = resolve(document.graphs[key].node(target), document.values(key))
        if layer.role == "block":
            instantiate(document, layer, arguments)
        else:
            layer.infer(*arguments)
    except ShapeError as error:
        return f"'{target}': {error}" if error.port is None or error.port in wires else ""
    except LayerloomError as error:
        return f"'{target}': {error}"
    return ""


def _arguments(document: Document, key: str, target: str, wires: dict[str, Wire]) -> list[TensorType | None] | None:
    """What ``infer`` would be called with; nothing if it could not be called yet."""
    arguments: list[TensorType | None] = []
    for port in document.graphs[key].node(target).layer.ports():
        if port.variadic:
            names = [name for name in wires if name.startswith(port.name) and name[len(port.name) :].isdigit()]
            many = [
                _type(document, key, wires[name])
                for name in sorted(names, key=lambda name: int(name[len(port.name) :]))
            ]
            if None in many:
                return None
            arguments += many
        elif port.name in wires:
            kind = _type(document, key, wires[port.name])
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

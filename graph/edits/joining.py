"""Which wire joins a port and a node, or two nodes; and the sentence why none does."""

from __future__ import annotations

from collections.abc import Sequence

from graph.document import Document
from graph.edits.trial import refusal
from graph.errors import DocumentError, LayerloomError
from graph.layers.io import Target
from graph.modelgraph import ModelGraph
from graph.records import Wire
from graph.tensor import DType

# A node, one of its ports, and whether that is an output.
End = tuple[str, str, bool]


def growing_end(graph: ModelGraph, name: str) -> End | None:
    """The port at which a drawing grows from a node: its first output, else its first input that is free."""
    outputs = graph.node(name).layer.output_names()
    if outputs:
        return name, outputs[0], True
    free = _free_ports(graph, name)
    return (name, free[0], False) if free else None


def joining(document: Document, key: str, end: End, name: str) -> Wire | None:
    """The wire from a port to a node, or to a port from it, at the first of its ports that fits."""
    wires = _wires(document.graphs[key], end, name)
    return next((wire for wire in wires if not _refusal(document, key, wire)), None)


def attach(document: Document, key: str, end: End, name: str) -> None:
    """Wire a new node to a port where it fits; a Target takes the shape of what it is compared with."""
    graph = document.graphs[key]
    wire = joining(document, key, end, name) or _fitted(document, key, end, name)
    if wire is not None:
        graph.connect(wire.source, wire.target, wire.target_port, wire.source_port)


def why_apart(document: Document, key: str, end: End, name: str) -> str:
    """Why no wire joins a port and a node, as the sentence the user reads."""
    wires = _wires(document.graphs[key], end, name)
    if wires:
        return _refusal(document, key, wires[0])
    return f"'{name}' has no free input." if end[2] else f"'{name}' has no output."


def connect_two(document: Document, key: str, names: Sequence[str]) -> None:
    """Wire the left one of two nodes to the right one, at the first ports that fit; or else the right one to the left.

    Raises:
        DocumentError: neither fits; why the left one cannot feed the right one, in the words of the shape check.
    """
    graph = document.graphs[key]
    left, right = _in_order(graph, names)
    wire = _between(document, key, left, right) or _between(document, key, right, left)
    if wire is None:
        raise DocumentError(_why_not(document, key, left, right))
    with document.edit(f"Connect {wire.source} to {wire.target}"):
        graph.connect(wire.source, wire.target, wire.target_port, wire.source_port)


def _between(document: Document, key: str, source: str, target: str) -> Wire | None:
    ends = [(source, port, True) for port in document.graphs[key].node(source).layer.output_names()]
    return next((wire for end in ends if (wire := joining(document, key, end, target))), None)


def _why_not(document: Document, key: str, source: str, target: str) -> str:
    outputs = document.graphs[key].node(source).layer.output_names()
    if not outputs:
        return f"'{source}' has no output; nothing can be connected to it."
    return why_apart(document, key, (source, outputs[0], True), target)


def are_joined(graph: ModelGraph, names: Sequence[str]) -> bool:
    """Whether a wire leads from one of two nodes to the other."""
    return any(wire.source in names for name in names for wire in graph.inputs(name).values())


def _fitted(document: Document, key: str, end: End, name: str) -> Wire | None:
    """The wire from a Target that was given a shape that fits, else none and the Target as it was."""
    graph = document.graphs[key]
    before = graph.node(name).layer
    shape = _compared(document, key, end)
    if shape is None or not isinstance(before, Target):
        return None
    trials: list[tuple[list[int | str], DType]] = [(shape, "float32"), (shape[1:], "int64"), (shape, "int64")]
    for sizes, dtype in trials:
        if _set(graph, name, sizes, dtype) and (wire := joining(document, key, end, name)):
            return wire
    graph.replace(name, before)
    return None


def _compared(document: Document, key: str, end: End) -> list[int | str] | None:
    """The sizes of one prediction at the node of an input port, where they are known."""
    graph = document.graphs[key]
    node, _, is_output = end
    first = None if is_output else next(iter(graph.arguments(node)))[1]
    types = document.types(key).get(first.source) if first is not None else None
    if first is None or types is None:
        return None
    sizes = types[graph.output_index(first.source, first.source_port)].shape[1:]
    return [size if isinstance(size, int) else str(size) for size in sizes]


def _set(graph: ModelGraph, name: str, shape: list[int | str], dtype: DType) -> bool:
    try:
        graph.set(name, shape=shape, dtype=dtype)
    except LayerloomError:
        return False
    return True


def _in_order(graph: ModelGraph, names: Sequence[str]) -> tuple[str, str]:
    """From left to right; the one that can feed first, where only one of them can."""
    first, last = sorted(map(graph.node, names), key=lambda node: (node.x, node.y, node.name))
    if not first.layer.output_names() or not last.layer.ports():
        first, last = last, first
    return first.name, last.name


def _wires(graph: ModelGraph, end: End, name: str) -> list[Wire]:
    node, port, is_output = end
    if not is_output:
        return [Wire(name, output, node, port) for output in graph.node(name).layer.output_names()]
    ports = _free_ports(graph, name)
    if graph.node(node).layer.role == "target":
        # Right answers go to the port for them, not to the prediction that comes first.
        ports = ports[::-1]
    return [Wire(node, port, name, each) for each in ports]


def _free_ports(graph: ModelGraph, name: str) -> list[str]:
    wired = graph.inputs(name)
    return [port for port in graph.open_ports(name) if port not in wired]


def _refusal(document: Document, key: str, wire: Wire) -> str:
    return refusal(document, key, wire.source, wire.source_port, wire.target, wire.target_port)

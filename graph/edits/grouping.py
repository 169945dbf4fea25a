"""Turns a selection into a block; ``unpack`` is the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graph.dims import Dim, symbols
from graph.document import Document
from graph.edits.kept import follow_sweep, tie_again, ties_around
from graph.edits.sketching import frames
from graph.edits.unpacking import middle, unpack
from graph.errors import DocumentError
from graph.layers.block import BlockLayer
from graph.layers.io import Input, Output
from graph.modelgraph import ModelGraph
from graph.names import MAX_LENGTH, Numbering
from graph.records import Node, ParameterValue, Wire
from graph.tensor import TensorType
from graph.tying import givers
from graph.written import names_in

__all__ = ["group", "unpack"]

COLUMN = 220.0
ROW = 120.0
_ROLES = {"input": "Inputs", "target": "Targets", "output": "Outputs", "objective": "objectives"}

Origin = tuple[str, str]  # a node and its output port


class _Border(NamedTuple):
    """What crosses the edge of a selection: the tensors that enter and leave, each with its port's name."""

    inputs: dict[Origin, str]
    results: dict[Origin, str]


def group(document: Document, graph: str, names: Iterable[str], block: str) -> str:
    """Make a selection a new block, used in its place, in one step; the name of the node that uses it.

    Raises:
        DocumentError: the selection cannot be a block, or the block's name is taken or unusable.
    """
    drawing = document.graphs[graph]
    chosen = {name: drawing.node(name) for name in dict.fromkeys(names)}
    _check_selection(drawing, chosen)
    border = _border(drawing, chosen)
    incoming = {port: origin for origin, port in border.inputs.items()}
    outgoing = [wire for name in chosen for wire in drawing.outgoing(name) if wire.target not in chosen]
    parameters = _parameters(document, graph, chosen.values())
    ties = ties_around(drawing)
    with document.edit(f"Group {len(chosen)} node{'s' if len(chosen) > 1 else ''}"):
        _fill(document.add_block(block, parameters), drawing, chosen, border, document.types(graph))
        _take_frames(drawing, document.graphs[block], chosen)
        drawing.remove(chosen)
        arguments = {"arguments": {name: name for name in parameters}} if parameters else {}
        node = drawing.add(
            "Block",
            {"definition": block, **arguments},
            name=drawing.free_name(node_stem(block)),
            at=middle(chosen.values()),
        )
        for port, (source, source_port) in incoming.items():
            drawing.connect(source, node, port, source_port)
        for wire in outgoing:
            drawing.connect(node, wire.target, wire.target_port, border.results[wire.source, wire.source_port])
        tie_again(document, (drawing, node, document.graphs[block]), ties, {(name,): (node, name) for name in chosen})
        follow_sweep(document, graph, block, {name: name for name in chosen})
        document.follow(graph, chosen, [node])
    return node


def _check_selection(drawing: ModelGraph, chosen: Mapping[str, Node]) -> None:
    if not chosen:
        raise DocumentError("Nothing is selected; select the nodes that are to become a block.")
    for name, node in chosen.items():
        if (role := node.layer.role) in _ROLES:
            raise DocumentError(f"'{name}' cannot be part of a block: {_ROLES[role]} stay in the drawing; deselect it.")
    between = (drawing.downstream(chosen) & drawing.upstream(chosen)) - chosen.keys()
    if between:
        first = min(between, key=drawing.position().__getitem__)
        raise DocumentError(f"A path leaves the selection and comes back to it through '{first}'; select that too.")
    for name, node in drawing.nodes.items():
        if node.shares and node.shares in drawing.nodes and (name in chosen) != (node.shares in chosen):
            raise DocumentError(f"'{name}' shares the weights of '{node.shares}'; select both or neither.")
    _check_ties(drawing, chosen)


def _check_ties(drawing: ModelGraph, chosen: Mapping[str, Node]) -> None:
    """Refuse that a block would give weights and take some: which of two is constructed first could not be said."""
    across = [
        (name, giver)
        for name, node in drawing.nodes.items()
        for giver in givers(node)
        if giver in drawing.nodes and (name in chosen) != (giver in chosen)
    ]
    for taker, giver in across if len({giver in chosen for _, giver in across}) > 1 else ():
        raise DocumentError(f"'{taker}' uses a weight of '{giver}'; select both or neither.")


def _border(drawing: ModelGraph, chosen: Mapping[str, Node]) -> _Border:
    entering = [wire for name in chosen for wire in drawing.inputs(name).values() if wire.source not in chosen]
    entering.sort(key=lambda wire: (*_place(drawing.nodes[wire.source]), wire))
    leaving = [wire for name in chosen for wire in drawing.outgoing(name) if wire.target not in chosen]
    results = [(wire.source, wire.source_port) for wire in leaving] or _ends(drawing, chosen)
    results = sorted(set(results), key=lambda origin: (*_place(chosen[origin[0]]), origin))
    first: dict[Origin, Wire] = {}
    for wire in entering:
        first.setdefault((wire.source, wire.source_port), wire)
    names = _Names(chosen)
    return _Border(_name_inputs(drawing, first, names), _name_results(results, names))


def _ends(drawing: ModelGraph, chosen: Mapping[str, Node]) -> list[Origin]:
    """The outputs nothing inside the selection uses, for a block that feeds nothing yet."""
    ends = [(name, node.layer.output_names()) for name, node in chosen.items() if not drawing.outgoing(name)]
    return [(name, ports[0]) for name, ports in ends if ports]


def _name_inputs(drawing: ModelGraph, first: Mapping[Origin, Wire], names: _Names) -> dict[Origin, str]:
    """Inputs are called like the port they feed, or like where they come from if there are several of these."""
    ports = [_stem(drawing, wire) for wire in first.values()]
    counts = Counter(ports)
    return {
        origin: names.take(port if counts[port] == 1 else _label(drawing, origin))
        for origin, port in zip(first, ports, strict=True)
    }


def _name_results(results: Sequence[Origin], names: _Names) -> dict[Origin, str]:
    if len(results) == 1:
        return {results[0]: names.take("out")}
    return {(name, port): names.take(f"{name}_{port}"[:MAX_LENGTH]) for name, port in results}


def _stem(drawing: ModelGraph, wire: Wire) -> str:
    """An input port's name, without the number of a many-input port."""
    port = drawing.nodes[wire.target].layer.input_port(wire.target_port)
    return port.name if port else wire.target_port


def _label(drawing: ModelGraph, origin: Origin) -> str:
    name, port = origin
    return name if len(drawing.nodes[name].layer.output_names()) == 1 else f"{name}_{port}"[:MAX_LENGTH]


class _Names:
    """The names inside a block that is being made."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._numbering = Numbering()

    def take(self, name: str) -> str:
        """The name, with a number behind it if it is taken."""
        if name in self._taken:
            name = self._numbering.free(name[: MAX_LENGTH - 5], self._taken, 2)
        self._taken.add(name)
        return name


def _parameters(document: Document, graph: str, nodes: Iterable[Node]) -> dict[str, ParameterValue]:
    """The parameters of the surrounding block that the nodes mention, at their defaults."""
    written: list[Any] = []
    for node in nodes:
        written += [*node.expressions.values(), *([node.when] if node.when else [])]
        if isinstance(node.layer, BlockLayer):
            written += node.layer.arguments.values()
    used = {name for text in written for name in names_in(text)}
    return {name: value for name, value in document.values(graph).items() if name in used}


def _fill(
    inside: ModelGraph,
    drawing: ModelGraph,
    chosen: Mapping[str, Node],
    border: _Border,
    types: Mapping[str, tuple[TensorType, ...]],
) -> None:
    for name, node in chosen.items():
        inside.add(node.layer, name=name, at=(node.x, node.y), expressions=node.expressions)
        inside.alter(name, frozen=node.frozen, shares=node.shares)
        inside.alter(name, bypassed=node.bypassed, when=node.when, collapsed=node.collapsed)
        inside.alter(name, l1=node.l1, l2=node.l2)
    xs, centre = [node.x for node in chosen.values()], middle(chosen.values())[1]
    left, right = min(xs) - COLUMN, max(xs) + COLUMN
    for place, (origin, port) in enumerate(border.inputs.items()):
        at = (left, _row(centre, place, len(border.inputs)))
        inside.add(Input.__name__, _declaration(drawing, origin, types), name=port, at=at)
    for place, port in enumerate(border.results.values()):
        inside.add(Output(), name=port, at=(right, _row(centre, place, len(border.results))))
    for name in chosen:
        for wire in drawing.inputs(name).values():
            if wire.source in chosen:
                inside.bend(inside.connect(wire.source, name, wire.target_port, wire.source_port), drawing.bends(wire))
            else:
                inside.connect(border.inputs[wire.source, wire.source_port], name, wire.target_port)
    for (source, source_port), port in border.results.items():
        inside.connect(source, port, source_port=source_port)


def _take_frames(drawing: ModelGraph, inside: ModelGraph, chosen: Mapping[str, Node]) -> None:
    """Move the frames that hold nothing but the selection into the block."""
    taken = []
    for frame in drawing.frames:
        held, _ = frames.held(drawing, [frame.key])
        if held and chosen.keys() >= set(held):
            taken.append(frame)
    inside.set_frames(taken)
    frames.remove(drawing, {frame.key for frame in taken})


def _declaration(drawing: ModelGraph, origin: Origin, types: Mapping[str, tuple[TensorType, ...]]) -> dict[str, Any]:
    """The parameters of an Input for a tensor, as far as its type is known."""
    name, port = origin
    if name not in types:
        return {}
    kind = types[name][drawing.output_index(name, port)]
    return {"shape": [_size(dim) for dim in kind.shape[1:]], "dtype": kind.dtype}


def _size(dim: Dim) -> int | str:
    if isinstance(dim, int):
        return max(dim, 1)
    return 1 if "N" in symbols([dim]) else str(dim)  # an Input's size cannot depend on the batch


def node_stem(block: str) -> str:
    stem = block.lower()[: MAX_LENGTH - 5]
    return f"{stem}_" if stem[-1].isdigit() else stem


def _place(node: Node) -> tuple[float, float, str]:
    return node.y, node.x, node.name


def _row(centre: float, place: int, count: int) -> float:
    return centre + (place - (count - 1) / 2) * ROW

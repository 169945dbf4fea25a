"""Nodes moved into a block that stands beside them, and out of it to where it is used: what is computed stays the same.

Both change the definition, so that they are refused where it is used more than once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from graph.blocks.paths import Moved
from graph.blocks.uses import uses
from graph.document import Document
from graph.edits.kept import check_alike, follow_sweep, has_weights, tie_again, ties_around, within
from graph.edits.unpacking import middle
from graph.errors import DocumentError
from graph.layers.block import Block, BlockLayer
from graph.layers.io import Input, Output
from graph.modelgraph import ModelGraph
from graph.names import MAX_LENGTH
from graph.records import Node, Point, Wire
from graph.tensor import TensorType
from graph.written import names_in

ROW, COLUMN = 120.0, 220.0
Origin = tuple[str, str]  # a node and its output port


def move_in(document: Document, graph: str, names: Iterable[str], block: str) -> None:
    """Move nodes of a graph into the block that a node beside them uses, in one step.

    Raises:
        DocumentError: the block is used elsewhere too, or a node cannot be moved.
    """
    drawing = document.graphs[graph]
    inside = _definition_of(document, drawing, block)
    chosen = _chosen(drawing, names)
    check_alike(document, graph, drawing.node(block), chosen)
    with document.edit(f"Move {_who(chosen)} into {block}"):
        _Passage(document, drawing, block, inside).carry_in(chosen)


def move_out(document: Document, block: str, names: Iterable[str]) -> tuple[str, list[str]]:
    """Move nodes of a block to where it is used, in one step; that graph, and what they are called there.

    Raises:
        DocumentError: the block is not used once, or a node cannot be moved.
    """
    found = list(uses(document, block))
    if len(found) != 1:
        raise DocumentError(f"'{block}' is used {_times(len(found))}; nodes can leave only a block used once.")
    drawing, node = found[0]
    inside = _definition_of(document, drawing, node.name)
    chosen = _chosen(inside, names)
    with document.edit(f"Move {_who(chosen)} out of {block}"):
        made = _Passage(document, drawing, node.name, inside).carry_out(chosen)
    return drawing.key, made


class _Passage:
    """A node that uses a block, in its drawing, and the drawing inside; wires are led through ports made for them."""

    def __init__(self, document: Document, drawing: ModelGraph, block: str, inside: ModelGraph) -> None:
        self._document, self._drawing, self._block, self._inside = document, drawing, block, inside

    def carry_in(self, chosen: Mapping[str, Node]) -> None:
        drawing, inside, block = self._drawing, self._inside, self._block
        types = dict(self._document.types(drawing.key))
        before = [wire for wire in drawing.wires() if wire.source in chosen or wire.target in chosen]
        given = {port: (wire.source, wire.source_port) for port, wire in drawing.inputs(block).items()}
        ties = ties_around(drawing, block, inside)
        made = _copied(inside, chosen, self._beside_output(chosen))
        for wire in before:
            if wire.source in chosen and wire.target in chosen:
                inside.connect(made[wire.source], made[wire.target], wire.target_port, wire.source_port)
        feeding = {port: wire for port in inside.ends("output") for wire in inside.inputs(port).values()}
        gone: list[str] = []
        for wire in before:
            if wire.source == block:
                origin = feeding.get(wire.source_port)
                if origin is not None:
                    inside.connect(origin.source, made[wire.target], wire.target_port, origin.source_port)
            elif wire.source not in chosen:
                port = next((p for p, origin in given.items() if origin == (wire.source, wire.source_port)), "")
                if not port:
                    kind = _type(types, drawing, wire)
                    port = self._add_input(_label(drawing, (wire.source, wire.source_port)), kind)
                    given[port] = wire.source, wire.source_port
                inside.connect(port, made[wire.target], wire.target_port)
            elif wire.target == block:
                gone.append(wire.target_port)
                for inner in list(inside.outgoing(wire.target_port)):
                    inside.connect(made[wire.source], inner.target, inner.target_port, wire.source_port)
        results = self._results(before, chosen, made)
        drawing.remove(chosen)
        inside.remove(gone)
        self._renew()
        for port, (source, source_port) in given.items():
            if port not in gone and source not in chosen:
                drawing.connect(source, block, port, source_port)
        for port, wires in results.items():
            for wire in wires:
                drawing.connect(block, wire.target, wire.target_port, port)
        moved: Moved = {(name,): (block, new) for name, new in made.items()}
        tie_again(self._document, (drawing, block, inside), ties, moved)
        follow_sweep(self._document, drawing.key, inside.key, made)
        self._document.follow(drawing.key, chosen, [block])

    def carry_out(self, chosen: Mapping[str, Node]) -> list[str]:
        drawing, inside, block = self._drawing, self._inside, self._block
        types = dict(self._document.types(inside.key))
        before = [wire for wire in inside.wires() if wire.source in chosen or wire.target in chosen]
        around = drawing.node(block)
        ties = ties_around(drawing, block, inside)
        made = _copied(drawing, chosen, (around.x, around.y + ROW), around)
        given, used = dict(drawing.inputs(block)), list(drawing.outgoing(block))
        ports: dict[Origin, str] = {}
        for port in inside.ends("output"):
            for wire in inside.inputs(port).values():
                ports.setdefault((wire.source, wire.source_port), port)
        entering: dict[Origin, str] = {}
        outside: list[tuple[str, str, str, str]] = []  # source, its port, target, its port
        gone: list[str] = []
        for wire in before:
            origin = wire.source, wire.source_port
            if wire.source in chosen and wire.target in chosen:
                outside.append((made[wire.source], wire.source_port, made[wire.target], wire.target_port))
            elif wire.target in chosen:
                if inside.node(wire.source).layer.role == "input":
                    if (come := given.get(wire.source)) is not None:
                        outside.append((come.source, come.source_port, made[wire.target], wire.target_port))
                    continue
                if origin not in ports:
                    ports[origin] = self._add_output(_label(inside, origin))
                    inside.connect(wire.source, ports[origin], source_port=wire.source_port)
                outside.append((block, ports[origin], made[wire.target], wire.target_port))
            elif inside.node(wire.target).layer.role == "output":
                gone.append(wire.target)
                goes = [each for each in used if each.source_port == wire.target]
                outside += [(made[wire.source], wire.source_port, each.target, each.target_port) for each in goes]
            else:
                if origin not in entering:
                    entering[origin] = self._add_input(_label(inside, origin), _type(types, inside, wire))
                    outside.append((made[wire.source], wire.source_port, block, entering[origin]))
                inside.connect(entering[origin], wire.target, wire.target_port)
        fed = [port for port in inside.ends("input") if inside.outgoing(port)]
        inside.remove([*chosen, *gone])
        inside.remove([port for port in fed if not inside.outgoing(port)])
        self._renew()
        for source, source_port, target, target_port in outside:
            drawing.connect(source, target, target_port, source_port)
        moved: Moved = {(block, name): (new,) for name, new in made.items()}
        tie_again(self._document, (drawing, block, inside), ties, moved)
        follow_sweep(self._document, inside.key, drawing.key, made)
        learning = [new for new in made.values() if has_weights(drawing.node(new).layer)]
        self._document.follow_turns(drawing.key, [block], [block, *learning])
        return list(made.values())

    def _results(
        self, before: Iterable[Wire], chosen: Collection[str], made: Mapping[str, str]
    ) -> dict[str, list[Wire]]:
        """An Output for each tensor that leaves for elsewhere, and the wires that come from it."""
        ports: dict[Origin, str] = {}
        found: dict[str, list[Wire]] = {}
        for wire in before:
            if wire.source not in chosen or wire.target in chosen or wire.target == self._block:
                continue
            origin = wire.source, wire.source_port
            if origin not in ports:
                ports[origin] = self._add_output(_label(self._drawing, origin))
                self._inside.connect(made[wire.source], ports[origin], source_port=wire.source_port)
            found.setdefault(ports[origin], []).append(wire)
        return found

    def _add_input(self, name: str, kind: TensorType | None) -> str:
        inside = self._inside
        others = [inside.node(port) for port in inside.ends("input")]
        at = (others[-1].x, max(node.y for node in others) + ROW) if others else (_left(inside) - COLUMN, 0.0)
        declared: dict[str, Any] = {}
        if kind is not None:
            declared = {"shape": [dim if isinstance(dim, int) else str(dim) for dim in kind.shape[1:]]}
            declared["dtype"] = kind.dtype
        return inside.add(Input.__name__, declared, name=inside.copy_name(name), at=at)

    def _add_output(self, name: str) -> str:
        inside = self._inside
        others = [inside.node(port) for port in inside.ends("output")]
        right = max((node.x for node in inside.nodes.values()), default=0.0) + COLUMN
        at = (others[-1].x, max(node.y for node in others) + ROW) if others else (right, 0.0)
        return inside.add(Output(), name=inside.copy_name(f"{name}_out"[:MAX_LENGTH]), at=at)

    def _beside_output(self, chosen: Mapping[str, Node]) -> tuple[float, float]:
        """Where what comes in goes: below all that is there."""
        nodes = self._inside.nodes.values()
        return middle(nodes)[0], max((node.y for node in nodes), default=0.0) + ROW * (1 + len(chosen) // 4)

    def _renew(self) -> None:
        """Give the node its ports as they are now, so that wires can be drawn to them."""
        self._drawing.replace(self._block, self._drawing.node(self._block).layer)


def _definition_of(document: Document, drawing: ModelGraph, block: str) -> ModelGraph:
    layer = drawing.node(block).layer
    if not isinstance(layer, Block):
        kind = drawing.node(block).kind
        raise DocumentError(f"'{block}' is a {kind}; only into and out of a Block nodes can be moved.")
    count = len(list(uses(document, layer.definition)))
    if count != 1:
        raise DocumentError(
            f"'{layer.definition}' is used {_times(count)}, and all of its uses would change; unpack '{block}' instead."
        )
    if when := drawing.node(block).when:
        raise DocumentError(f"'{block}' is there only where {when}; take this condition away first.")
    if layer.repeat != 1:
        raise DocumentError(f"'{block}' is repeated {layer.repeat} times; set repeat to 1 first.")
    return document.graphs[layer.definition]


def _chosen(drawing: ModelGraph, names: Iterable[str]) -> dict[str, Node]:
    chosen = {name: drawing.node(name) for name in dict.fromkeys(names)}
    for name, node in chosen.items():
        if node.layer.role not in ("layer", "block"):
            raise DocumentError(f"'{name}' ({node.kind}) stays in its drawing; deselect it.")
        written = isinstance(node.layer, BlockLayer) and any(map(names_in, node.layer.arguments.values()))
        if node.expressions or node.when or written:
            raise DocumentError(f"'{name}' is written with the parameters of a block; give it plain values first.")
        sharing = [*([node.shares] if node.shares else []), *drawing.sharers(name)]
        if any(other not in chosen for other in sharing):
            raise DocumentError(f"'{name}' shares weights with '{sharing[0]}'; select both or neither.")
    return chosen


def _copied(graph: ModelGraph, chosen: Mapping[str, Node], at: Point, around: Node | None = None) -> dict[str, str]:
    """Add the nodes around a point; their new names by their old ones; they learn as in the block ``around``."""
    x, y = middle(chosen.values())
    made: dict[str, str] = {}
    for name, node in chosen.items():
        place = at[0] + node.x - x, at[1] + node.y - y
        made[name] = graph.add(node.layer, name=graph.copy_name(name), at=place)
    for name, node in chosen.items():
        graph.alter(made[name], shares=made.get(node.shares, ""), bypassed=node.bypassed, collapsed=node.collapsed)
        learning = node if around is None else within(node, around)
        graph.alter(made[name], frozen=learning.frozen, l1=learning.l1, l2=learning.l2)
    return made


def _type(types: Mapping[str, tuple[TensorType, ...]], graph: ModelGraph, wire: Wire) -> TensorType | None:
    kinds = types.get(wire.source)
    return None if kinds is None else kinds[graph.output_index(wire.source, wire.source_port)]


def _label(graph: ModelGraph, origin: Origin) -> str:
    name, port = origin
    return name if len(graph.node(name).layer.output_names()) == 1 else f"{name}_{port}"[:MAX_LENGTH]


def _left(graph: ModelGraph) -> float:
    return min((node.x for node in graph.nodes.values()), default=0.0)


def _who(chosen: Mapping[str, Node]) -> str:
    return next(iter(chosen)) if len(chosen) == 1 else f"{len(chosen)} nodes"


def _times(count: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(count, f"{count} times")

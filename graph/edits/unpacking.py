"""Puts the inside of a block in the place of the node that uses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from graph.blocks.parameters import INDEX
from graph.blocks.paths import Moved, Path, moved_along
from graph.blocks.uses import instances
from graph.document import Document
from graph.edits.kept import follow_sweep, has_weights, within
from graph.edits.placing.room import Size, card_of, cards_around, make_room
from graph.errors import DocumentError
from graph.fields import fields_of, parameters_of
from graph.layers.block import Block, BlockLayer, Scan
from graph.layout.rows import COLUMN_GAP
from graph.modelgraph import ModelGraph
from graph.records import Node, Point, Wire
from graph.tying import Place, givers, renamed
from graph.written import argument_with, as_expressions, language_of, with_values

Origin = tuple[str, str]  # a node and its output port


def middle(nodes: Iterable[Node]) -> tuple[float, float]:
    """The centre of the rectangle around some nodes; the origin for none."""
    places = [(node.x, node.y) for node in nodes] or [(0.0, 0.0)]
    xs, ys = zip(*places, strict=True)
    return round((min(xs) + max(xs)) / 2, 3), round((min(ys) + max(ys)) / 2, 3)


def unpack(document: Document, graph: str, name: str, size: Size | None = None) -> list[str]:
    """Put what is inside a Block in its place, once for every repetition, in one step; the names of the new nodes.

    Names are kept where they are free. What stands in the way makes room; ``size`` tells how large nodes are drawn.
    A definition that nothing uses any more is removed.

    Raises:
        DocumentError: the node is no Block, or is one that cannot be written out.
    """
    drawing = document.graphs[graph]
    node = drawing.node(name)
    layer = _check(document, drawing, node)
    inside = document.graphs[layer.definition]
    defaults = document.definitions[layer.definition].parameters
    values = {**as_expressions(defaults), **layer.arguments}
    parts = [part for part in inside.nodes.values() if part.layer.role not in ("input", "output")]
    incoming, outgoing = dict(drawing.inputs(name)), drawing.outgoing(name)
    origins = {port: (wire.source, wire.source_port) for port, wire in incoming.items()}
    made: list[str] = []
    moved: dict[Path, Path] = {}
    with document.edit(f"Unpack '{name}'"):
        before = [card_of(drawing, name, size)]
        drawing.remove([name])
        for turn in range(layer.repeat):
            by = _shift(inside, parts, node, (turn, layer.repeat))
            added = _add(drawing, parts, _at_turn(values, turn, document.values(graph)), node, by)
            made += added.values()
            place = (name, str(turn)) if layer.repeat > 1 else (name,)
            moved |= {(*place, part): (new,) for part, new in added.items()}
            found = _connect(drawing, inside, added, origins, by)
            _add_frames(drawing, inside, by)
            results = {port: found[port] for port in layer.results if port in found}
            origins = dict(zip(layer.inputs, results.values(), strict=False))
        for wire in outgoing:
            if wire.source_port in results:
                source, source_port = results[wire.source_port]
                drawing.connect(source, wire.target, wire.target_port, source_port)
        _keep_ties(document, drawing, node, moved)
        make_room(drawing, made, before, size)
        document.follow_turns(graph, [name], [part for part in made if has_weights(drawing.node(part).layer)])
        document.follow_sweep(graph, [name], [])
        if not instances(document, layer.definition):
            follow_sweep(document, layer.definition, graph, added if layer.repeat == 1 else {})
            document.follow(layer.definition, inside.nodes, [])
            document.remove_block(layer.definition)
    return made


def _keep_ties(document: Document, drawing: ModelGraph, block: Node, moved: Moved) -> None:
    """Have weights that were tied by their names in the block be tied by those of the new nodes."""
    document.follow_ties(drawing.key, moved)
    for key, text in block.ties.items():
        taker = Place.read(moved_along({key: f"{block.name}.{key}"}, moved)[key])
        if taker.node in drawing.nodes:
            drawing.alter(taker.node, ties={**drawing.node(taker.node).ties, taker.weight: text})
    for name, node in list(drawing.nodes.items()):
        if node.ties:
            document.set_ties(drawing.key, name, moved_along(node.ties, moved))


def _check(document: Document, drawing: ModelGraph, node: Node) -> Block:
    name, layer = node.name, node.layer
    if isinstance(layer, Scan):
        raise DocumentError(f"'{name}' is a Scan, which runs its block along time; only a Block can be unpacked.")
    if not isinstance(layer, Block) or layer.definition not in document.definitions:
        raise DocumentError(f"'{name}' is no Block; there is nothing to unpack.")
    if "repeat" in node.expressions:
        raise DocumentError(f"'{name}' is repeated '{node.expressions['repeat']}' times; set repeat to a number first.")
    if layer.repeat > 1 and (len(layer.inputs), len(layer.results)) != (1, 1):
        raise DocumentError(f"'{name}' is repeated, but has not one input and one output; set repeat to 1 first.")
    if node.when:
        raise DocumentError(f"'{name}' is there only where {node.when}; take this condition away first.")
    if node.shares:
        raise DocumentError(f"'{name}' shares the weights of '{node.shares}'; give it weights of its own first.")
    if sharers := drawing.sharers(name):
        raise DocumentError(f"'{sharers[0].name}' shares the weights of '{name}'; give it weights of its own first.")
    return layer


def _at_turn(values: Mapping[str, Any], turn: int, around: Collection[str]) -> dict[str, Any]:
    """Arguments at a place in the repetition, which is what ``i`` in them says unless it is a parameter around."""
    place = {} if INDEX in around else {INDEX: turn}
    return {key: argument_with(value, place) for key, value in values.items()}


def _shift(inside: ModelGraph, parts: list[Node], block: Node, turn: tuple[int, int]) -> Point:
    """How far the parts go in one of the turns, which stand beside one another around the block's place."""
    x, y = middle(parts)
    left, _, right, _ = cards_around(inside, [part.name for part in parts]) if parts else (0.0, 0.0, 0.0, 0.0)
    width = right - left + COLUMN_GAP
    return block.x - x + width * (turn[0] - (turn[1] - 1) / 2), block.y - y


def _add_frames(drawing: ModelGraph, inside: ModelGraph, by: Point) -> None:
    first = 1 + max((frame.key for frame in drawing.frames), default=0)
    moved = [
        msgspec.structs.replace(frame, key=first + index, x=frame.x + by[0], y=frame.y + by[1])
        for index, frame in enumerate(inside.frames)
    ]
    drawing.set_frames([*drawing.frames, *moved])


def _add(drawing: ModelGraph, parts: list[Node], values: Mapping[str, Any], block: Node, by: Point) -> dict[str, str]:
    """Add the parts once; their names in the drawing by their names in the block."""
    names: dict[str, str] = {}
    conditions = {part.name: with_values(part.when, "value", values) for part in parts if part.when}
    parts = [part for part in parts if conditions.get(part.name) is not False]
    _check_givers(parts, block)
    for part in parts:
        new = drawing.copy_name(part.name)
        parameters = _substituted(part, values)
        names[part.name] = drawing.add(part.kind, parameters, name=new, at=(part.x + by[0], part.y + by[1]))
    for part in parts:
        learning = within(part, block)
        drawing.alter(names[part.name], frozen=learning.frozen, l1=learning.l1, l2=learning.l2)
        drawing.alter(names[part.name], shares=names.get(part.shares, ""), ties=renamed(part.ties, names))
        drawing.alter(names[part.name], bypassed=part.bypassed, collapsed=part.collapsed)
        if isinstance(when := conditions.get(part.name), str):
            drawing.condition(names[part.name], when)
    return names


def _check_givers(parts: list[Node], block: Node) -> None:
    """Refuse that a part would come to have weights of its own, for what gives them is not there in this use."""
    there = {part.name for part in parts}
    for part in parts:
        for giver in (*givers(part), *([part.shares] if part.shares else [])):
            if giver not in there:
                raise DocumentError(
                    f"'{part.name}' uses weights of '{giver}', which is not there as '{block.name}' uses the block; "
                    f"give '{part.name}' weights of its own first."
                )


def _substituted(part: Node, values: Mapping[str, Any]) -> dict[str, Any]:
    """A part's parameters with the block's parameters at ``values``."""
    parameters = parameters_of(part.layer)
    fields = fields_of(type(part.layer))
    parameters |= {key: with_values(text, language_of(fields[key]), values) for key, text in part.expressions.items()}
    if isinstance(part.layer, BlockLayer) and part.layer.arguments:
        arguments = part.layer.arguments.items()
        parameters["arguments"] = {key: argument_with(value, values) for key, value in arguments}
    return parameters


def _connect(
    drawing: ModelGraph, inside: ModelGraph, added: Mapping[str, str], origins: Mapping[str, Origin], by: Point
) -> dict[str, Origin]:
    """Draw the block's wires between the added parts; where each of its outputs now comes from."""

    def origin_of(wire: Wire) -> Origin | None:
        if wire.source in added:
            return added[wire.source], wire.source_port
        if inside.nodes[wire.source].when:  # it is not there: what it is given goes on
            first = next((before for _, before in inside.arguments(wire.source) if before), None)
            return origin_of(first) if first is not None else None
        return origins.get(wire.source)

    results: dict[str, Origin] = {}
    for wire in inside.wires():
        origin = origin_of(wire)
        if origin is None:
            continue
        if wire.target in added:
            made = drawing.connect(origin[0], added[wire.target], wire.target_port, origin[1])
            if wire.source in added:
                drawing.bend(made, [(x + by[0], y + by[1]) for x, y in inside.bends(wire)])
        elif inside.nodes[wire.target].layer.role == "output":
            results[wire.target] = origin
    return results

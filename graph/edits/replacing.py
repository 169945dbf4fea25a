"""Another kind of layer in the place of a node: its wires and its parameters of the same name stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from graph.blocks.expansion import input_types, state_of
from graph.blocks.paths import Moved, moved_along
from graph.document import Document
from graph.edits import blocks
from graph.edits.kept import has_weights
from graph.edits.search.kinds import label_of
from graph.errors import DocumentError, LayerloomError
from graph.fields import fields_of, parameters_of
from graph.layer import Weight
from graph.modelgraph import ModelGraph
from graph.names import free_name, stem_of
from graph.records import Node, Wire
from graph.tying import Place


def replace(document: Document, key: str, names: Iterable[str], kind: str) -> tuple[list[str], list[Wire]]:
    """Make nodes another kind of layer in one step; their names, and the wires that found no port.

    A name that was made from the kind before becomes one made from the new kind; any other stays. Nodes that shared
    their weights with one another do so again, and a weight that was another's still is where it is of that shape.

    Raises:
        LayerloomError: there is no such kind, or it cannot be used here.
    """
    names = list(names)
    who = names[0] if len(names) == 1 else f"{len(names)} nodes"
    made: list[str] = []
    lost: list[Wire] = []
    graph = document.graphs[key]
    before = [graph.node(name) for name in names]
    owners = {node.name: node.shares or _sharer(graph, node.name, names) for node in before}
    with document.edit(f"Replace {who} by {label_of(kind)}"):
        for name in names:
            new, gone = _replace(document, key, name, kind)
            # A node that is replaced later may be an end of a wire that was kept.
            made.append(new)
            lost += gone
        places = dict(zip(names, made, strict=True))
        for name, owner in owners.items():
            if owner:
                with suppress(DocumentError):  # of another kind, or with other parameters
                    graph.share(places[name], places.get(owner, owner))
        _tie_again(document, key, before, places)
    return made, lost


def _sharer(graph: ModelGraph, owner: str, but: Collection[str]) -> str:
    """A node that uses all weights of another, to which they go when that is removed."""
    return next((node.name for node in graph.sharers(owner) if node.name not in but), "")


def _tie_again(document: Document, key: str, before: Sequence[Node], places: Mapping[str, str]) -> None:
    """Have nodes use single weights that they used ``before``; ``places`` are their names now by those then."""
    graph = document.graphs[key]
    for old in before:
        new = places[old.name]
        for weight, text in old.ties.items():
            place = Place.read(text)
            place = place._replace(node=places.get(place.node, place.node))
            if _weight(document, key, new, weight) == _weight(document, key, place.node, place.weight) is not None:
                with suppress(DocumentError):
                    graph.tie(new, weight, str(place))


def _weight(document: Document, key: str, node: str, weight: str) -> Weight | None:
    """A weight of a node as far as it is known."""
    graph, types = document.graphs[key], document.types(key)
    if node not in graph.nodes or node not in types:
        return None
    return state_of(document, graph.node(node).layer, input_types(graph, types, node)).get(weight)


def _replace(document: Document, key: str, name: str, kind: str) -> tuple[str, list[Wire]]:
    graph = document.graphs[key]
    old = graph.node(name)
    incoming = [graph.inputs(name)[port] for port in graph.open_ports(name) if port in graph.inputs(name)]
    new = blocks.add(document, key, kind, (old.x, old.y))
    _keep_parameters(graph, old, new)
    graph.alter(new, collapsed=old.collapsed)
    if old.frozen and has_weights(graph.node(new).layer):
        graph.alter(new, frozen=True)
    if has_weights(graph.node(new).layer):
        graph.alter(new, l1=old.l1, l2=old.l2)
    if old.when and graph.can_be_conditional(new):
        graph.condition(new, old.when)
    lost = _keep_incoming(graph, incoming, new) + _keep_outgoing(graph, old, new)
    graph.remove([name])
    wanted = _name(graph, old, new)
    graph.rename(new, wanted)
    _follow_ties(document, graph, name, wanted)
    document.follow(key, [name], [wanted])
    return wanted, lost


def _follow_ties(document: Document, graph: ModelGraph, name: str, new: str) -> None:
    """Have what is tied to a node that is gone, here and in drawings around, be tied to the one in its place."""
    moved: Moved = {(name,): (new,)}
    document.follow_ties(graph.key, moved)
    for other in graph.tied_to(name):
        graph.alter(other.name, ties=moved_along(other.ties, moved))


def _keep_parameters(graph: ModelGraph, old: Node, new: str) -> None:
    """Give the new node what the old one has of the same name, as far as it takes it."""
    fields = fields_of(type(graph.node(new).layer))
    values: Mapping[str, Any] = {**parameters_of(old.bypassed or old.layer), **old.expressions}
    for field, value in values.items():
        if field not in fields or fields[field].hidden:
            continue
        try:
            graph.set(new, **{field: value})
        except LayerloomError:
            continue  # a value that only the old kind takes, such as a pair where this wants one number


def _keep_incoming(graph: ModelGraph, wires: Sequence[Wire], new: str) -> list[Wire]:
    lost = []
    for index, wire in enumerate(wires):
        port = _port(graph.open_ports(new), wire.target_port, index)
        if port is None:
            lost.append(wire)
        else:
            made = graph.connect(wire.source, new, port, wire.source_port)
            graph.bend(made, graph.bends(wire))
    return lost


def _keep_outgoing(graph: ModelGraph, old: Node, new: str) -> list[Wire]:
    lost = []
    before, after = old.layer.output_names(), graph.node(new).layer.output_names()
    for wire in graph.outgoing(old.name):
        port = _port(after, wire.source_port, before.index(wire.source_port))
        if port is None:
            lost.append(wire)
        else:
            bends = graph.bends(wire)
            graph.bend(graph.connect(new, wire.target, wire.target_port, port), bends)
    return lost


def _port(ports: Sequence[str], name: str, index: int) -> str | None:
    """The port of the same name, else the one at the same place."""
    return name if name in ports else ports[index] if index < len(ports) else None


def _name(graph: ModelGraph, old: Node, new: str) -> str:
    """The old name, where it says more than the old kind."""
    if old.name.rstrip("0123456789") == stem_of(type(old.bypassed or old.layer).__name__):
        return new
    return old.name if old.name not in graph.nodes else free_name(old.name, graph.nodes)

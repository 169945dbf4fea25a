"""Another kind of layer in the place of a node: its wires and its parameters of the same name stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.document import Document
from graph.edits import blocks
from graph.edits.kept import has_weights
from graph.edits.search.kinds import label_of
from graph.errors import LayerloomError
from graph.fields import fields_of, parameters_of
from graph.modelgraph import ModelGraph
from graph.names import free_name, stem_of
from graph.records import Node, Wire


def replace(document: Document, key: str, names: Iterable[str], kind: str) -> tuple[list[str], list[Wire]]:
    """Make nodes another kind of layer in one step; their names, and the wires that found no port.

    A name that was made from the kind before becomes one made from the new kind; any other stays.

    Raises:
        LayerloomError: there is no such kind, or it cannot be used here.
    """
    names = list(names)
    who = names[0] if len(names) == 1 else f"{len(names)} nodes"
    made: list[str] = []
    lost: list[Wire] = []
    with document.edit(f"Replace {who} by {label_of(kind)}"):
        for name in names:
            new, gone = _replace(document, key, name, kind)
            # A node that is replaced later may be an end of a wire that was kept.
            made.append(new)
            lost += gone
    return made, lost


def _replace(document: Document, key: str, name: str, kind: str) -> tuple[str, list[Wire]]:
    graph = document.graphs[key]
    old = graph.node(name)
    incoming = [graph.inputs(name)[port] for port in graph.open_ports(name) if port in graph.inputs(name)]
    new = blocks.add(document, key, kind, (old.x, old.y))
    _keep_parameters(graph, old, new)
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
    document.follow(key, [name], [wanted])
    return wanted, lost


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
            graph.connect(wire.source, new, port, wire.source_port)
    return lost


def _keep_outgoing(graph: ModelGraph, old: Node, new: str) -> list[Wire]:
    lost = []
    before, after = old.layer.output_names(), graph.node(new).layer.output_names()
    for wire in graph.outgoing(old.name):
        port = _port(after, wire.source_port, before.index(wire.source_port))
        if port is None:
            lost.append(wire)
        else:
            graph.connect(new, wire.target, wire.target_port, port)
    return lost


def _port(ports: Sequence[str], name: str, index: int) -> str | None:
    """The port of the same name, else the one at the same place."""
    return name if name in ports else ports[index] if index < len(ports) else None


def _name(graph: ModelGraph, old: Node, new: str) -> str:
    """The old name, where it says more than the old kind."""
    if old.name.rstrip("0123456789") == stem_of(type(old.bypassed or old.layer).__name__):
        return new
    return old.name if old.name not in graph.nodes else free_name(old.name, graph.nodes)

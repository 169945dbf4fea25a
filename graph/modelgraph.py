"""One drawing: named nodes, wires, always acyclic. Writes go through the document's edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from graph.catalog import layer_class, make_layer
from graph.errors import DocumentError, ParameterError
from graph.expressions import evaluate
from graph.fields import fields_of, parameters_of
from graph.layer import Layer, Port, Role, numbered
from graph.names import Numbering, check_name, free_name, stem_of, stem_of_name
from graph.ordering import Ordering, reach
from graph.records import Change, Node, NodeChange, RenameChange, Wire, WireChange
from graph.sharing import differences

if TYPE_CHECKING:
    import networkx as nx

MAX_COORDINATE = 1e7
_NO_WIRES: Mapping[str, Wire] = MappingProxyType({})


class Owner(Protocol):
    """What a graph asks of the document it belongs to."""

    def record(self, change: Change) -> None:
        """Carry out a change as part of the current edit."""

    def values(self, graph: str) -> Mapping[str, int]:
        """The parameters of the block a graph defines, at their defaults."""

    def complete(self, graph: str, layer: Layer) -> Layer:
        """A layer as it is in this document: a block with its ports."""


class ModelGraph:
    """The nodes and wires of a model or of a block definition; ``key`` is "" for the model, else the block's name."""

    def __init__(self, key: str, owner: Owner) -> None:
        self.key = key
        self._owner = owner
        self._record = owner.record
        self._nodes: dict[str, Node] = {}
        self._inputs: dict[str, dict[str, Wire]] = {}
        self._sharers: dict[str, dict[str, None]] = {}
        self._numbering = Numbering()
        self._indices: dict[str, Numbering] = {}  # of the inputs of nodes that take many
        self._ends: dict[str, tuple[str, ...]] = {}
        self._ordering = Ordering(self._sources, self.successors, self._sorted)
        self._dirty: set[str] = set()
        self.version = 0

    @cached_property
    def _graph(self) -> nx.MultiDiGraph[str]:
        # networkx takes longer to import than all of Qt: an empty drawing does without.
        made: nx.MultiDiGraph[str] = _networkx().MultiDiGraph()
        return made

    # Reading

    @property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes by name, in the order they were added."""
        return MappingProxyType(self._nodes)

    def node(self, name: str) -> Node:
        """The node called ``name``.

        Raises:
            DocumentError: there is none.
        """
        if name not in self._nodes:
            raise DocumentError(f"There is no node '{name}'.")
        return self._nodes[name]

    def inputs(self, name: str) -> Mapping[str, Wire]:
        """The wires into a node, by input port."""
        return self._inputs.get(name, _NO_WIRES)

    def outgoing(self, name: str) -> list[Wire]:
        """The wires out of a node."""
        return [data["wire"] for _, _, data in self._graph.out_edges(name, data=True)]

    def wires(self) -> list[Wire]:
        """Every wire."""
        return [wire for ports in self._inputs.values() for wire in ports.values()]

    def successors(self, name: str) -> Collection[str]:
        """The nodes fed by a node, each once."""
        names: Collection[str] = self._graph._succ[name]
        return names

    def _sources(self, name: str) -> Collection[str]:
        names: Collection[str] = self._graph._pred[name]
        return names

    def _sorted(self) -> Iterable[str]:
        names: Iterable[str] = _networkx().topological_sort(self._graph)
        return names

    def sharers(self, name: str) -> list[Node]:
        """The nodes that use a node's weights."""
        return [self._nodes[other] for other in self._sharers.get(name, ())]

    def upstream(self, names: Iterable[str]) -> set[str]:
        """The nodes that ``names`` depend on, themselves included."""
        return reach(names, self._sources)

    def downstream(self, names: Iterable[str]) -> set[str]:
        """The nodes that depend on ``names``, themselves included."""
        return reach(names, self.successors)

    def ends(self, role: Role) -> tuple[str, ...]:
        """The nodes of a role, such as the Inputs, from top to bottom."""
        if role not in self._ends:
            nodes = [node for node in self._nodes.values() if node.layer.role == role]
            self._ends[role] = tuple(node.name for node in sorted(nodes, key=lambda node: (node.y, node.x, node.name)))
        return self._ends[role]

    def position(self) -> Mapping[str, int]:
        """A number for each node that is larger than the number of every node before it."""
        return self._ordering.places()

    def order(self) -> list[str]:
        """The node names, every node behind those it depends on."""
        return sorted(self._nodes, key=self.position().__getitem__)

    def reading_order(self) -> list[str]:
        """The node names in the topological order that depends on the drawing alone, not on how it came about."""
        return list(_networkx().lexicographical_topological_sort(self._graph)) if self._nodes else []

    def open_ports(self, name: str) -> list[str]:
        """The input ports of a node as drawn: a many-input port has one more than is wired, and at least two."""
        wired = self.inputs(name)
        ports: list[str] = []
        for port in self.node(name).layer.ports():
            if not port.variadic:
                ports.append(port.name)
                continue
            used = indices(wired, port.name)
            ports += [f"{port.name}{index}" for index in range(max([0, *used]) + 2)]
        return ports

    def arguments(self, name: str) -> list[tuple[Port, Wire | None]]:
        """The wires into a node in the order its layer's ``infer`` takes them, ``None`` for an open port."""
        wires = self.inputs(name)
        found: list[tuple[Port, Wire | None]] = []
        for port in self._nodes[name].layer.ports():
            if not port.variadic:
                found.append((port, wires.get(port.name)))
                continue
            numbers = indices(wires, port.name)
            found += [(port, wires[f"{port.name}{number}"]) for number in numbers]
        return found

    def output_index(self, node: str, port: str) -> int:
        """Which of a node's outputs a port is, counted from 0."""
        return self._nodes[node].layer.output_index(port)

    def take_dirty(self) -> set[str]:
        """The nodes, some of them gone, whose type may be another since this was last asked."""
        taken, self._dirty = self._dirty, set()
        return taken

    def free_name(self, stem: str) -> str:
        """The first of ``stem1``, ``stem2``... that no node has."""
        return self._numbering.free(stem, self._nodes)

    def copy_name(self, name: str) -> str:
        """The name itself if no node has it, else that of the next copy: ``conv12`` gives ``conv13``."""
        return self.free_name(stem_of_name(name)) if name in self._nodes else name

    def would_cycle(self, source: str, target: str) -> bool:
        """Whether a wire from ``source`` to ``target`` would close a cycle."""
        if source == target:
            return True
        place = self.position()
        return place[source] > place[target] and self._ordering.leads(target, source)

    # Writing

    def add(
        self,
        kind: str | Layer,
        parameters: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        at: tuple[float, float] = (0.0, 0.0),
        expressions: Mapping[str, str] | None = None,
    ) -> str:
        """Add a node of the layer ``kind``; its name, made from the kind where none is given.

        Raises:
            DocumentError: unknown kind, or the name is taken or unusable.
            ParameterError: a parameter is wrong.
        """
        texts = dict(expressions or {})
        layer = kind if isinstance(kind, Layer) else self._make(kind, dict(parameters or {}), name, texts)
        layer = self._owner.complete(self.key, layer)
        name = self.free_name(stem_of(type(layer).__name__)) if name is None else check_name(name)
        if name in self._nodes:
            raise DocumentError(
                f"There is already a node '{name}'; names are unique, try '{free_name(name, self._nodes, 2)}'."
            )
        x, y = _place(at)
        self._record(NodeChange(self.key, name, None, Node(name, layer, x, y, texts)))
        return name

    def remove(self, names: Iterable[str], *, heal: bool = False) -> None:
        """Remove nodes and their wires; with ``heal``, join the neighbours of a node with one wire in.

        Where others share a removed node's weights, the first of them owns them from now on.
        """
        names = list(names)
        self._hand_over(set(names))
        for name in names:
            node = self.node(name)
            incoming, outgoing = list(self.inputs(name).values()), self.outgoing(name)
            for wire in incoming + outgoing:
                self._record(WireChange(self.key, wire, None))
            self._record(NodeChange(self.key, name, node, None))
            if heal and len(incoming) == 1:
                for wire in outgoing:
                    self.connect(incoming[0].source, wire.target, wire.target_port, incoming[0].source_port)

    def _hand_over(self, going: set[str]) -> None:
        if not self._sharers.keys() & going:
            return
        owners: dict[str, str] = {}
        for node in list(self._nodes.values()):
            if node.shares in going and node.name not in going:
                owner = owners.setdefault(node.shares, node.name)
                if owner != node.name:
                    self._alter(node, shares=owner)
                elif node.shares in self._nodes:
                    self._alter(node, shares="", frozen=node.frozen or self._nodes[node.shares].frozen)

    def connect(self, source: str, target: str, port: str | None = None, source_port: str | None = None) -> Wire:
        """Wire an output to an input; without ports, the first output and the first free input.

        An input takes one wire: a new one replaces the old.

        Raises:
            DocumentError: there is no such node or port, or the wire would close a cycle.
        """
        wire = self.plan_wire(source, target, port, source_port)
        old = self.inputs(target).get(wire.target_port)
        if old == wire:
            return wire
        if old is not None:
            self._record(WireChange(self.key, old, None))
        self._record(WireChange(self.key, None, wire))
        return wire

    def plan_wire(self, source: str, target: str, port: str | None = None, source_port: str | None = None) -> Wire:
        """The wire ``connect`` would make; raises as it does, changes nothing."""
        feeding = self.node(source).layer
        outputs = feeding.output_names()
        source_port = source_port or (outputs[0] if outputs else "")
        if not feeding.has_output(source_port):
            had = f"its outputs: {', '.join(outputs)}" if outputs else "it has none"
            raise DocumentError(f"'{source}' has no output '{source_port}'; {had}.")
        port = port or self._free_port(target)
        if not self.node(target).layer.input_port(port):
            known = ", ".join(self.open_ports(target)) or "none"
            raise DocumentError(f"'{target}' has no input '{port}'; its inputs: {known}.")
        if self.would_cycle(source, target):
            raise DocumentError(
                f"'{source}' cannot feed '{target}': '{target}' already leads to '{source}', and a model has no cycles."
                if source != target
                else f"'{source}' cannot feed itself: a model has no cycles."
            )
        return Wire(source, source_port, target, port)

    def disconnect(self, target: str, port: str) -> None:
        """Remove the wire at an input port, if there is one."""
        wire = self.inputs(target).get(port)
        if wire is not None:
            self._record(WireChange(self.key, wire, None))

    def set(self, name: str, **parameters: Any) -> None:
        """Give a node's layer other parameters; those not named keep their values.

        In a block, text for a number is an expression over the block's parameters. Wires to ports the layer no
        longer has are removed.

        Raises:
            ParameterError: a value is wrong; the node keeps all its parameters.
        """
        node = self.node(name)
        texts = {key: text for key, text in node.expressions.items() if key not in parameters}
        layer = self._make(node.kind, {**parameters_of(node.layer), **texts, **parameters}, name, texts)
        layer = self._owner.complete(self.key, layer)
        self._drop_wires(name, layer)
        self._alter(node, layer=layer, expressions=texts)

    def _make(self, kind: str, parameters: dict[str, Any], name: str | None, expressions: dict[str, str]) -> Layer:
        """The layer with its expressions evaluated; they are put into ``expressions``."""
        fields = fields_of(layer_class(kind))
        for key, value in parameters.items():
            field = fields.get(key)
            if not self.key or not isinstance(value, str):
                continue
            if field and field.kind in ("int", "size") and value not in field.choices:
                expressions[key] = value
                try:
                    parameters = {**parameters, key: evaluate(value, self._owner.values(self.key))}
                except ParameterError as error:
                    owner = f"{kind} '{name}'" if name else kind
                    raise ParameterError(f"{owner}: {key}: {error}") from None
        return make_layer(kind, parameters, name)

    def move(self, places: Mapping[str, tuple[float, float]]) -> None:
        """Put the centres of nodes at other places."""
        for name, at in places.items():
            x, y = _place(at)
            self._alter(self.node(name), x=x, y=y)

    def replace(self, name: str, layer: Layer) -> None:
        """Give a node another layer; wires to ports it does not have are removed."""
        node, layer = self.node(name), self._owner.complete(self.key, layer)
        self._drop_wires(name, layer)
        self._alter(node, layer=layer)

    def _drop_wires(self, name: str, layer: Layer) -> None:
        """Remove the wires to ports a node does not have with another layer."""
        lost = [wire for wire in self.inputs(name).values() if not layer.input_port(wire.target_port)]
        lost += [wire for wire in self.outgoing(name) if not layer.has_output(wire.source_port)]
        for wire in lost:
            self._record(WireChange(self.key, wire, None))

    def alter(self, name: str, **values: Any) -> None:
        """Change what a node carries beside its layer: ``expressions``, ``frozen``, ``shares``."""
        self._alter(self.node(name), **values)

    def share(self, name: str, owner: str) -> None:
        """Have a node use the weights of ``owner``, or with "" have weights of its own again.

        Where ``owner`` shares weights itself, their owner is meant; nodes that share those of ``name`` follow it.

        Raises:
            DocumentError: there is no such node, or the two are not of one kind with the same parameters.
        """
        node = self.node(name)
        if not owner:
            self._alter(node, shares="")
            return
        source = self.node(self.node(owner).shares or owner)
        if source is node:
            raise DocumentError(f"'{name}' cannot share its own weights; name another node.")
        if node.layer.role not in ("layer", "block"):
            raise DocumentError(f"'{name}' ({node.kind}) has no weights to share.")
        if source.kind != node.kind:
            raise DocumentError(
                f"'{name}' is a {node.kind} and '{source.name}' a {source.kind}; only equal layers share weights."
            )
        if different := differences(node, source):
            raise DocumentError(
                f"'{name}' and '{source.name}' differ in {', '.join(different)}; only equal layers share weights."
            )
        for follower in [node, *self.sharers(name)]:
            self._alter(follower, shares=source.name)

    def rename(self, name: str, new: str) -> None:
        """Give a node another name.

        Raises:
            DocumentError: the name is taken or unusable.
        """
        self.node(name)
        if new == name:
            return
        check_name(new)
        if new in self._nodes:
            raise DocumentError(f"There is already a node '{new}'; names are unique.")
        self._record(RenameChange(self.key, name, new))
        for other in self.sharers(name):
            self._alter(other, shares=new)

    def _alter(self, node: Node, **values: Any) -> None:
        after = msgspec.structs.replace(node, **values)
        if after != node:
            self._record(NodeChange(self.key, node.name, node, after))

    def _free_port(self, target: str) -> str:
        wired, ports = self.inputs(target), self.node(target).layer.ports()
        for port in ports:
            if port.variadic:
                return self._indices.setdefault(target, Numbering()).free(port.name, wired, 0)
            if port.name not in wired:
                return port.name
        return ports[0].name if ports else ""

    # Applying changes: the one place that touches the data

    def apply(self, change: NodeChange | WireChange | RenameChange) -> None:
        """Carry out a change that is known to be valid."""
        self.version += 1
        if isinstance(change, WireChange):
            self._apply_wire(change)
            return
        self._ends.clear()
        if isinstance(change, NodeChange):
            self._apply_node(change)
        else:
            self._apply_rename(change)

    def _apply_node(self, change: NodeChange) -> None:
        name, after = change.name, change.after
        if after is None:
            self._graph.remove_node(name)
            self._note_shares(self._nodes.pop(name), None)
            self._inputs.pop(name, None)
            self._indices.pop(name, None)
            self._ordering.remove(name)
            self._numbering.release(name)
            self._dirty.add(name)
            return
        if change.before is None:
            self._graph.add_node(name)
            self._ordering.add(name)
        self._note_shares(change.before, after)
        self._nodes[name] = after
        if (
            change.before is None
            or change.before.layer != after.layer
            or change.before.expressions != after.expressions
            or change.before.shares != after.shares
        ):
            self._dirty.add(name)

    def _note_shares(self, before: Node | None, after: Node | None) -> None:
        if before is not None and before.shares:
            del self._sharers[before.shares][before.name]
            if not self._sharers[before.shares]:
                del self._sharers[before.shares]
        if after is not None and after.shares:
            self._sharers.setdefault(after.shares, {})[after.name] = None

    def _apply_wire(self, change: WireChange) -> None:
        if (old := change.before) is not None:
            self._graph.remove_edge(old.source, old.target, key=old.target_port)
            del self._inputs[old.target][old.target_port]
            if old.target in self._indices:
                self._indices[old.target].release(old.target_port)
            self._dirty.add(old.target)
        if (new := change.after) is not None:
            self._graph.add_edge(new.source, new.target, key=new.target_port, wire=new)
            self._inputs.setdefault(new.target, {})[new.target_port] = new
            self._dirty.add(new.target)
            self._ordering.join(new.source, new.target)

    def _apply_rename(self, change: RenameChange) -> None:
        before, after = change.before, change.after
        self.position()  # an order that is to be mended knows the node by its old name
        touching = list(self.inputs(before).values()) + self.outgoing(before)
        for wire in touching:
            self._apply_wire(WireChange(self.key, wire, None))
        node = self._nodes[before]
        renamed = msgspec.structs.replace(node, name=after)
        self._nodes = {
            (after if name == before else name): (renamed if name == before else kept)
            for name, kept in self._nodes.items()
        }
        self._note_shares(node, None)
        self._note_shares(None, renamed)
        self._graph.remove_node(before)
        self._inputs.pop(before, None)
        self._indices.pop(before, None)
        self._numbering.release(before)
        self._graph.add_node(after)
        self._ordering.rename(before, after)
        for wire in touching:
            source = after if wire.source == before else wire.source
            target = after if wire.target == before else wire.target
            self._apply_wire(WireChange(self.key, None, Wire(source, wire.source_port, target, wire.target_port)))
        self._dirty |= {before, after}


def indices(ports: Iterable[str], stem: str) -> list[int]:
    """The numbers of the ports that stand for many, in order: x2 before x10."""
    return sorted(int(port[len(stem) :]) for port in ports if numbered(port, stem))


def _place(at: tuple[float, float]) -> tuple[float, float]:
    x, y = float(at[0]), float(at[1])
    if not (isfinite(x) and isfinite(y) and abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE):
        raise DocumentError(f"A node cannot stand at ({x}, {y}); coordinates go to {MAX_COORDINATE:,.0f}.")
    return round(x, 3), round(y, 3)


def prepare() -> None:
    """Import what the first node needs: for a moment when nobody waits."""
    _networkx()


def _networkx() -> Any:
    import networkx

    return networkx

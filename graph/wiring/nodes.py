"""Named nodes and the wires between them, always acyclic: what there is to read, and how a change is carried out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from graph.errors import DocumentError
from graph.fields import shorten
from graph.layer import Port, Role, numbered
from graph.names import Numbering, stem_of_name
from graph.records import Frame, FramesChange, Node, NodeChange, Point, RenameChange, Wire, WireChange
from graph.tying import givers
from graph.wiring.ordering import Ordering, reach

if TYPE_CHECKING:
    import networkx as nx

_NO_WIRES: Mapping[str, Wire] = MappingProxyType({})


class WiredNodes:
    """The nodes and wires of a model or of a block definition; ``key`` is "" for the model, else the block's name."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._nodes: dict[str, Node] = {}
        self._frames: tuple[Frame, ...] = ()
        self._inputs: dict[str, dict[str, Wire]] = {}
        self._sharers: dict[str, dict[str, None]] = {}
        self._tied: dict[str, dict[str, None]] = {}
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
            raise DocumentError(f"There is no node {shorten(name)}.")
        return self._nodes[name]

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames around parts of the drawing."""
        return self._frames

    def bends(self, wire: Wire) -> tuple[Point, ...]:
        """The points that a wire is led through, from its source on."""
        return self._nodes[wire.target].bends.get(wire.target_port, ())

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

    def tied_to(self, name: str) -> list[Node]:
        """The nodes that are tied to a weight of a node."""
        return [self._nodes[other] for other in self._tied.get(name, ())]

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

    # Applying changes: the one place that touches the data

    def apply_frames(self, change: FramesChange) -> None:
        """Take other frames, which say nothing about the model."""
        self._frames = change.after

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
            or change.before.ties != after.ties
            or change.before.when != after.when
        ):
            self._dirty.add(name)

    def _note_shares(self, before: Node | None, after: Node | None) -> None:
        """Keep by node who uses its weights."""
        for node, known in ((before, False), (after, True)):
            if node is None:
                continue
            if node.shares:
                _note(self._sharers, node.shares, node.name, known)
            for giver in givers(node) if node.ties else ():
                _note(self._tied, giver, node.name, known)

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


def _note(users: dict[str, dict[str, None]], owner: str, user: str, known: bool) -> None:
    if known:
        users.setdefault(owner, {})[user] = None
        return
    del users[owner][user]
    if not users[owner]:
        del users[owner]


def indices(ports: Iterable[str], stem: str) -> list[int]:
    """The numbers of the ports that stand for many, in order: x2 before x10."""
    return sorted(int(port[len(stem) :]) for port in ports if numbered(port, stem))


def prepare() -> None:
    """Import what the first node needs: for a moment when nobody waits."""
    _networkx()


def _networkx() -> Any:
    import networkx

    return networkx

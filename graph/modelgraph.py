"""One drawing: named nodes, wires, always acyclic. Writes go through the document's edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, Protocol

import msgspec

from graph.catalog import layer_class, make_layer
from graph.errors import DocumentError, ParameterError
from graph.expressions.evaluation import evaluate
from graph.fields import fields_of, parameters_of, shorten
from graph.layer import Layer
from graph.layers.constants import Identity
from graph.names import Numbering, check_name, free_name, stem_of
from graph.records import (
    Change,
    Frame,
    FramesChange,
    Node,
    NodeChange,
    ParameterValue,
    Point,
    RenameChange,
    Wire,
    WireChange,
)
from graph.sharing import differences
from graph.tying import HOLDING, Place, root_of
from graph.wiring.nodes import WiredNodes
from graph.written import Written, expression_in, language_of, value_of

MAX_COORDINATE = 1e7
MAX_FRAMES, MAX_TITLE = 1000, 120
# What two shifts may differ by that are one, each worked out from other numbers.
_SAME = 0.01


class Owner(Protocol):
    """What a graph asks of the document it belongs to."""

    def record(self, change: Change) -> None:
        """Carry out a change as part of the current edit."""

    def values(self, graph: str) -> Mapping[str, ParameterValue]:
        """The parameters of the block a graph defines, at their defaults."""

    def complete(self, graph: str, layer: Layer) -> Layer:
        """A layer as it is in this document: a block with its ports."""

    def follow(self, graph: str, gone: Collection[str], made: Sequence[str]) -> None:
        """Have the settings name the nodes ``made`` in place of those that are ``gone``."""

    def follow_ties(self, graph: str, moved: Mapping[tuple[str, ...], tuple[str, ...]]) -> None:
        """Have ties of drawings around a graph name what is in it as it will be called."""


class ModelGraph(WiredNodes):
    """The nodes and wires of a model or of a block definition, and the edits of them."""

    def __init__(self, key: str, owner: Owner) -> None:
        super().__init__(key)
        self._owner = owner
        self._record = owner.record

    def add(
        self,
        kind: str | Layer,
        parameters: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        at: tuple[float, float] = (0.0, 0.0),
        expressions: Mapping[str, Written] | None = None,
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
            for wire in incoming:
                self._record(WireChange(self.key, wire, None))
            for wire in outgoing:
                self._unwire(wire)
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
                    before = self._nodes[node.shares]
                    self._alter(node, shares="", frozen=node.frozen or before.frozen, ties=before.ties)
                    self._alter(self._nodes[node.name], l1=before.l1, l2=before.l2)
        for name, owner in owners.items():
            self._tie_again(name, owner)

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
            self._unwire(old)
        self._record(WireChange(self.key, None, wire))
        return wire

    def _unwire(self, wire: Wire) -> None:
        """Take a wire away, and the points it was led through."""
        self._record(WireChange(self.key, wire, None))
        if self.bends(wire):
            self.bend(wire, ())

    def plan_wire(self, source: str, target: str, port: str | None = None, source_port: str | None = None) -> Wire:
        """The wire ``connect`` would make; raises as it does, changes nothing."""
        feeding = self.node(source).layer
        outputs = feeding.output_names()
        source_port = source_port or (outputs[0] if outputs else "")
        if not feeding.has_output(source_port):
            had = f"its outputs: {', '.join(outputs)}" if outputs else "it has none"
            raise DocumentError(f"'{source}' has no output {shorten(source_port)}; {had}.")
        port = port or self._free_port(target)
        if not self.node(target).layer.input_port(port):
            known = ", ".join(self.open_ports(target)) or "none"
            raise DocumentError(f"'{target}' has no input {shorten(port)}; its inputs: {known}.")
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
            self._unwire(wire)

    def bend(self, wire: Wire, points: Sequence[Point]) -> None:
        """Lead a wire through points, from its source on; through none, it finds its own way."""
        node = self.node(wire.target)
        others = {port: bends for port, bends in node.bends.items() if port != wire.target_port}
        made = tuple(_place(point) for point in points)
        self._alter(node, bends={**others, wire.target_port: made} if made else others)

    def set_frames(self, frames: Iterable[Frame]) -> None:
        """Have these frames and no others.

        Raises:
            DocumentError: there are too many, or one has an unusable place or title.
        """
        made = tuple(_framed(frame) for frame in frames)
        if len(made) > MAX_FRAMES:
            raise DocumentError(f"There are {len(made):,} frames; at most {MAX_FRAMES:,} fit into a drawing.")
        if made != self._frames:
            self._record(FramesChange(self.key, self._frames, made))

    def set(self, name: str, **parameters: Any) -> None:
        """Give a node's layer other parameters; those not named keep their values.

        In a block, text for a number is an expression over the block's parameters, also in a list. Wires follow ports
        that have other names; those to ports the layer no longer has are removed. A bypassed node keeps them for when
        it is used again.

        Raises:
            ParameterError: a value is wrong; the node keeps all its parameters.
            DocumentError: a bypassed node could not be bypassed with them.
        """
        node = self.node(name)
        if node.bypassed is not None:
            self._set_bypassed(node, node.bypassed, parameters)
            return
        texts = {key: text for key, text in node.expressions.items() if key not in parameters}
        layer = self._make(node.kind, {**parameters_of(node.layer), **texts, **parameters}, name, texts)
        layer = self._owner.complete(self.key, layer)
        followed = self._followed(name, layer.renamed_from(node.layer))
        self._drop_wires(name, layer)
        self._alter(self.node(name), layer=layer, expressions=texts)
        for wire, bends in followed.items():
            self._record(WireChange(self.key, None, wire))
            self.bend(wire, bends)

    def _set_bypassed(self, node: Node, own: Layer, parameters: dict[str, Any]) -> None:
        layer = make_layer(type(own).__name__, {**parameters_of(own), **parameters}, node.name)
        if reason := self._unfit(msgspec.structs.replace(node, layer=layer), node.layer):
            raise DocumentError(f"'{node.name}' is bypassed and cannot be set so: {reason}; use it again first.")
        self._alter(node, bypassed=layer)

    def _make(self, kind: str, parameters: dict[str, Any], name: str | None, expressions: dict[str, Written]) -> Layer:
        """The layer with its expressions evaluated; they are put into ``expressions``."""
        fields = fields_of(layer_class(kind))
        values = self._owner.values(self.key)
        for key, value in parameters.items() if self.key else ():
            written = expression_in(fields[key], value, values) if key in fields else None
            if written is None:
                continue
            expressions[key] = written
            try:
                parameters = {**parameters, key: value_of(written, language_of(fields[key]), values)}
            except ParameterError as error:
                owner = f"{kind} '{name}'" if name else kind
                raise ParameterError(f"{owner}: {key}: {error}") from None
        return make_layer(kind, parameters, name)

    def move(self, places: Mapping[str, tuple[float, float]]) -> None:
        """Put the centres of nodes at other places; a wire whose ends go the same way takes its bends along."""
        shifts = {name: (at[0] - self.node(name).x, at[1] - self.node(name).y) for name, at in places.items()}
        for name, at in places.items():
            x, y = _place(at)
            node = self.node(name)
            self._alter(node, x=x, y=y, bends=self._carried(node, shifts) if node.bends else node.bends)

    def _carried(self, node: Node, shifts: Mapping[str, Point]) -> dict[str, tuple[Point, ...]]:
        """The bends in front of a node that is moved; those of wires that come along are moved, too."""
        by = shifts[node.name]
        made = dict(node.bends)
        for port, points in node.bends.items():
            other = shifts.get(self.inputs(node.name)[port].source)
            if other is not None and abs(other[0] - by[0]) + abs(other[1] - by[1]) < _SAME:
                made[port] = tuple(_place((x + by[0], y + by[1])) for x, y in points)
        return made

    def replace(self, name: str, layer: Layer) -> None:
        """Give a node another layer; wires to ports it does not have are removed."""
        layer = self._owner.complete(self.key, layer)
        self._drop_wires(name, layer)
        self._alter(self.node(name), layer=layer, bypassed=None)

    def bypass(self, name: str) -> None:
        """Have a node pass its input on in place of its layer, which it keeps.

        Raises:
            DocumentError: its layer has no such place in the drawing; the sentence says which.
        """
        node = self.node(name)
        if node.bypassed is not None:
            return
        through = Identity()
        reason = self._unfit(node, through)
        if reason:
            raise DocumentError(f"'{name}' cannot be bypassed: {reason}.")
        self._alter(node, layer=through, bypassed=node.layer)

    def use_again(self, name: str) -> None:
        """Have a node use the layer it was bypassed with."""
        node = self.node(name)
        if node.bypassed is None:
            return
        for sharer in self.sharers(name):
            self._alter(sharer, shares="")
        self._alter(node, layer=node.bypassed, bypassed=None, shares="")

    def _unfit(self, node: Node, through: Layer) -> str:
        """Why nothing can be put in the place of a node that passes its one input on; "" if it can."""
        wired = {*self.inputs(node.name), *(wire.source_port for wire in self.outgoing(node.name))}
        passed = {port.name for port in through.ports()} | set(through.output_names())
        own = {port.name for port in node.layer.ports()} | set(node.layer.output_names())
        if node.layer.role != "layer" or not passed <= own:
            return f"{node.kind} does not have one input and one output"
        if wired - passed:
            return f"there is a wire at its port {min(wired - passed)}, and only the one at x is passed on"
        if node.shares or self.sharers(node.name) or node.ties or self.tied_to(node.name):
            return "it shares its weights with another node"
        if node.expressions or self._owner.values(self.key):
            return "it stands in a block with parameters"
        return ""

    def condition(self, name: str, when: str) -> None:
        """Have a node be there only where a condition over the block's parameters holds; "" for always.

        Raises:
            DocumentError: it cannot have one; the sentence says why.
            ParameterError: what is written is not a condition.
        """
        node, when = self.node(name), when.strip()
        if when:
            self._check_condition(node, when)
        self._alter(node, when=when)

    def can_be_conditional(self, name: str) -> bool:
        """Whether a node may have a condition: it is in a block, and what it is given can stand for its output."""
        layer = self.node(name).layer
        known = layer.role in ("layer", "block") and bool(layer.ports()) and len(layer.output_names()) == 1
        return bool(self.key) and known

    def _check_condition(self, node: Node, when: str) -> None:
        who = f"'{node.name}'"
        if not self.key:
            raise DocumentError(f"{who} stands in the model itself; only a node in a block can have a condition.")
        if not self.can_be_conditional(node.name):
            raise DocumentError(f"{who} ({node.kind}) can have no condition: it has no input to pass on as its output.")
        try:
            held = evaluate(when, self._owner.values(self.key), "value")
        except ParameterError as error:
            raise ParameterError(f"{who}: when: {error}") from None
        if not isinstance(held, bool):
            raise ParameterError(f"{who}: when: '{when}' is not a condition but {held}; compare it with something.")

    def _followed(self, name: str, ports: Mapping[str, str]) -> dict[Wire, tuple[Point, ...]]:
        """The wires at ports that get other names, as they are then."""
        wires = [self.inputs(name)[port] for port in ports if port in self.inputs(name)]
        return {msgspec.structs.replace(wire, target_port=ports[wire.target_port]): self.bends(wire) for wire in wires}

    def _drop_wires(self, name: str, layer: Layer) -> None:
        """Remove the wires to ports a node does not have with another layer."""
        lost = [wire for wire in self.inputs(name).values() if not layer.input_port(wire.target_port)]
        lost += [wire for wire in self.outgoing(name) if not layer.has_output(wire.source_port)]
        for wire in lost:
            self._unwire(wire)

    def alter(self, name: str, **values: Any) -> None:
        """Change what a node carries with its layer, such as ``expressions``, ``frozen``, ``ties`` or ``collapsed``."""
        self._alter(self.node(name), **values)

    def penalize(self, name: str, **coefficients: float | None) -> None:
        """Say what ``l1`` and ``l2`` of a node's weights cost in training; ``None`` leaves it to the settings.

        Raises:
            ParameterError: one is not a number from 0 to 1000.
        """
        for key, value in coefficients.items():
            if value is not None and not (isinstance(value, int | float) and 0.0 <= value <= 1000.0):
                raise ParameterError(
                    f"'{name}': {key} must be a number from 0 to 1000, or nothing, got {shorten(value)}."
                )
        self.alter(name, **coefficients)

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
            self._alter(follower, shares=source.name, ties={})
        self._tie_again(name, source.name)

    def tie(self, name: str, weight: str, source: str) -> None:
        """Have a node's ``weight`` be that of another, as ``embedding.weight`` names it; with "" one of its own again.

        A weight in a block goes by its name there: ``layer.weight`` of a node, ``node.layer.weight`` as another's.
        Where the other node has that weight from a third itself, this one is meant; nodes that are tied to the weight
        of ``name`` follow it. Whether the two are of one shape is a matter of the drawing's state.

        Raises:
            DocumentError: there is no such node, or its weight cannot be given, or this one not be taken.
        """
        node = self.node(name)
        if not source:
            self._alter(node, ties={key: text for key, text in node.ties.items() if key != weight})
            return
        place = self._owned(Place.read(source))
        if place.node == name:
            raise DocumentError(f"'{name}' cannot be tied to a weight of its own; name another node.")
        giver = self.node(place.node)
        if node.layer.role not in HOLDING or not weight or giver.layer.role not in HOLDING:
            odd = giver if weight and node.layer.role in HOLDING else node
            raise DocumentError(f"'{odd.name}' ({odd.kind}) cannot be tied; only layers with named weights can.")
        if node.shares:
            raise DocumentError(f"'{name}' shares the weights of '{node.shares}'; tie that of '{node.shares}'.")
        if giver.ties:
            root = root_of(self.nodes, Place(giver.name, next(iter(giver.ties))))
            raise DocumentError(
                f"'{giver.name}' itself uses the weight '{root}', so it gives none; tie '{giver.name}' to '{name}'."
            )
        followers = self.tied_to(name)
        if others := [other for other in followers if set(other.ties.values()) - {str(Place(name, weight))}]:
            raise DocumentError(f"'{others[0].name}' uses another weight of '{name}'; give it one of its own first.")
        self._alter(node, ties={**node.ties, weight: str(place)})
        for other in followers:
            self._alter(other, ties=dict.fromkeys(other.ties, str(place)))

    def _owned(self, place: Place) -> Place:
        """The place of a weight where it is a node's own."""
        node = self.node(place.node)
        place = Place(node.shares or node.name, place.weight)
        return Place.read(self.node(place.node).ties.get(place.weight, str(place)))

    def _tie_again(self, name: str, new: str) -> None:
        """Have what is tied to the weights of a node be tied to those of another, or of the same under a new name."""
        for other in self.tied_to(name):
            places = {key: Place.read(text) for key, text in other.ties.items()}
            moved = {key: place._replace(node=new) if place.node == name else place for key, place in places.items()}
            self._alter(other, ties={key: str(place) for key, place in moved.items()})

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
        self._owner.follow_ties(self.key, {(name,): (new,)})
        self._record(RenameChange(self.key, name, new))
        for other in self.sharers(name):
            self._alter(other, shares=new)
        self._tie_again(name, new)
        self._owner.follow(self.key, [name], [new])

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


def _place(at: tuple[float, float]) -> tuple[float, float]:
    x, y = float(at[0]), float(at[1])
    if not (isfinite(x) and isfinite(y) and abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE):
        raise DocumentError(f"A node cannot stand at ({x}, {y}); coordinates go to {MAX_COORDINATE:,.0f}.")
    return round(x, 3), round(y, 3)


def _framed(frame: Frame) -> Frame:
    """A frame with its numbers as a file has them."""
    x, y = _place((frame.x, frame.y))
    width, height = _place((frame.width, frame.height))
    if width <= 0.0 or height <= 0.0:
        raise DocumentError(f"A frame cannot be {width:g} wide and {height:g} high; give it a size above 0.")
    if len(frame.title) > MAX_TITLE or not all(letter.isprintable() for letter in frame.title):
        raise DocumentError(
            f"{shorten(frame.title)} cannot be the title of a frame: it is one line of at most {MAX_TITLE} characters."
        )
    return msgspec.structs.replace(frame, x=x, y=y, width=width, height=height)

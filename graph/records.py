"""The frozen records a drawing is made of, and the changes that lead from one drawing to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Union

import msgspec

from graph.dims import symbol
from graph.errors import LayerloomError
from graph.expressions.evaluation import evaluate
from graph.expressions.formulas import Formula
from graph.layer import Layer
from graph.written import Written, names_in

Point = tuple[float, float]
Tint = Literal["slate", "blue", "teal", "green", "amber", "red", "violet"]


class Node(msgspec.Struct, frozen=True):
    """One node of a drawing. ``x`` and ``y`` are the centre, in canvas units.

    Inside a block, ``expressions`` holds the parameters written as text over the block's own parameters;
    ``layer`` then has them at the values of the block's defaults. A node that is ``bypassed`` keeps its layer there,
    and ``layer`` passes the input on. ``shares`` names the node whose weights it uses, all of them; ``ties`` gives for
    single weights those of other nodes: ``{"weight": "embedding.weight"}``. With ``when``, a condition over the block's
    parameters, the node is there where it holds, else it passes on what arrives at its first port.

    ``l1`` and ``l2`` are what its weights cost in training, in place of the penalty of the settings; ``None`` leaves it
    to these, or to the block around.

    One that is ``collapsed`` shows its header alone; ``bends`` are the points, by input port, that its wires are led
    through: neither says anything of the model.
    """

    name: str
    layer: Layer
    x: float = 0.0
    y: float = 0.0
    expressions: dict[str, Written] = {}
    frozen: bool = False
    shares: str = ""
    ties: dict[str, str] = {}
    bypassed: Layer | None = None
    when: str = ""
    collapsed: bool = False
    bends: dict[str, tuple[Point, ...]] = {}
    l1: float | None = None
    l2: float | None = None

    @property
    def kind(self) -> str:
        return type(self.layer).__name__

    def summary(self) -> str:
        """The main parameters in one line, expressions as they were written, and the condition."""
        text = self._parameters()
        return f"{text}, if {self.when}" if text and self.when else f"if {self.when}" if self.when else text

    def _parameters(self) -> str:
        if not self.expressions:
            return self.layer.summary()
        layer = msgspec.structs.replace(self.layer, **{key: _shown(text) for key, text in self.expressions.items()})
        try:
            return layer.summary()
        except LayerloomError:  # what it would say depends on a value that each use decides
            return Layer.summary(layer)


def _shown(written: Written) -> Any:
    """An expression as a value that shows how it was written."""
    if isinstance(written, tuple):
        return tuple(_shown(item) if isinstance(item, str) else item for item in written)
    names = names_in(written)
    try:
        return evaluate(written, {name: symbol(name) for name in names}, "value")
    except LayerloomError:
        return Formula(written)


class Wire(msgspec.Struct, frozen=True, order=True):
    """A tensor's way from an output port to an input port."""

    source: str
    source_port: str
    target: str
    target_port: str

    def __str__(self) -> str:
        return f"{self.source}.{self.source_port} -> {self.target}.{self.target_port}"


class Frame(msgspec.Struct, frozen=True):
    """A titled rectangle around part of a drawing; ``x`` and ``y`` are its upper left corner.

    ``key`` tells it from the others of its graph for as long as the document is open.
    """

    key: int
    title: str
    x: float
    y: float
    width: float
    height: float
    tint: Tint = "slate"


class NodeChange(msgspec.Struct, frozen=True):
    """A node added (no ``before``), removed (no ``after``) or altered; ``graph`` is "" for the model itself."""

    graph: str
    name: str
    before: Node | None
    after: Node | None

    def inverse(self) -> NodeChange:
        return NodeChange(self.graph, self.name, self.after, self.before)


class WireChange(msgspec.Struct, frozen=True):
    """A wire added (no ``before``) or removed (no ``after``)."""

    graph: str
    before: Wire | None
    after: Wire | None

    def inverse(self) -> WireChange:
        return WireChange(self.graph, self.after, self.before)


class RenameChange(msgspec.Struct, frozen=True):
    """A node gets another name; its wires stay."""

    graph: str
    before: str
    after: str

    def inverse(self) -> RenameChange:
        return RenameChange(self.graph, self.after, self.before)


class FramesChange(msgspec.Struct, frozen=True):
    """Other frames in a graph; all of them, as they are few."""

    graph: str
    before: tuple[Frame, ...]
    after: tuple[Frame, ...]

    def inverse(self) -> FramesChange:
        return FramesChange(self.graph, self.after, self.before)


class SettingChange(msgspec.Struct, frozen=True):
    """A value of the document itself: its ``name``, ``notes`` or ``training`` settings."""

    key: str
    before: Any
    after: Any

    def inverse(self) -> SettingChange:
        return SettingChange(self.key, self.after, self.before)


class DefinitionChange(msgspec.Struct, frozen=True):
    """A block definition appears, goes or gets other parameters; its nodes have changes of their own."""

    name: str
    before: Definition | None
    after: Definition | None

    def inverse(self) -> DefinitionChange:
        return DefinitionChange(self.name, self.after, self.before)


ParameterValue = Union[bool, int, float, str]
"""What a parameter of a block can be; those of one parameter are all of one kind."""


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The head of a block: its name and its parameters with their defaults; its drawing is a graph."""

    name: str
    parameters: dict[str, ParameterValue] = {}


Change = Union[NodeChange, WireChange, RenameChange, FramesChange, SettingChange, DefinitionChange]


def followed_by(first: list[Change], then: list[Change]) -> list[Change]:
    """Changes and those that come after them, at the end only one for each node or setting that is altered.

    So a drag of a thousand movements is as long as a drag of one.
    """
    every = [*first, *then]
    start = len(every)
    while start and _alters(every[start - 1]):
        start -= 1
    found: dict[tuple[str, ...], Change] = {}
    for change in every[start:]:
        assert isinstance(change, (NodeChange, FramesChange, SettingChange))
        subject = _subject(change, {})
        if subject in found:
            change = msgspec.structs.replace(change, before=found[subject].before)
        found[subject] = change
    return [*every[:start], *found.values()]


def _alters(change: Change) -> bool:
    """Whether a change leaves all nodes there and under their names."""
    if isinstance(change, NodeChange):
        return change.before is not None and change.after is not None
    return isinstance(change, (FramesChange, SettingChange))


def cancel_out(changes: Iterable[Change]) -> bool:
    """Whether changes, one after the other, lead back to where they began."""
    origins: dict[tuple[str, str], str] = {}  # what the renamed nodes were called, by what they are called now
    begun: dict[tuple[str, ...], object] = {}
    ended: dict[tuple[str, ...], object] = {}
    for change in changes:
        if isinstance(change, RenameChange):
            origin = origins.pop((change.graph, change.before), change.before)
            origins[change.graph, change.after] = origin
            continue
        subject = _subject(change, origins)
        begun.setdefault(subject, change.before)
        ended[subject] = change.after
    return begun == ended and all(name == origin for (_, name), origin in origins.items())


def _subject(
    change: NodeChange | WireChange | FramesChange | SettingChange | DefinitionChange,
    origins: Mapping[tuple[str, str], str],
) -> tuple[str, ...]:
    """What a change is about, nodes by the names they had at first."""
    match change:
        case NodeChange():
            return "node", change.graph, origins.get((change.graph, change.name), change.name)
        case WireChange():
            wire = change.before or change.after
            assert wire is not None
            return "wire", change.graph, origins.get((change.graph, wire.target), wire.target), wire.target_port
        case FramesChange():
            return "frames", change.graph
        case SettingChange():
            return "setting", change.key
        case DefinitionChange():
            return "definition", change.name


class Step(msgspec.Struct):
    """One undo step: what the user did, and the changes it took."""

    label: str
    changes: list[Change]
    merge: str | None = None
    serial: int = 0


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, or unwise, at a node: ``severity`` is "error" or "advice"; ``fix`` is a ``graph.errors.Fix``.

    One that is ``pending`` goes by itself as the drawing is drawn to its end: there is something to be wired yet.
    """

    message: str
    node: str = ""
    port: str | None = None
    severity: str = "error"
    fix: Any = None
    graph: str = ""
    pending: bool = False

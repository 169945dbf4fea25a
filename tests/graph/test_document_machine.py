"""A user who does anything at all: whatever the edits, the document keeps its promises."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from graph.document import Document
from graph.edits import picked
from graph.edits.picked import Picked
from graph.edits.sketching import bends, frames
from graph.errors import LayerloomError
from graph.names import free_name
from graph.storage import journal
from graph.storage.loom import dumps, load, loads, save
from graph.storage.replay import read_journal

LAYERS: Any = (
    ("Input", {"shape": [3, 8, 8]}),
    ("Input", {"shape": [4]}),
    ("Target", {}),
    ("Conv2d", {"out_channels": 3, "padding": 1}),
    ("MaxPool2d", {}),
    ("BatchNorm2d", {}),
    ("Flatten", {}),
    ("Linear", {}),
    ("ReLU", {}),
    ("Add", {}),
    ("Concat", {}),
    ("CrossEntropy", {}),
    ("Output", {}),
)
PARAMETERS = {
    "Input": ("shape", ([3, 8, 8], [1], ["T", 4], [3, "H", "H"])),
    "Conv2d": ("out_channels", (1, 3, 8)),
    "MaxPool2d": ("kernel_size", (1, 2, [3, 1])),
    "Flatten": ("start_dim", (0, 1, 2)),
    "Linear": ("out_features", (1, 4, 10)),
    "Concat": ("dim", (-1, 0, 1)),
}
PICK = st.integers(0, 10**6)
PLACES = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))


class Editing(RuleBasedStateMachine):
    """Random edits, undo, redo, save and load of one document."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document("Machine")
        self.empty = dumps(self.document)
        self.told: list[object] = []
        self.document.subscribe(self.told.append)
        self.journal = [journal.head(self.empty)]
        self.document.subscribe(lambda changes: self.journal.append(journal.entry(self.document, changes)))

    def pick(self, number: int) -> str:
        names = sorted(self.document.model.nodes)
        return names[number % len(names)]

    @property
    def some(self) -> bool:
        return bool(self.document.model.nodes)

    # What a user does

    @rule(kind=st.sampled_from(LAYERS), at=PLACES)
    def add(self, kind: tuple[str, dict[str, object]], at: tuple[float, float]) -> None:
        with self.document.edit("Add"):
            self.document.model.add(*kind, at=at)

    @precondition(lambda self: self.some)
    @rule(source=PICK, into=PICK, data=st.data())
    def wire(self, source: int, into: int, data: st.DataObject) -> None:
        model = self.document.model
        target = self.pick(into)
        port = data.draw(st.sampled_from([None, *model.open_ports(target)]))
        before = dumps(self.document)
        try:
            with self.document.edit("Wire"):
                model.connect(self.pick(source), target, port)
        except LayerloomError:
            assert dumps(self.document) == before

    @precondition(lambda self: self.document.model.wires())
    @rule(number=PICK)
    def cut(self, number: int) -> None:
        wires = sorted(self.document.model.wires())
        wire = wires[number % len(wires)]
        with self.document.edit("Cut"):
            self.document.model.disconnect(wire.target, wire.target_port)

    @precondition(lambda self: self.some)
    @rule(number=PICK, data=st.data(), merge=st.booleans())
    def set_parameter(self, number: int, data: st.DataObject, merge: bool) -> None:
        name = self.pick(number)
        kind = self.document.model.node(name).kind
        if kind in PARAMETERS:
            parameter, values = PARAMETERS[kind]
            with self.document.edit("Set", merge=f"{name}.{parameter}" if merge else None):
                self.document.model.set(name, **{parameter: data.draw(st.sampled_from(values))})

    @precondition(lambda self: self.some)
    @rule(numbers=st.lists(PICK, min_size=1, max_size=4), heal=st.booleans())
    def delete(self, numbers: list[int], heal: bool) -> None:
        with self.document.edit("Delete"):
            self.document.model.remove(sorted({self.pick(number) for number in numbers}), heal=heal)

    @precondition(lambda self: self.some)
    @rule(number=PICK, at=PLACES)
    def move(self, number: int, at: tuple[float, float]) -> None:
        with self.document.edit("Move"):
            self.document.model.move({self.pick(number): at})

    @precondition(lambda self: self.some)
    @rule(number=PICK)
    def rename(self, number: int) -> None:
        with self.document.edit("Rename"):
            self.document.model.rename(self.pick(number), free_name("node", self.document.model.nodes))

    @precondition(lambda self: self.some)
    @rule(number=PICK, kind=st.sampled_from(LAYERS))
    def replace(self, number: int, kind: tuple[str, dict[str, object]]) -> None:
        donor = Document()
        with donor.edit("Make"):
            layer = donor.model.node(donor.model.add(*kind)).layer
        with self.document.edit("Replace"):
            self.document.model.replace(self.pick(number), layer)

    @precondition(lambda self: self.document.model.wires())
    @rule(number=PICK, at=PLACES, place=st.integers(0, 3))
    def bend_a_wire(self, number: int, at: tuple[float, float], place: int) -> None:
        wires = sorted(self.document.model.wires())
        bends.add(self.document, "", wires[number % len(wires)], at, place)

    @rule(at=PLACES, number=PICK)
    def frame(self, at: tuple[float, float], number: int) -> None:
        key = frames.add(self.document, "", None, at)
        frames.tint(self.document, "", [key], ("red", "blue")[number % 2])

    @rule(number=PICK, by=PLACES)
    def move_a_frame(self, number: int, by: tuple[float, float]) -> None:
        if keys := [frame.key for frame in self.document.model.frames]:
            picked.move(self.document, "", Picked(frames=(keys[number % len(keys)],)), by)

    @rule(number=PICK)
    def delete_a_frame(self, number: int) -> None:
        if keys := [frame.key for frame in self.document.model.frames]:
            picked.delete(self.document, "", Picked(frames=(keys[number % len(keys)],)), heal=True)

    @precondition(lambda self: self.some)
    @rule(number=PICK)
    def collapse(self, number: int) -> None:
        picked.toggle_collapsed(self.document, "", (self.pick(number),))

    @rule(steps=st.integers(-5, 5))
    def travel(self, steps: int) -> None:
        self.document.travel(steps)

    @rule(epochs=st.integers(1, 5))
    def train_differently(self, epochs: int) -> None:
        with self.document.edit("Settings"):
            self.document.set_training(epochs=epochs)

    @rule()
    def fail(self) -> None:
        before, told = dumps(self.document), len(self.told)
        try:
            with self.document.edit("Fail"):
                self.document.model.remove(list(self.document.model.nodes)[:2], heal=True)
                self.document.model.add("ReLU")
                self.document.model.node("no such node")
        except LayerloomError:
            pass
        assert dumps(self.document) == before
        assert len(self.told) == told

    @rule()
    def undo(self) -> None:
        self.document.undo()

    @rule()
    def redo(self) -> None:
        self.document.redo()

    @rule()
    def save_and_load(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "machine.loom"
            save(self.document, path)
            assert not self.document.modified
            opened = load(path)
        assert dumps(opened) == dumps(self.document)
        assert opened.training == self.document.training

    # What always holds

    @invariant()
    def wires_fit_their_ports_and_close_no_cycle(self) -> None:
        model = self.document.model
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(model.nodes)
        taken = set()
        for wire in model.wires():
            assert wire.source_port in model.node(wire.source).layer.output_names()
            assert wire.target_port in model.open_ports(wire.target)
            assert (wire.target, wire.target_port) not in taken
            taken.add((wire.target, wire.target_port))
            graph.add_edge(wire.source, wire.target)
            assert model.position()[wire.source] < model.position()[wire.target]
        assert nx.is_directed_acyclic_graph(graph)
        assert all(name == node.name for name, node in model.nodes.items())
        assert all(node.bends.keys() <= model.inputs(node.name).keys() for node in model.nodes.values())
        assert sorted(model.wires()) == sorted(wire for name in model.nodes for wire in model.outgoing(name))

    @invariant()
    def the_journal_holds_what_is_drawn(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "machine.journal"
            path.write_bytes(b"".join(self.journal))
            assert dumps(read_journal(path).document()) == dumps(self.document)

    @invariant()
    def shapes_are_those_of_a_fresh_start(self) -> None:
        fresh = loads(dumps(self.document))
        assert self.document.types() == fresh.types()
        assert self.document.problems() == fresh.problems()
        assert not self.document.types().keys() & self.document.problems().keys()

    def teardown(self) -> None:
        """Undo everything, then redo everything."""
        while self.document.future:
            self.document.redo()
        text, steps = dumps(self.document), len(self.document.history)
        while self.document.undo():
            pass
        assert dumps(self.document) == self.empty
        assert len(self.document.future) == steps
        while self.document.redo():
            pass
        assert dumps(self.document) == text


TestEditing = pytest.mark.slow(Editing.TestCase)
TestEditing.settings = settings(max_examples=60, stateful_step_count=40)

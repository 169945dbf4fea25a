"""The scene follows the document: whatever happens there, it looks as if it had been drawn afresh."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.errors import LayerloomError
from gui.canvas import Canvas
from gui.canvas.look.styles import Style
from gui.canvas.scene.scene import Scene
from gui.theme.colors import Theme
from tests.support.canvas_tools import shown, small_network

KINDS = ("Conv2d", "ReLU", "Add", "Linear", "Flatten", "Input", "CrossEntropy")


def seen(drawing: Scene) -> Any:
    """All that the drawing shows."""
    drawing.flush()
    nodes = {name: (item.box, item.pos().toTuple(), item.types, item.problem) for name, item in drawing.nodes.items()}
    wires = {wire: (drawing.wires.curve(wire).start, drawing.wires.curve(wire).end) for wire in drawing.wires}
    return nodes, wires


def fresh(drawing: Scene) -> Any:
    other = Scene(drawing.document, drawing.key, Style(Theme.light()))
    found = seen(other)
    other.close()
    return found


@pytest.fixture
def drawing(qtbot: QtBot) -> Iterator[Scene]:
    made = Scene(small_network(), "", Style(Theme.light()))
    yield made
    made.close()


def test_everything_in_the_document_is_shown(drawing: Scene) -> None:
    nodes, wires = seen(drawing)
    assert set(nodes) == set(drawing.graph.nodes)
    assert set(wires) == set(drawing.graph.wires())


def test_a_parameter_reaches_all_nodes_behind(drawing: Scene) -> None:
    with drawing.document.edit("Widen"):
        drawing.graph.set("conv", out_channels=9)
    assert "(N, 9, 6, 6)" in [text.text for text in drawing.nodes["relu"].box.texts]
    assert seen(drawing) == fresh(drawing)


def test_a_rename_keeps_selection_and_wires(drawing: Scene) -> None:
    drawing.select(["conv", "relu"])
    with drawing.document.edit("Rename"):
        drawing.graph.rename("conv", "first")
    assert drawing.selected() == ["first", "relu"]
    assert seen(drawing) == fresh(drawing)
    drawing.document.undo()
    assert drawing.selected() == ["conv", "relu"]
    assert seen(drawing) == fresh(drawing)


def test_renaming_in_many_steps_tells_of_the_last_name_alone(drawing: Scene) -> None:
    told: list[Any] = []
    drawing.select(["conv"])
    drawing.selection_changed.connect(told.append)
    for old, new in pairwise(("conv", "e", "en", "enc")):
        with drawing.document.edit("Rename", merge="rename"):
            drawing.graph.rename(old, new)
    assert told == [["e"], ["en"], ["enc"]]
    drawing.document.undo()
    drawing.document.redo()
    assert told[3:] == [["conv"], ["enc"]]


def test_names_may_change_hands_within_one_step(drawing: Scene) -> None:
    with drawing.document.edit("Swap"):
        drawing.graph.remove(["tanh"])
        drawing.graph.rename("relu", "tanh")
        drawing.graph.add("Sigmoid", name="relu")
    assert seen(drawing) == fresh(drawing)
    drawing.document.undo()
    assert seen(drawing) == fresh(drawing)
    drawing.document.redo()
    assert seen(drawing) == fresh(drawing)


def test_a_deleted_node_leaves_the_selection(drawing: Scene) -> None:
    told: list[Any] = []
    drawing.selection_changed.connect(told.append)
    drawing.select(["conv", "relu"])
    with drawing.document.edit("Delete"):
        drawing.graph.remove(["conv"], heal=True)
    assert told[-1] == drawing.selected() == ["relu"]


def test_another_document_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    canvas = shown(qtbot)
    first, second = canvas.document, Document()
    canvas.set_document(second)
    assert (canvas.document, canvas.graph, dict(canvas.drawing.nodes)) == (second, "", {})
    with first.edit("Elsewhere"):
        first.model.remove(["conv"])
    with second.edit("Here"):
        second.model.add("ReLU")
    assert list(canvas.drawing.nodes) == ["relu1"]


def test_nodes_at_the_ends_of_the_world_do_not_slow_it_down(qtbot: QtBot) -> None:
    document = Document()
    with document.edit("Far"):
        document.model.add("Input", name="image", at=(-1e7, -1e7))
        document.model.add("ReLU", at=(1e7, 1e7))
        document.model.connect("image", "relu1")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.set_document(document)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.zoom_to(1.0)
    canvas.center_on_node("relu1")
    assert canvas.visible().contains(canvas.drawing.nodes["relu1"].card())


@st.composite
def edits(draw: Any) -> Any:
    """A few steps, each some commands given by numbers that pick nodes."""
    command = st.tuples(
        st.sampled_from(("add", "remove", "wire", "cut", "move", "rename", "set")), *[st.integers(0, 99)] * 2
    )
    step = st.one_of(st.just("undo"), st.just("redo"), st.lists(command, min_size=1, max_size=4))
    return draw(st.lists(step, min_size=1, max_size=8))


@given(steps=edits())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_edits_the_scene_is_as_if_drawn_afresh(qapp: QApplication, steps: Any) -> None:
    drawing = Scene(small_network(), "", Style(Theme.light()))
    try:
        for step in steps:
            if isinstance(step, str):
                getattr(drawing.document, step)()
            else:
                with drawing.document.edit("Step"):
                    for command in step:
                        carry_out(drawing.document, *command)
            assert seen(drawing) == fresh(drawing)
    finally:
        drawing.close()


def carry_out(document: Document, verb: str, a: int, b: int) -> None:
    graph = document.model
    names = sorted(graph.nodes)
    one, other = (names[number % len(names)] if names else "none" for number in (a, b))
    try:
        match verb:
            case "add":
                graph.add(KINDS[a % len(KINDS)], at=(a * 10, b * 10))
            case "remove":
                graph.remove([one], heal=bool(b % 2))
            case "wire":
                graph.connect(one, other)
            case "cut":
                for port in list(graph.inputs(one)):
                    graph.disconnect(one, port)
            case "move":
                graph.move({one: (a * 10.0, b * 10.0)})
            case "rename":
                graph.rename(one, f"name{b}")
            case "set":
                graph.set(one, out_channels=b + 1)
    except LayerloomError:
        return

"""Drawing, refusing, picking up and cutting wires."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.edits.nodes import PortRef
from gui.canvas import Canvas
from tests.support.canvas_tools import (
    ALT,
    LEFT,
    at_node,
    click,
    drag,
    entry,
    hold,
    move,
    output,
    place_of,
    press_key,
    shown,
    small_network,
    wires_of,
)

EMPTY = QPoint(60, 660)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


def test_a_wire_is_drawn_from_output_to_input(canvas: Canvas) -> None:
    drag(canvas, output(canvas, "conv"), entry(canvas, "tanh"))
    assert "conv.out -> tanh.x" in wires_of(canvas.document)
    assert canvas.document.history == ["Connect conv to tanh"]


def test_a_wire_is_drawn_from_input_to_output(canvas: Canvas) -> None:
    drag(canvas, entry(canvas, "tanh"), output(canvas, "relu"))
    assert "relu.out -> tanh.x" in wires_of(canvas.document)


def test_the_end_snaps_to_a_port_nearby(canvas: Canvas) -> None:
    drag(canvas, output(canvas, "conv"), entry(canvas, "tanh") + QPoint(-20, 14))
    assert "conv.out -> tanh.x" in wires_of(canvas.document)


def test_dropping_on_a_node_takes_its_free_port(canvas: Canvas) -> None:
    with canvas.document.edit("Add"):
        canvas.document.model.add("Add", name="sum", at=(600, 300))
        canvas.document.model.connect("conv", "sum")
    drag(canvas, output(canvas, "tanh"), at_node(canvas, "sum"))
    assert {"conv.out -> sum.x0", "tanh.out -> sum.x1"} <= wires_of(canvas.document)


def test_an_input_takes_one_wire(canvas: Canvas) -> None:
    drag(canvas, output(canvas, "image"), entry(canvas, "flatten"))
    assert "image.out -> flatten.x" in wires_of(canvas.document)
    assert "relu.out -> flatten.x" not in wires_of(canvas.document)
    canvas.document.undo()
    assert "relu.out -> flatten.x" in wires_of(canvas.document)


def test_a_cycle_is_refused_in_words(canvas: Canvas, qtbot: QtBot) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    before = wires_of(canvas.document)
    hold(canvas, output(canvas, "linear"), entry(canvas, "relu"))
    assert told[-1].startswith("'linear' cannot feed 'relu'")
    assert canvas._bubble.isVisible()
    assert canvas._bubble.text() == told[-1]
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=entry(canvas, "relu"))
    assert not canvas._bubble.isVisible()
    assert wires_of(canvas.document) == before
    assert canvas.document.history == []


def test_a_shape_that_does_not_fit_is_refused_in_the_words_of_the_check(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    with canvas.document.edit("Add"):
        canvas.document.model.add("Conv2d", name="late", at=(960, 250))
    drag(canvas, output(canvas, "linear"), entry(canvas, "late"))
    assert told[-1] == "'late': Conv2d expects (N, C, H, W), got (N, 5)."
    assert not canvas.document.model.inputs("late")


def test_the_refusal_ends_when_the_wire_finds_a_port(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    hold(canvas, output(canvas, "linear"), entry(canvas, "relu"))
    move(canvas, entry(canvas, "tanh"))
    assert told[-1] == ""
    assert not canvas._bubble.isVisible()
    press_key(canvas, Qt.Key.Key_Escape)


def test_the_end_of_a_wire_is_picked_up_and_put_elsewhere(canvas: Canvas) -> None:
    drag(canvas, entry(canvas, "relu"), entry(canvas, "tanh"))
    assert "conv.out -> tanh.x" in wires_of(canvas.document)
    assert "conv.out -> relu.x" not in wires_of(canvas.document)
    assert canvas.document.history == ["Connect conv to tanh"]


def test_a_picked_up_wire_dropped_on_nothing_is_gone(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Any] = []
    canvas.search_requested.connect(asked.append)
    drag(canvas, entry(canvas, "relu"), EMPTY)
    assert "conv.out -> relu.x" not in wires_of(canvas.document)
    assert canvas.document.history == ["Disconnect conv from relu"]
    assert asked == []


def test_a_picked_up_wire_put_back_changes_nothing(canvas: Canvas) -> None:
    start = entry(canvas, "relu")
    hold(canvas, start, EMPTY)
    assert canvas.drawing.wires.hidden
    drag(canvas, start, start)
    assert canvas.document.history == []
    assert not canvas.drawing.wires.hidden


def test_escape_ends_a_wire(canvas: Canvas) -> None:
    hold(canvas, output(canvas, "conv"), entry(canvas, "tanh"))
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.document.history == []
    assert not canvas.busy


def test_a_wire_ends_when_its_node_goes(canvas: Canvas) -> None:
    asked: list[Any] = []
    canvas.search_requested.connect(asked.append)
    canvas.select(["conv"])
    hold(canvas, output(canvas, "conv"), EMPTY)
    press_key(canvas, Qt.Key.Key_Delete)
    assert not canvas.busy
    move(canvas, EMPTY + QPoint(20, 0))
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=EMPTY)
    assert canvas.document.history == ["Delete conv"]
    assert asked == []
    click(canvas, at_node(canvas, "relu"))
    assert canvas.selected() == ["relu"]


def test_a_refusal_ends_when_the_node_it_is_about_goes(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    canvas.select(["conv"])
    hold(canvas, output(canvas, "relu"), entry(canvas, "conv"))
    assert told[-1]
    press_key(canvas, Qt.Key.Key_Delete)
    assert told[-1] == ""
    assert not canvas.busy


def test_a_wire_dropped_on_nothing_asks_for_the_search_and_is_wired_to_the_answer(canvas: Canvas) -> None:
    asked: list[Any] = []
    canvas.search_requested.connect(asked.append)
    drag(canvas, output(canvas, "tanh"), EMPTY)
    (request,) = asked
    assert request.source == PortRef("tanh", "out", True)
    assert request.scene_pos == canvas.mapToScene(EMPTY)
    assert request.global_pos == canvas.viewport().mapToGlobal(EMPTY)
    assert canvas.document.history == []
    name = canvas.add_layer("Sigmoid", request.scene_pos, request.source)
    assert f"tanh.out -> {name}.x" in wires_of(canvas.document)
    assert canvas.document.history == ["Add Sigmoid"]
    assert canvas.drawing.nodes[name].card().left() == pytest.approx(request.scene_pos.x())
    assert canvas.selected() == [name]


def test_a_wire_from_an_input_is_fed_by_the_answer(canvas: Canvas) -> None:
    name = canvas.add_layer("Sigmoid", canvas.mapToScene(EMPTY), PortRef("tanh", "x", False))
    assert f"{name}.out -> tanh.x" in wires_of(canvas.document)


def test_a_layer_that_does_not_fit_is_added_without_a_wire(canvas: Canvas) -> None:
    name = canvas.add_layer("Conv2d", canvas.mapToScene(EMPTY), PortRef("linear", "out", True))
    assert not canvas.document.model.inputs(name)


def test_alt_click_cuts_the_wires_of_a_port(canvas: Canvas) -> None:
    with canvas.document.edit("Fan out"):
        canvas.document.model.connect("conv", "tanh")
    click(canvas, output(canvas, "conv"), ALT)
    assert not canvas.document.model.outgoing("conv")
    assert canvas.document.history[-1] == "Cut 2 wires"
    click(canvas, entry(canvas, "conv"), ALT)
    assert canvas.document.history[-1] == "Disconnect image from conv"
    click(canvas, entry(canvas, "conv"), ALT)
    assert len(canvas.document.history) == 3


def test_a_trial_touches_nothing(canvas: Canvas) -> None:
    document = canvas.document
    changes: list[Any] = []
    document.subscribe(changes.append)
    version = document.model.version
    hold(canvas, output(canvas, "conv"), entry(canvas, "tanh"))
    assert (document.model.version, changes) == (version, [])
    press_key(canvas, Qt.Key.Key_Escape)


def test_variadic_ports_grow_as_they_are_wired(qtbot: QtBot) -> None:
    document = small_network()
    with document.edit("Add"):
        document.model.add("Add", name="sum", at=(720, 250))
    canvas = shown(qtbot, document)
    assert list(canvas.drawing.nodes["sum"].box.inputs) == ["x0", "x1"]
    drag(canvas, output(canvas, "conv"), entry(canvas, "sum", "x0"))
    drag(canvas, output(canvas, "relu"), entry(canvas, "sum", "x1"))
    assert list(canvas.drawing.nodes["sum"].box.inputs) == ["x0", "x1", "x2"]
    assert document.types()["sum"] == document.types()["conv"]
    drag(canvas, entry(canvas, "sum", "x1"), EMPTY)
    assert list(canvas.drawing.nodes["sum"].box.inputs) == ["x0", "x1"]


def test_a_lone_node_dropped_on_a_wire_is_spliced_in(canvas: Canvas) -> None:
    start = at_node(canvas, "tanh")
    wire = canvas.drawing.wires.curve(canvas.document.model.inputs("flatten")["x"]).bounds.center()
    by = canvas.mapFromScene(wire) - canvas.mapFromScene(canvas.drawing.nodes["tanh"].pos())
    drag(canvas, start, start + by)
    assert {"relu.out -> tanh.x", "tanh.out -> flatten.x"} <= wires_of(canvas.document)
    assert canvas.document.history == ["Insert tanh"]
    cards = [canvas.drawing.nodes[name].card() for name in ("relu", "tanh", "flatten", "linear")]
    assert all(left.right() < right.left() for left, right in pairwise(cards))
    canvas.document.undo()
    assert place_of(canvas.document, "linear") == (960, 0)


def test_alt_while_dropping_does_not_splice(canvas: Canvas) -> None:
    start = at_node(canvas, "tanh")
    wire = canvas.drawing.wires.curve(canvas.document.model.inputs("flatten")["x"]).bounds.center()
    by = canvas.mapFromScene(wire) - canvas.mapFromScene(canvas.drawing.nodes["tanh"].pos())
    drag(canvas, start, start + by, release=ALT)
    assert canvas.document.history == ["Move tanh"]
    assert "relu.out -> flatten.x" in wires_of(canvas.document)


def test_the_tip_of_a_port_says_which_axis_holds_the_classes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("gui.canvas.canvas.show_tip", lambda widget, at, text: said.append(text))
    document = small_network()
    with document.edit("Objective"):
        document.model.add("CrossEntropy", name="entropy", at=(960, 150))
        document.model.connect("linear", "entropy", "prediction")
    canvas = shown(qtbot, document)
    canvas.centerOn(960, 100)
    for port in ("prediction", "target"):
        at = entry(canvas, "entropy", port)
        QApplication.sendEvent(
            canvas.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, canvas.viewport().mapToGlobal(at))
        )
    assert said == [
        "input prediction: (N, 5)\nscores (N, C, ...): axis 1 holds the classes, here 5",
        "input target: not connected\nclass indices (N, ...), or probabilities (N, C, ...): axis 1 holds the classes",
    ]

"""Wires as things of their own: selected, deleted, moved together, cut with a knife."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from graph.records import Wire
from gui.canvas import Canvas
from tests.support.canvas_tools import (
    CONTROL,
    SHIFT,
    at_node,
    click,
    drag,
    hold,
    output,
    picture,
    press_key,
    shown,
    wires_of,
)

DELETE, RIGHT = Qt.Key.Key_Delete, Qt.MouseButton.RightButton
FIRST = Wire("image", "out", "conv", "x")
SECOND = Wire("conv", "out", "relu", "x")


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


def on(canvas: Canvas, wire: Wire) -> QPoint:
    """A point of the view in the middle of a wire."""
    canvas.drawing.flush()
    return canvas.mapFromScene(canvas.drawing.wires.curve(wire).bounds.center())


def test_a_click_selects_a_wire_and_nothing_else(canvas: Canvas) -> None:
    canvas.select(["tanh"])
    click(canvas, on(canvas, FIRST))
    assert canvas.selected_wires() == [FIRST]
    assert canvas.selected() == []
    click(canvas, on(canvas, SECOND))
    assert canvas.selected_wires() == [SECOND]
    assert canvas.accessibleDescription() == "Selected: wire from conv to relu"
    click(canvas, QPoint(60, 660))
    assert canvas.selected_wires() == []


def test_shift_adds_a_wire_and_ctrl_takes_it_out_again(canvas: Canvas) -> None:
    click(canvas, at_node(canvas, "tanh"))
    click(canvas, on(canvas, FIRST), SHIFT)
    click(canvas, on(canvas, SECOND), SHIFT)
    assert canvas.selected() == ["tanh"]
    assert canvas.selected_wires() == [FIRST, SECOND]
    click(canvas, on(canvas, FIRST), CONTROL)
    assert canvas.selected_wires() == [SECOND]


def test_selecting_a_node_lets_go_of_the_wires(canvas: Canvas) -> None:
    click(canvas, on(canvas, FIRST))
    click(canvas, at_node(canvas, "tanh"))
    assert canvas.selected_wires() == []


def test_a_selected_wire_is_painted_so_and_plain_again_afterwards(canvas: Canvas) -> None:
    before = picture(canvas)
    canvas.select([], [FIRST])
    lit = picture(canvas)
    assert lit != before
    assert lit.pixelColor(on(canvas, FIRST)) == canvas.theme.selection
    canvas.select([])
    assert picture(canvas) == before


def test_delete_removes_wires_and_nodes_in_one_step(canvas: Canvas) -> None:
    canvas.select([], [FIRST, SECOND])
    press_key(canvas, DELETE)
    assert wires_of(canvas.document) == {"relu.out -> flatten.x", "flatten.out -> linear.x"}
    assert canvas.document.history == ["Cut 2 wires"]
    canvas.document.undo()
    canvas.select(["tanh"], [FIRST])
    press_key(canvas, DELETE)
    assert canvas.document.history == ["Delete tanh"]
    assert "tanh" not in canvas.document.model.nodes
    assert str(FIRST) not in wires_of(canvas.document)
    canvas.document.undo()
    assert "tanh" in canvas.document.model.nodes
    assert str(FIRST) in wires_of(canvas.document)


def test_a_wire_that_goes_is_selected_no_more_and_that_is_told(canvas: Canvas) -> None:
    canvas.select([], [FIRST])
    told: list[Any] = []
    canvas.selection_changed.connect(told.append)
    with canvas.document.edit("Cut"):
        canvas.document.model.disconnect("conv", "x")
    assert canvas.selected_wires() == []
    assert told == [[]]


def test_a_drag_that_begins_on_a_wire_is_a_marquee(canvas: Canvas) -> None:
    start = on(canvas, Wire("flatten", "out", "linear", "x"))
    drag(canvas, start, start + QPoint(110, 60))
    assert canvas.selected() == ["linear"]


def fan_out(canvas: Canvas) -> None:
    with canvas.document.edit("Fan out"):
        canvas.document.model.connect("conv", "tanh")


def test_ctrl_drag_moves_all_wires_of_an_output(canvas: Canvas) -> None:
    fan_out(canvas)
    drag(canvas, output(canvas, "conv"), output(canvas, "image"), CONTROL)
    assert {"image.out -> relu.x", "image.out -> tanh.x"} <= wires_of(canvas.document)
    assert canvas.document.model.outgoing("conv") == []
    assert canvas.document.history[-1] == "Move 2 wires to image"
    canvas.document.undo()
    assert {"conv.out -> relu.x", "conv.out -> tanh.x"} <= wires_of(canvas.document)


def test_wires_that_cannot_all_move_stay_and_say_why(canvas: Canvas) -> None:
    fan_out(canvas)
    told: list[Any] = []
    canvas.refused.connect(told.append)
    before = wires_of(canvas.document)
    hold(canvas, output(canvas, "conv"), output(canvas, "flatten"), CONTROL)
    assert told[-1].startswith("'flatten' cannot feed 'relu'")
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, CONTROL, output(canvas, "flatten"))
    assert wires_of(canvas.document) == before
    assert canvas.drawing.wires.hidden == frozenset()


def test_wires_dropped_on_nothing_or_where_they_were_stay(canvas: Canvas) -> None:
    fan_out(canvas)
    for end in (QPoint(60, 660), output(canvas, "conv") + QPoint(12, 12)):
        drag(canvas, output(canvas, "conv"), end, CONTROL)
        assert canvas.document.history == ["Fan out"]


def test_ctrl_right_drag_cuts_the_wires_it_crosses(canvas: Canvas) -> None:
    first, second = on(canvas, FIRST), on(canvas, SECOND)
    canvas.select(["tanh"])
    start, end = first - QPoint(0, 60), first + QPoint(0, 60)
    hold(canvas, start, end, CONTROL, RIGHT)
    assert canvas.selected_wires() == [FIRST]
    QTest.mouseRelease(canvas.viewport(), RIGHT, CONTROL, end)
    assert str(FIRST) not in wires_of(canvas.document)
    assert str(SECOND) in wires_of(canvas.document)
    assert canvas.document.history == ["Disconnect image from conv"]
    assert canvas.selected() == ["tanh"]
    canvas.document.undo()
    drag(canvas, second - QPoint(0, 60), second + QPoint(0, 60), CONTROL, RIGHT)
    assert canvas.document.history == ["Disconnect conv from relu"]


def test_a_knife_that_crosses_nothing_changes_nothing(canvas: Canvas) -> None:
    drag(canvas, QPoint(60, 600), QPoint(300, 660), CONTROL, RIGHT)
    assert canvas.document.history == []


def test_escape_puts_the_knife_away(canvas: Canvas) -> None:
    at = on(canvas, FIRST)
    hold(canvas, at - QPoint(0, 60), at + QPoint(0, 60), CONTROL, RIGHT)
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.selected_wires() == []
    assert canvas.document.history == []

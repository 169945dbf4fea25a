"""Moving, selecting and looking around with the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas import Canvas
from tests.support.canvas_tools import (
    ALT,
    CONTROL,
    LEFT,
    SHIFT,
    at_node,
    click,
    drag,
    hold,
    move,
    place_of,
    press_key,
    shown,
    wires_of,
)

MIDDLE = Qt.MouseButton.MiddleButton


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


def test_a_drag_moves_the_node_in_one_step(canvas: Canvas) -> None:
    start = at_node(canvas, "conv")
    drag(canvas, start, start + QPoint(60, 90))
    assert place_of(canvas.document, "conv") == (300, 90)
    assert canvas.document.history == ["Move conv"]
    canvas.document.undo()
    assert place_of(canvas.document, "conv") == (240, 0)
    assert canvas.drawing.nodes["conv"].pos() == QPointF(240, 0)


def test_the_document_hears_of_a_drag_only_at_its_end(canvas: Canvas) -> None:
    start = at_node(canvas, "conv")
    hold(canvas, start, start + QPoint(50, 50))
    assert canvas.drawing.nodes["conv"].pos() == QPointF(290, 50)
    assert place_of(canvas.document, "conv") == (240, 0)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start + QPoint(50, 50))
    assert place_of(canvas.document, "conv") == (290, 50)


def test_the_wires_follow_the_drag(canvas: Canvas) -> None:
    start = at_node(canvas, "conv")
    hold(canvas, start, start + QPoint(0, 80))
    wire = canvas.document.model.inputs("conv")["x"]
    assert canvas.drawing.wires.curve(wire).end[1] == canvas.drawing.nodes["conv"].port_at("x", False).y()
    press_key(canvas, Qt.Key.Key_Escape)


def test_a_trembling_click_moves_nothing(canvas: Canvas) -> None:
    start = at_node(canvas, "conv")
    drag(canvas, start, start + QPoint(2, 1))
    assert canvas.document.history == []
    assert canvas.selected() == ["conv"]


def test_escape_leaves_everything_as_it_was(canvas: Canvas) -> None:
    start = at_node(canvas, "conv")
    hold(canvas, start, start + QPoint(50, 50))
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.drawing.nodes["conv"].pos() == QPointF(240, 0)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start + QPoint(50, 50))
    assert canvas.document.history == []


@pytest.mark.parametrize("modifiers", [Qt.KeyboardModifier.NoModifier, ALT])
def test_a_drag_ends_when_its_node_goes(canvas: Canvas, modifiers: Qt.KeyboardModifier) -> None:
    name = canvas.add_layer("Sigmoid", QPointF(500, 250))
    start = at_node(canvas, name)
    hold(canvas, start, start + QPoint(60, 60), modifiers)
    canvas.document.undo()
    assert not canvas.busy
    move(canvas, start + QPoint(80, 80), modifiers)
    QTest.mouseRelease(canvas.viewport(), LEFT, modifiers, start + QPoint(80, 80))
    assert canvas.document.history == []
    drag(canvas, at_node(canvas, "conv"), at_node(canvas, "conv") + QPoint(60, 90))
    assert place_of(canvas.document, "conv") == (300, 90)


def test_a_drag_ends_when_the_drawing_is_edited_elsewhere(canvas: Canvas) -> None:
    start = at_node(canvas, "conv")
    hold(canvas, start, start + QPoint(60, 60))
    with canvas.document.edit("Rename"):
        canvas.document.model.rename("conv", "first")
    assert not canvas.busy
    assert canvas.drawing.nodes["first"].pos() == QPointF(240, 0)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start + QPoint(60, 60))
    assert canvas.document.history == ["Rename"]


def test_a_marquee_ends_with_what_is_left_of_the_selection(canvas: Canvas) -> None:
    canvas.select(["conv", "tanh"])
    hold(canvas, QPoint(5, 5), canvas.viewport().rect().bottomRight() - QPoint(40, 40))
    press_key(canvas, Qt.Key.Key_Delete)
    assert not canvas.busy
    assert canvas.document.history[0].startswith("Delete")
    assert set(canvas.selected()) <= set(canvas.document.model.nodes)


def test_all_selected_nodes_move_together(canvas: Canvas) -> None:
    canvas.select(["conv", "relu"])
    start = at_node(canvas, "relu")
    drag(canvas, start, start + QPoint(0, 100))
    assert [place_of(canvas.document, name)[1] for name in ("conv", "relu", "flatten")] == [100, 100, 0]
    assert canvas.document.history == ["Move 2 nodes"]


def test_alt_drag_copies(canvas: Canvas) -> None:
    canvas.select(["conv", "relu"])
    start = at_node(canvas, "conv")
    drag(canvas, start, start + QPoint(0, 150), ALT)
    assert place_of(canvas.document, "conv") == (240, 0)
    assert canvas.selected() == ["conv1", "relu1"]
    assert place_of(canvas.document, "conv1") == (240, 150)
    assert "conv1.out -> relu1.x" in wires_of(canvas.document)
    assert canvas.document.history == ["Duplicate 2 nodes"]


def test_clicks_select_add_and_toggle(canvas: Canvas) -> None:
    click(canvas, at_node(canvas, "conv"))
    assert canvas.selected() == ["conv"]
    click(canvas, at_node(canvas, "relu"), SHIFT)
    assert canvas.selected() == ["conv", "relu"]
    click(canvas, at_node(canvas, "conv"), CONTROL)
    assert canvas.selected() == ["relu"]
    click(canvas, at_node(canvas, "flatten"), CONTROL)
    assert canvas.selected() == ["relu", "flatten"]
    click(canvas, at_node(canvas, "flatten"))
    assert canvas.selected() == ["flatten"]
    click(canvas, QPoint(5, 5))
    assert canvas.selected() == []


def around(canvas: Canvas, first: Any, last: Any) -> Any:
    box = canvas.drawing.bounds([first, last]).adjusted(-15, -15, 15, 15)
    return canvas.mapFromScene(box.topLeft()), canvas.mapFromScene(box.bottomRight())


def test_a_marquee_selects_what_it_touches(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.selection_changed.connect(told.append)
    drag(canvas, *around(canvas, "conv", "relu"))
    assert canvas.selected() == told[-1] == ["conv", "relu"]
    assert canvas.document.history == []


def test_a_marquee_adds_with_shift_and_toggles_with_control(canvas: Canvas) -> None:
    canvas.select(["tanh"])
    start, end = around(canvas, "conv", "conv")
    drag(canvas, start, end, SHIFT)
    assert canvas.selected() == ["tanh", "conv"]
    start, end = around(canvas, "conv", "relu")
    drag(canvas, start, end, CONTROL)
    assert canvas.selected() == ["tanh", "relu"]


def test_escape_ends_a_marquee(canvas: Canvas) -> None:
    canvas.select(["tanh"])
    hold(canvas, *around(canvas, "conv", "relu"))
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.selected() == ["tanh"]


def test_the_middle_button_and_space_pan(canvas: Canvas) -> None:
    point = canvas.mapToScene(200, 200)
    drag(canvas, QPoint(200, 200), QPoint(260, 170), button=MIDDLE)
    assert canvas.mapToScene(260, 170) == point
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    at = at_node(canvas, "conv")
    drag(canvas, at, at + QPoint(-40, 10))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.mapToScene(220, 180) == point
    assert canvas.document.history == []
    drag(canvas, at_node(canvas, "conv"), at_node(canvas, "conv") + QPoint(30, 0))
    assert canvas.document.history == ["Move conv"]


def test_the_wheel_zooms_at_the_pointer(canvas: Canvas, qtbot: QtBot) -> None:
    at = QPointF(300, 200)
    before = canvas.mapToScene(at.toPoint())
    with qtbot.waitSignal(canvas.zoom_changed) as zoomed:
        wheel(canvas, at, QPoint(0, 120))
    assert canvas.zoom == pytest.approx(1.2)
    assert zoomed.args == [pytest.approx(1.2)]
    after = canvas.mapToScene(at.toPoint())
    assert (after - before).manhattanLength() < 2


def wheel(canvas: Canvas, at: Any, angle: Any, pixels: Any = None) -> None:
    where = QPointF(canvas.viewport().mapToGlobal(at.toPoint()))
    pixels = pixels or QPoint()
    modifiers = Qt.KeyboardModifier.NoModifier
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(canvas.viewport(), QWheelEvent(at, where, pixels, angle, buttons, modifiers, phase, False))


def test_two_fingers_scroll(canvas: Canvas) -> None:
    before = canvas.mapToScene(QPoint(300, 200))
    wheel(canvas, QPointF(300, 200), QPoint(0, 60), QPoint(12, 30))
    assert canvas.zoom == 1.0
    assert canvas.mapToScene(QPoint(312, 230)) == before


def test_zoom_has_limits_and_steps(canvas: Canvas) -> None:
    canvas.zoom_to(1000)
    assert canvas.zoom == 4.0
    canvas.zoom_to(0)
    assert canvas.zoom == 0.01
    canvas.zoom_reset()
    canvas.zoom_in()
    canvas.zoom_out()
    assert canvas.zoom == pytest.approx(1.0)


def test_dragging_near_the_edge_scrolls(canvas: Canvas, qtbot: QtBot) -> None:
    start = at_node(canvas, "conv")
    edge = QPoint(canvas.viewport().width() - 4, start.y())
    before = canvas.visible().left()
    hold(canvas, start, edge)
    qtbot.waitUntil(lambda: canvas.visible().left() > before + 40)
    offset = canvas.drawing.nodes["conv"].pos() - canvas.mapToScene(edge)
    assert offset.manhattanLength() < 40
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=edge)
    assert canvas.document.history == ["Move conv"]
    left = canvas.visible().left()
    QApplication.processEvents()
    assert canvas.visible().left() == left


def test_frame_all_and_selection(canvas: Canvas) -> None:
    canvas.frame_all()
    assert canvas.visible().contains(canvas.drawing.bounds())
    canvas.select(["tanh"])
    canvas.frame_selection()
    assert canvas.zoom == 1.0
    assert (canvas.visible().center() - canvas.drawing.nodes["tanh"].pos()).manhattanLength() < 3


def test_far_out_a_press_takes_nodes_not_ports(canvas: Canvas) -> None:
    canvas.zoom_to(0.1)
    canvas.centerOn(480, 120)
    start = canvas.mapFromScene(canvas.drawing.nodes["conv"].card().center())
    drag(canvas, start, start + QPoint(0, 20))
    assert place_of(canvas.document, "conv") == (240, 200)


def test_hovering_lights_up_a_wire_and_leaves_no_trace(canvas: Canvas) -> None:
    wire = canvas.document.model.inputs("relu")["x"]
    middle = canvas.drawing.wires.curve(wire).bounds.center()
    move(canvas, canvas.mapFromScene(middle), buttons=Qt.MouseButton.NoButton)
    assert canvas.drawing.wires.hovered == wire
    move(canvas, QPoint(5, 5), buttons=Qt.MouseButton.NoButton)
    assert canvas.drawing.wires.hovered is None

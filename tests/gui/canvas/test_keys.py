"""The canvas by keyboard, by palette and by clipboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from pytestqt.qtbot import QtBot

from graph.document import Document
from gui.canvas import Canvas
from tests.support.canvas_tools import ALT, CONTROL, SHIFT, at_node, drop_layer, place_of, press_key, shown, wires_of
from tests.support.mouse import double_click

EMPTY = QPoint(60, 660)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


@pytest.mark.parametrize(("key", "modifiers"), [(Qt.Key.Key_Tab, None), (Qt.Key.Key_A, SHIFT)])
def test_tab_and_shift_a_ask_for_the_search(canvas: Canvas, key: Qt.Key, modifiers: Qt.KeyboardModifier | None) -> None:
    asked: list[Any] = []
    canvas.search_requested.connect(asked.append)
    press_key(canvas, key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert len(asked) == 1
    assert asked[0].source is None
    assert canvas.visible().contains(asked[0].scene_pos)


def test_a_layer_added_by_a_key_goes_aside_of_one_that_stands_there(canvas: Canvas) -> None:
    canvas.search_requested.connect(lambda request: canvas.add_layer("Sigmoid", request.scene_pos))
    at = canvas.pointer_place()
    for times in range(3):
        canvas.select([])
        press_key(canvas, Qt.Key.Key_Tab)
        assert place_of(canvas.document, canvas.selected()[0]) == (at.x() + 30 * times, at.y() + 30 * times)


def test_with_the_pointer_elsewhere_a_key_adds_in_the_middle(qtbot: QtBot) -> None:
    canvas = shown(qtbot, Document())
    canvas.move(300, 200)
    QCursor.setPos(canvas.pos() - QPoint(50, 50))  # wherever the test before left it
    assert not canvas.viewport().rect().contains(canvas.viewport().mapFromGlobal(QCursor.pos()))
    canvas.frame_all()
    canvas.search_requested.connect(lambda request: canvas.add_layer("Sigmoid", request.scene_pos))
    press_key(canvas, Qt.Key.Key_Tab)
    assert place_of(canvas.document, "sigmoid1") == (0, 0)


def test_a_double_click_on_empty_canvas_asks_for_the_search(canvas: Canvas) -> None:
    asked: list[Any] = []
    canvas.search_requested.connect(asked.append)
    double_click(canvas.viewport(), EMPTY)
    double_click(canvas.viewport(), at_node(canvas, "conv"))
    assert asked[0].scene_pos == canvas.mapToScene(EMPTY)
    assert len(asked) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_heals(canvas: Canvas, key: Qt.Key) -> None:
    canvas.select(["relu"])
    press_key(canvas, key)
    assert "conv.out -> flatten.x" in wires_of(canvas.document)
    assert canvas.document.history == ["Delete relu"]
    assert canvas.selected() == []


def test_shift_delete_does_not_heal(canvas: Canvas) -> None:
    canvas.select(["relu", "tanh"])
    press_key(canvas, Qt.Key.Key_Delete, SHIFT)
    assert wires_of(canvas.document) == {"image.out -> conv.x", "flatten.out -> linear.x"}
    assert canvas.document.history == ["Delete 2 nodes"]


def test_arrows_walk_along_the_wires(canvas: Canvas) -> None:
    walked = []
    for key in (Qt.Key.Key_Right,) * 3 + (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        press_key(canvas, key)
        walked.append(canvas.selected()[0])
    assert walked == ["image", "conv", "relu", "conv", "tanh", "tanh", "conv"]


def test_walking_brings_the_node_into_view(canvas: Canvas) -> None:
    canvas.centerOn(-3000, 0)
    press_key(canvas, Qt.Key.Key_Right)
    assert canvas.visible().contains(canvas.drawing.nodes["image"].card())


def test_f_and_home_frame(canvas: Canvas) -> None:
    canvas.select(["linear"])
    canvas.centerOn(5000, 5000)
    press_key(canvas, Qt.Key.Key_F)
    assert canvas.visible().contains(canvas.drawing.nodes["linear"].card())
    canvas.centerOn(5000, 5000)
    press_key(canvas, Qt.Key.Key_Home)
    assert canvas.visible().contains(canvas.drawing.bounds())


def test_keys_of_the_menus_are_left_to_the_menus(canvas: Canvas) -> None:
    canvas.select(["conv"])
    for key in (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_D, Qt.Key.Key_Z):
        press_key(canvas, key, CONTROL)
    assert (canvas.selected(), canvas.document.history) == (["conv"], [])


def test_the_selection_is_told_to_screen_readers(canvas: Canvas) -> None:
    canvas.select(["conv"])
    assert canvas.accessibleDescription() == "Selected: conv, Conv2d"
    assert canvas.accessibleName() == "Drawing"


def test_a_layer_is_dropped_from_the_palette(canvas: Canvas) -> None:
    assert drop_layer(canvas, "Linear", EMPTY)
    name = canvas.selected()[0]
    node = canvas.document.model.node(name)
    assert node.kind == "Linear"
    assert QPointF(node.x, node.y) == canvas.mapToScene(EMPTY)
    assert canvas.document.history == ["Add Linear"]


def test_a_layer_stays_where_it_is_dropped(canvas: Canvas) -> None:
    for _ in range(2):
        drop_layer(canvas, "Linear", EMPTY)
    assert place_of(canvas.document, "linear1") == place_of(canvas.document, "linear2")


def test_a_layer_dropped_on_a_wire_is_spliced_in(canvas: Canvas) -> None:
    wire = canvas.drawing.wires.curve(canvas.document.model.inputs("flatten")["x"]).bounds.center()
    drop_layer(canvas, "Sigmoid", canvas.mapFromScene(wire))
    assert {"relu.out -> sigmoid1.x", "sigmoid1.out -> flatten.x"} <= wires_of(canvas.document)
    assert canvas.document.history == ["Add Sigmoid"]
    canvas.document.undo()
    drop_layer(canvas, "Sigmoid", canvas.mapFromScene(wire), ALT)
    assert not canvas.document.model.inputs("sigmoid1")


def test_a_layer_that_does_not_fit_the_wire_is_only_added(canvas: Canvas) -> None:
    wire = canvas.drawing.wires.curve(canvas.document.model.inputs("linear")["x"]).bounds.center()
    drop_layer(canvas, "Conv2d", canvas.mapFromScene(wire))
    assert "flatten.out -> linear.x" in wires_of(canvas.document)
    assert not canvas.document.model.inputs("conv1")


def test_other_things_are_not_taken(canvas: Canvas) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    assert not drop_layer(canvas, "Linear", EMPTY, mime="text/plain")
    assert canvas.document.history == []
    drop_layer(canvas, "Nonsense", EMPTY)
    assert told[-1].startswith("There is no layer 'Nonsense'")
    assert canvas.document.history == []


def test_copy_and_paste_at_a_place(canvas: Canvas) -> None:
    canvas.select(["conv", "relu"])
    canvas.copy()
    canvas.paste(QPointF(1000, 400))
    assert canvas.selected() == ["conv1", "relu1"]
    assert wires_of(canvas.document) >= {"conv1.out -> relu1.x"}
    assert not canvas.document.model.inputs("conv1")
    node = canvas.document.model.node("conv1")
    assert (node.x, node.y) == (880, 400)
    assert canvas.document.history == ["Paste 2 nodes"]


def test_what_is_pasted_again_goes_aside_as_a_whole(canvas: Canvas) -> None:
    canvas.select(["conv", "relu"])
    canvas.copy()
    for _ in range(3):
        canvas.paste(QPointF(360, 400))
    places = [place_of(canvas.document, name) for name in ("conv1", "relu1", "conv2", "relu2", "conv3", "relu3")]
    assert places == [(240, 400), (480, 400), (270, 430), (510, 430), (300, 460), (540, 460)]


def test_paste_can_keep_incoming_wires(canvas: Canvas) -> None:
    canvas.select(["relu"])
    canvas.copy()
    canvas.paste(QPointF(0, 300), keep_incoming=True)
    assert "conv.out -> relu1.x" in wires_of(canvas.document)


def test_cut_and_paste_into_another_document(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.select(["conv", "relu"])
    canvas.cut()
    assert canvas.document.history == ["Cut 2 nodes"]
    other = shown(qtbot, Document())
    other.paste()
    assert wires_of(other.document) == {"conv.out -> relu.x"}
    canvas.document.undo()
    assert "conv.out -> relu.x" in wires_of(canvas.document)


@pytest.mark.parametrize("text", ["hello", ""])
def test_pasting_something_else_is_refused_in_a_sentence(canvas: Canvas, text: str) -> None:
    told: list[Any] = []
    canvas.refused.connect(told.append)
    QGuiApplication.clipboard().clear()
    if text:
        QGuiApplication.clipboard().setText(text)
    canvas.paste()
    assert told == ["The clipboard holds no Layerloom nodes; copy some in a drawing first."]
    assert canvas.document.history == []


def test_duplicate_sets_the_copy_beside_the_original(canvas: Canvas) -> None:
    canvas.select(["conv"])
    canvas.duplicate()
    node = canvas.document.model.node("conv1")
    assert (node.x, node.y) == (270, 30)
    assert canvas.selected() == ["conv1"]
    canvas.select(["conv"])
    canvas.duplicate()
    assert place_of(canvas.document, "conv2") == (300, 60)


def test_commands_without_a_selection_do_nothing(canvas: Canvas) -> None:
    for command in (canvas.delete_selection, canvas.duplicate, canvas.cut, canvas.copy):
        command()
    assert canvas.document.history == []

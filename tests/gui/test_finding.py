"""Commands and nodes found by a few letters, the sheet of keys, and the view that follows an undo."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from graph.storage.loom import dumps
from gui.shell.actions import COMMANDS, GESTURES
from gui.shell.keysheet import KeySheet
from gui.widgets.chooser import items_of
from tests.support.editor_window import EditorWindow, draw, key
from tests.support.typed import there

pytestmark = pytest.mark.slow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def drawn(window: EditorWindow) -> EditorWindow:
    draw(window)
    window.canvas.setFocus()
    return window


def ask_commands(window: EditorWindow, text: str) -> list[str]:
    key(window.canvas, Qt.Key.Key_P, CTRL | SHIFT)
    QTest.keyClicks(window.chooser.field, text)
    return window.chooser.shown()


def find(window: EditorWindow, text: str) -> list[str]:
    key(window.canvas, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(window.chooser.field, text)
    return window.chooser.shown()


def test_ctrl_shift_p_lists_every_command_with_its_key(drawn: EditorWindow) -> None:
    shown = ask_commands(drawn, "")
    for command in COMMANDS:
        if command.menu and command.text != "-" and command.id not in ("examples", "recent", "theme", "panels"):
            assert any(text.startswith(command.name.split()[0]) for text in shown), command.id
    assert "Theme: Dark" in shown
    assert "Panels: Inspector" in shown
    assert len([text for text in shown if text.startswith("Open Example: ")]) > 20
    rows = {there(drawn.chooser.rows.topLevelItem(row)).text(0): row for row in range(len(shown))}
    assert there(drawn.chooser.rows.topLevelItem(rows["Lay Out"])).text(1) == "L"
    assert there(drawn.chooser.rows.topLevelItem(rows["Add"])).text(1) == "Tab"
    key(drawn.chooser.field, ESCAPE)


def test_a_command_is_found_by_letters_in_order_and_carried_out(drawn: EditorWindow) -> None:
    assert ask_commands(drawn, "sel all")[0] == "Select All"
    key(drawn.chooser.field, ENTER)
    assert not drawn.chooser.isVisible()
    assert len(drawn.canvas.selected()) == 8
    assert ask_commands(drawn, "dup")[0] == "Duplicate"
    key(drawn.chooser.field, ENTER)
    assert len(drawn.workspace.document.model.nodes) == 16


def test_a_command_that_opens_a_list_itself_is_carried_out_too(drawn: EditorWindow) -> None:
    assert ask_commands(drawn, "find")[0] == "Find"
    key(drawn.chooser.field, ENTER)
    assert drawn.chooser.isVisible()
    QTest.keyClicks(drawn.chooser.field, "fc1")
    assert drawn.canvas.selected() == ["fc1"]
    key(drawn.chooser.field, ESCAPE)


def test_a_command_that_means_nothing_now_is_listed_but_does_nothing(drawn: EditorWindow) -> None:
    drawn.canvas.select([])
    assert ask_commands(drawn, "duplicate")[0] == "Duplicate"
    key(drawn.chooser.field, ENTER)
    assert drawn.chooser.isVisible()
    assert len(drawn.workspace.document.model.nodes) == 8
    key(drawn.chooser.field, ESCAPE)


def test_letters_that_are_in_no_name_find_nothing_and_that_is_said(drawn: EditorWindow) -> None:
    assert ask_commands(drawn, "xyzzy") == []
    assert drawn.chooser.nothing.isVisible()
    key(drawn.chooser.field, ENTER)
    key(drawn.chooser.field, ESCAPE)
    assert not drawn.chooser.isVisible()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("fc1", "fc1"), ("Conv2d", "conv1"), ("kernel_size=5", "conv1"), ("stride=1", "conv1"), ("crossent", "objective")],
)
def test_ctrl_f_finds_by_name_kind_or_parameter_and_shows_it(drawn: EditorWindow, typed: str, first: str) -> None:
    drawn.canvas.centerOn(9000, 9000)
    assert find(drawn, typed)[0] == first
    assert drawn.canvas.selected() == [first]
    assert drawn.canvas.visible().contains(drawn.canvas.drawing.nodes[first].card())
    key(drawn.chooser.field, ESCAPE)


def test_enter_goes_to_the_next_found_and_round(drawn: EditorWindow) -> None:
    document = drawn.workspace.document
    with document.edit("Add"):
        document.model.add("ReLU", name="relu2", at=(4000, 0))
    assert find(drawn, "relu") == ["relu1", "relu2"]
    seen = []
    for _ in range(3):
        seen += drawn.canvas.selected()
        key(drawn.chooser.field, ENTER)
    assert seen == ["relu1", "relu2", "relu1"]
    key(drawn.chooser.field, ESCAPE)
    assert drawn.canvas.hasFocus()


def test_a_node_in_a_block_is_found_and_gone_to(drawn: EditorWindow) -> None:
    drawn.canvas.select(["relu1"])
    drawn.canvas.group("Unit")
    drawn.canvas.setFocus()
    assert find(drawn, "relu1") == ["Unit/relu1"]
    assert drawn.canvas.graph == "Unit"
    assert drawn.canvas.selected() == ["relu1"]
    key(drawn.chooser.field, ESCAPE)


def test_the_sheet_lists_every_key_and_gesture_of_the_tables(drawn: EditorWindow) -> None:
    drawn.actions_made["keys"].trigger()
    sheet = drawn.findChild(KeySheet)
    shown = dict(there(sheet).shown())
    for command in COMMANDS:
        for keys in command.keys:
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            assert native in shown[command.name], command.id
    assert set(GESTURES) <= set(there(sheet).shown())
    QTest.keyClicks(there(sheet).filter, "knife")
    assert there(sheet).shown() == [("Cut wires with a knife", "Ctrl+right-drag across them")]
    there(sheet).close()


def test_undo_and_redo_move_the_view_to_what_they_changed(drawn: EditorWindow) -> None:
    canvas, document = drawn.canvas, drawn.workspace.document
    canvas.zoom_reset()
    canvas.select(["logits"])
    canvas.delete_selection()
    canvas.centerOn(-5000, -5000)
    key(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.visible().contains(canvas.drawing.nodes["logits"].card())
    canvas.centerOn(-5000, -5000)
    key(canvas, Qt.Key.Key_Y, CTRL)
    node = document.model.nodes.get("logits")
    assert node is None
    assert canvas.visible().contains(1100, 0)
    canvas.center_on_node("image")
    before = canvas.visible()
    with document.edit("Set"):
        document.model.set("image", shape=[1, 9, 9])
    key(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.visible() == before


def test_undoing_a_wire_shows_its_ends(drawn: EditorWindow) -> None:
    canvas, document = drawn.canvas, drawn.workspace.document
    with document.edit("Cut"):
        document.model.disconnect("fc1", "x")
    canvas.centerOn(-5000, -5000)
    key(canvas, Qt.Key.Key_Z, CTRL)
    assert canvas.visible().contains(canvas.drawing.nodes["fc1"].card())


def test_the_history_lists_every_step_and_goes_to_the_one_that_is_clicked(drawn: EditorWindow) -> None:
    document, canvas, chooser = drawn.workspace.document, drawn.canvas, drawn.chooser
    text = dumps(document)
    for name in ("conv1", "relu1", "fc1"):
        canvas.select([name])
        canvas.toggle_collapsed()
    document.undo()
    key(canvas, Qt.Key.Key_H, CTRL)
    assert chooser.shown() == ["Collapse fc1", "Collapse relu1", "Collapse conv1", "Draw", "As it was opened"]
    details = [item.text(1) for item in items_of(chooser.rows)]
    assert [bool(detail) for detail in details] == [True, True, False, False, False]
    assert details[1].endswith("now")
    assert chooser.current == 1
    click_row(chooser, 3)
    assert dumps(document) == text
    assert not chooser.isVisible()
    assert drawn.status.currentMessage() == "Undid: 2 steps"
    key(canvas, Qt.Key.Key_H, CTRL)
    click_row(chooser, 0)
    assert [name for name, node in document.model.nodes.items() if node.collapsed] == ["conv1", "relu1", "fc1"]
    key(canvas, Qt.Key.Key_H, CTRL)
    QTest.keyClicks(chooser.field, "opened")
    key(chooser.field, Qt.Key.Key_Return)
    assert not document.model.nodes
    assert len(document.future) == 4


def click_row(chooser: Any, number: int) -> None:
    item = items_of(chooser.rows)[number]
    QTest.mouseClick(chooser.rows.viewport(), Qt.MouseButton.LeftButton, pos=chooser.rows.visualItemRect(item).center())

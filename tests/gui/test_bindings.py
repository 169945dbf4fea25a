"""Keys given to other commands on the sheet, kept, and shown wherever they stand."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import preferences
from gui.shell.actions import CANVAS_KEYS, COMMANDS
from gui.shell.keysheet import KeySheet
from tests.support.editor_window import EditorWindow, draw, key, open_window, show_node
from tests.support.typed import known, there

pytestmark = pytest.mark.slow

CONTROL, ALT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def drawn(window: EditorWindow) -> EditorWindow:
    draw(window)
    return window


def sheet_of(window: EditorWindow) -> KeySheet:
    window.actions_made["keys"].trigger()
    return there(window.findChild(KeySheet))


def click_row(sheet: KeySheet, command: str) -> None:
    row = sheet.row(command)
    sheet.tree.scrollToItem(row)
    at = sheet.tree.visualItemRect(row).center()
    QTest.mouseClick(sheet.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)


def give(sheet: KeySheet, command: str, which: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Click the row of a command, and press its new key."""
    click_row(sheet, command)
    key(sheet.tree, which, modifier)


def test_a_row_that_is_clicked_takes_the_key_pressed_next(drawn: EditorWindow) -> None:
    sheet = sheet_of(drawn)
    click_row(sheet, "bypass")
    assert "Press the new key" in sheet.line.text()
    key(sheet.tree, Qt.Key.Key_B)
    assert sheet.line.text() == "B stands for 'Bypass' now."
    assert sheet.row("bypass").text(1) == "B  (changed)"
    sheet.close()
    show_node(drawn, "relu1")
    drawn.canvas.setFocus()
    key(drawn.canvas, Qt.Key.Key_M)
    assert drawn.workspace.document.model.node("relu1").bypassed is None
    key(drawn.canvas, Qt.Key.Key_B)
    assert drawn.workspace.document.model.node("relu1").bypassed is not None
    action = drawn.actions_made["bypass"]
    assert [each.toString() for each in action.shortcuts()] == ["B"]
    assert action.toolTip().endswith("(B)")


def test_a_key_of_the_canvas_is_changed_as_any_other(drawn: EditorWindow) -> None:
    sheet = sheet_of(drawn)
    give(sheet, "walk_right", Qt.Key.Key_D)
    give(sheet, "add", Qt.Key.Key_N)
    sheet.close()
    show_node(drawn, "conv1")
    drawn.canvas.setFocus()
    key(drawn.canvas, Qt.Key.Key_Right)
    assert drawn.canvas.selected() == ["conv1"]
    key(drawn.canvas, Qt.Key.Key_D)
    assert drawn.canvas.selected() == ["relu1"]
    key(drawn.canvas, Qt.Key.Key_N)
    assert drawn.search.isVisible()
    drawn.search.hide()
    assert drawn.actions_made["add"].text().endswith("\tN")
    key(drawn.canvas, Qt.Key.Key_Tab)
    assert not drawn.search.isVisible()


def test_a_key_that_is_taken_says_by_what_and_is_given_when_pressed_again(drawn: EditorWindow) -> None:
    sheet = sheet_of(drawn)
    give(sheet, "bypass", Qt.Key.Key_K)
    assert sheet.line.text().startswith("K stands for 'Freeze Weights'. Press it again")
    assert drawn.framing.bindings.keys("bypass") == ("M",)
    key(sheet.tree, Qt.Key.Key_K)
    assert sheet.line.text() == "K stands for 'Bypass' now, and no longer for 'Freeze Weights'."
    assert drawn.framing.bindings.keys("freeze") == ()
    assert drawn.actions_made["freeze"].shortcuts() == []
    assert drawn.actions_made["freeze"].toolTip().endswith("training")
    give(sheet, "bypass", Qt.Key.Key_F, ALT)
    assert "opens the menu File" in sheet.line.text()
    key(sheet.tree, Qt.Key.Key_Escape)
    assert drawn.framing.bindings.keys("bypass") == ("K",)
    assert sheet.isVisible()
    sheet.close()


def test_one_key_or_all_are_reset(drawn: EditorWindow) -> None:
    sheet = sheet_of(drawn)
    give(sheet, "bypass", Qt.Key.Key_B)
    give(sheet, "undo", Qt.Key.Key_U, CONTROL)
    sheet.tree.setCurrentItem(sheet.row("bypass"))
    QTest.mouseClick(sheet.reset, Qt.MouseButton.LeftButton)
    assert drawn.framing.bindings.keys("bypass") == ("M",)
    assert drawn.framing.bindings.keys("undo") == ("Ctrl+U",)
    QTest.mouseClick(sheet.reset_all, Qt.MouseButton.LeftButton)
    assert drawn.framing.bindings.keys("undo") == ("Ctrl+Z",)
    assert preferences.keys() == {}
    sheet.close()


def test_the_next_window_has_the_keys_and_a_damaged_entry_does_no_harm(
    drawn: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = sheet_of(drawn)
    give(sheet, "bypass", Qt.Key.Key_B)
    sheet.close()
    assert json.loads(preferences.file().read_text())["keys"] == {"bypass": ["B"]}
    preferences.set_keys({"bypass": ["B"], "freeze": ["B", "nonsense", "A, B"], "gone": ["Q"], "walk_up": ["L"]})
    other = open_window(qtbot, monkeypatch)
    bindings = other.framing.bindings
    assert (there(bindings).keys("bypass"), known(bindings).keys("freeze"), known(bindings).keys("lay_out")) == (
        (),
        ("B",),
        (),
    )
    assert there(bindings).keys("walk_up") == ("L",)
    preferences.set_keys(known({"bypass": [7]}))
    assert preferences.keys() == {}


def test_no_two_commands_have_one_key_at_first() -> None:
    found: dict[str, str] = {}
    for command in (*COMMANDS, *CANVAS_KEYS):
        for each in command.keys:
            assert found.setdefault(each, command.id) == command.id, each


def test_keys_do_nothing_else_while_one_is_awaited(drawn: EditorWindow) -> None:
    sheet = sheet_of(drawn)
    click_row(sheet, "bypass")
    row = sheet.tree.currentItem()
    key(sheet.tree, Qt.Key.Key_Shift)
    assert "Press the new key" in sheet.line.text()
    key(sheet.tree, Qt.Key.Key_Down)
    assert sheet.tree.currentItem() is row
    assert "'Walk down'" in sheet.line.text()
    QTest.keyClicks(sheet.filter, "cut")
    assert sheet.shown()
    sheet.close()
    assert QApplication.activeModalWidget() is None

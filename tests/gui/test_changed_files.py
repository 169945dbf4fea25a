"""A file that another window or program changed is asked about before it is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from graph.storage.loom import load, save
from gui.widgets import dialogs
from gui.widgets.changedfile import ChangedFile
from tests.support.editor_window import EditorWindow, draw, open_window
from tests.support.typed import known, there


@pytest.fixture
def edited(window: EditorWindow, tmp_path: Path) -> EditorWindow:
    """A window whose drawing is saved and edited since, beside a file that a colleague changed."""
    draw(window)
    path = tmp_path / "net.loom"
    window.answers.path = str(path)
    window.actions_made["save"].trigger()
    other = load(path)
    with other.edit("Note"):
        other.set_setting("notes", "by a colleague")
    save(other, path)
    move(window, 7)
    return window


def move(window: EditorWindow, x: float) -> None:
    document = window.workspace.document
    with document.edit("Move"):
        document.model.move({"conv1": (x, 0.0)})


def test_cancel_leaves_the_file_and_the_changes(edited: EditorWindow) -> None:
    edited.actions_made["save"].trigger()
    path = edited.workspace.path
    (asked,) = edited.answers.asked
    assert asked == f"{path} was changed by another program or window since it was opened or saved here."
    assert load(there(path)).notes == "by a colleague"
    assert edited.isWindowModified()


def test_the_difference_shows_both_sides(edited: EditorWindow) -> None:
    edited.actions_made["save"].trigger()
    (lines,) = edited.answers.differences
    changed = [line for line in lines if line[0] in "+-"]
    assert changed[0] == '- "notes": "by a colleague",'
    assert sorted(line[:18] for line in changed[1:]) == ['+  {"name": "conv1', '-  {"name": "conv1']


def test_overwrite_writes_what_is_drawn_and_asks_no_more(edited: EditorWindow) -> None:
    edited.answers.changed = "overwrite"
    edited.actions_made["save"].trigger()
    assert load(there(edited.workspace.path)).notes == ""
    assert not edited.isWindowModified()
    move(edited, 9)
    edited.actions_made["save"].trigger()
    assert len(edited.answers.asked) == 1
    assert load(there(edited.workspace.path)).model.node("conv1").x == 9


def test_save_as_writes_another_file(edited: EditorWindow, tmp_path: Path) -> None:
    edited.answers.changed, edited.answers.path = "save_as", str(tmp_path / "mine.loom")
    first = edited.workspace.path
    edited.actions_made["save"].trigger()
    assert load(there(first)).notes == "by a colleague"
    assert load(tmp_path / "mine.loom").model.node("conv1").x == 7
    assert edited.workspace.path == tmp_path / "mine.loom"


def test_save_as_to_its_own_file_asks_likewise(edited: EditorWindow) -> None:
    edited.actions_made["save_as"].trigger()
    assert len(edited.answers.asked) == 1
    assert load(there(edited.workspace.path)).notes == "by a colleague"


def test_closing_with_save_asks_and_cancel_keeps_the_window(edited: EditorWindow) -> None:
    edited.answers.unsaved = "save"
    assert not edited.close()
    assert edited.isVisible()
    assert load(there(edited.workspace.path)).notes == "by a colleague"


@pytest.mark.slow
def test_the_second_of_two_windows_that_saves_is_asked(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "net.loom"
    draw(window)
    window.answers.path = str(path)
    window.actions_made["save"].trigger()
    other = open_window(qtbot, monkeypatch)
    other.files.load(path)
    move(window, 11)
    window.actions_made["save"].trigger()
    move(other, 22)
    other.actions_made["save"].trigger()
    assert len(other.answers.asked) == 1
    assert load(path).model.node("conv1").x == 11
    assert other.isWindowModified()
    assert not window.isWindowModified()


def test_a_file_that_was_deleted_is_written_again(edited: EditorWindow) -> None:
    there(edited.workspace.path).unlink()
    edited.actions_made["save"].trigger()
    assert edited.answers.asked == []
    assert load(there(edited.workspace.path)).model.node("conv1").x == 7


def press(box: ChangedFile, word: str) -> None:
    found = next(button for button in box.findChildren(QPushButton) if button.text().startswith(word))
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("word", "answer"), [("Overwrite", "overwrite"), ("Save As", "save_as"), ("Cancel", "cancel"), ("", "cancel")]
)
def test_the_real_question_shows_the_difference_and_has_a_button_for_each_answer(
    qtbot: QtBot, word: str, answer: str
) -> None:
    seen: list[str] = []

    def answer_it() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, ChangedFile)
        press(box, "Show Difference")
        view = box.findChild(QPlainTextEdit)
        assert there(view).isVisible()
        assert there(view).isReadOnly()
        seen.append(there(view).toPlainText())
        if word:
            press(box, word)
        else:
            QTest.keyClick(box, Qt.Key.Key_Escape)

    QTimer.singleShot(0, answer_it)
    assert dialogs.ask_changed(known(None), "net.loom was changed.", lambda: ["-<b>theirs</b>", "+ours"]) == answer
    assert seen == ["-<b>theirs</b>\n+ours"]

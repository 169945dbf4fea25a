"""The notes of a model: kept letter by letter as they were written, and undone passage by passage."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from graph.document import Document
from graph.storage.loom import load, save
from gui.widgets.notesfield import NotesField
from tests.support.editor_window import EditorWindow, click, draw, key

pytestmark = pytest.mark.slow

ODD = "one\u00a0space\r\nsecond\rthird\u2028fourth\u2029fifth \U0001f600\n"


@pytest.fixture
def notes(window: EditorWindow) -> NotesField:
    draw(window)
    window.canvas.select([])
    click(window.inspector.model.notes)
    return window.inspector.model.notes


def steps(window: EditorWindow) -> list[str]:
    return window.workspace.document.history[1:]


def to_the_start(notes: NotesField) -> None:
    notes.moveCursor(QTextCursor.MoveOperation.Start)


def test_odd_spaces_and_line_ends_are_no_change_on_opening(window: EditorWindow, tmp_path: Path) -> None:
    document = Document()
    with document.edit("Write"):
        document.set_setting("notes", ODD)
    save(document, tmp_path / "odd.loom")
    window.files.load(tmp_path / "odd.loom")
    opened = window.workspace.document
    assert window.inspector.model.notes.toPlainText().startswith("one space\nsecond\nthird")
    assert (opened.notes, opened.modified, opened.history) == (ODD, False, [])


def test_typing_changes_what_is_typed_and_nothing_else(window: EditorWindow, notes: NotesField, tmp_path: Path) -> None:
    document = window.workspace.document
    with document.edit("Write"):
        document.set_setting("notes", ODD)
    to_the_start(notes)
    QTest.keyClicks(notes, "A ")
    notes.moveCursor(QTextCursor.MoveOperation.End)
    key(notes, Qt.Key.Key_Backspace)
    QTest.keyClicks(notes, "!")
    assert document.notes == "A " + ODD[:-1] + "!"
    notes.setTextCursor(notes.document().find("second"))
    QTest.keyClicks(notes, "2nd")
    assert document.notes == "A " + ODD[:-1].replace("second", "2nd") + "!"
    save(document, tmp_path / "odd.loom")
    assert load(tmp_path / "odd.loom").notes == document.notes


def test_undo_of_odd_notes_is_no_edit(window: EditorWindow, notes: NotesField) -> None:
    document = window.workspace.document
    for text in (ODD, "plain"):
        with document.edit("Write"):
            document.set_setting("notes", text)
    document.undo()
    assert document.notes == ODD
    assert document.future == ["Write"]


def test_a_sentence_is_a_step(window: EditorWindow, notes: NotesField) -> None:
    document = window.workspace.document
    QTest.keyClicks(notes, "One. Two")
    key(notes, Qt.Key.Key_Return)
    QTest.keyClicks(notes, "Three")
    found = [document.notes]
    while steps(window):
        document.undo()
        found.append(document.notes)
        assert notes.toPlainText() == document.notes
    assert found == ["One. Two\nThree", "One. Two\n", "One.", ""]


def test_each_visit_is_a_step_and_so_is_what_is_typed_elsewhere(window: EditorWindow, notes: NotesField) -> None:
    document = window.workspace.document
    QTest.keyClicks(notes, "end")
    window.canvas.setFocus()
    click(notes)
    notes.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(notes, "ing")
    to_the_start(notes)
    QTest.keyClicks(notes, "The ")
    assert (document.notes, len(steps(window))) == ("The ending", 3)
    document.undo()
    assert document.notes == "ending"
    document.undo()
    assert document.notes == "end"


def test_what_is_deleted_in_one_go_is_a_step(window: EditorWindow, notes: NotesField) -> None:
    document = window.workspace.document
    QTest.keyClicks(notes, "abcdef")
    for _ in range(2):
        key(notes, Qt.Key.Key_Backspace)
    to_the_start(notes)
    for _ in range(2):
        key(notes, Qt.Key.Key_Delete)
    assert (document.notes, len(steps(window))) == ("cd", 3)
    document.undo()
    assert document.notes == "abcd"
    document.undo()
    assert document.notes == "abcdef"


def test_a_passage_that_is_taken_back_leaves_no_step(window: EditorWindow, notes: NotesField) -> None:
    QTest.keyClicks(notes, "ab")
    key(notes, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.document.notes == ""
    assert steps(window) == []


def test_undo_leaves_the_cursor_where_it_was(window: EditorWindow, notes: NotesField) -> None:
    document = window.workspace.document
    QTest.keyClicks(notes, "One. Two")
    document.undo()
    assert notes.textCursor().position() == len("One.")


def test_the_next_drawing_hears_nothing_of_what_was_typed_in_the_last(window: EditorWindow, notes: NotesField) -> None:
    QTest.keyClicks(notes, "secret")
    window.workspace.document.undo()
    window.opening.new()
    notes = window.inspector.model.notes
    click(notes)
    key(notes, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    key(notes, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert (notes.toPlainText(), window.workspace.document.history) == ("", [])


def test_shift_and_enter_makes_a_line_that_other_programs_know(window: EditorWindow, notes: NotesField) -> None:
    QTest.keyClicks(notes, "a")
    key(notes, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(notes, "b")
    assert window.workspace.document.notes == "a\nb"

"""What is typed but not entered: taken by commands, put back by Escape, never a step in the midst of the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from graph.document import Document
from graph.storage.loom import dumps, load, save
from tests.support.editor_window import EditorWindow, click, draw, error, field, key, retype, show_node
from tests.support.typed import known


def name_of_node(window: EditorWindow, node: str) -> Any:
    show_node(window, node)
    return window.inspector.nodes.name_form.rows["name"].editor


def parameters_of_block(window: EditorWindow) -> tuple[Document, list[Any]]:
    """The rows of a block with two parameters, which is shown."""
    document = window.workspace.document
    with document.edit("Draw"):
        document.add_block("Unit", {"channels": 6, "depth": 2})
        document.model.add("Block", {"definition": "Unit"}, name="unit1")
    document.forget_history()
    window.canvas.open("unit1")
    return document, window.inspector.block.parameters.rows


def test_undo_and_redo_meet_no_edit_in_between(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Move"):
        document.model.move({"conv1": (0, 90)})
    end, labels = dumps(document), document.history
    retype(name_of_node(window, "conv1"), "features")
    for _ in labels:
        window.actions_made["undo"].trigger()
    assert (document.history, document.future) == ([], labels)
    for _ in labels:
        window.actions_made["redo"].trigger()
    assert (dumps(document), document.history) == (end, labels)


def test_redo_is_there_while_a_name_is_half_typed(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Move"):
        document.model.move({"conv1": (0, 90)})
    document.undo()
    name = name_of_node(window, "conv1")
    retype(name, "features")
    window.actions_made["redo"].trigger()
    assert document.history == ["Draw", "Move"]
    assert name.text() == "conv1"


def test_a_half_typed_name_goes_along_when_a_recent_file_is_opened(window: EditorWindow, tmp_path: Path) -> None:
    save(Document("Other"), tmp_path / "other.loom")
    window.files.load(tmp_path / "other.loom")
    window.opening.new()
    draw(window)
    window.answers.unsaved, window.answers.path = "save", str(tmp_path / "mine.loom")
    retype(name_of_node(window, "conv1"), "features")
    window.opening.fill_recent(window.actions_made.menus["recent"])
    window.actions_made.menus["recent"].actions()[0].trigger()
    assert window.workspace.path == tmp_path / "other.loom"
    window.sessions.step(1)
    window.actions_made["save"].trigger()
    assert "features" in load(tmp_path / "mine.loom").model.nodes


def test_a_half_typed_name_alone_is_asked_about_before_it_is_dropped(window: EditorWindow, tmp_path: Path) -> None:
    document = draw(window)
    save(document, tmp_path / "mine.loom")
    retype(name_of_node(window, "conv1"), "features")
    window.actions_made["close_tab"].trigger()
    assert len(window.answers.asked) == 1


def test_a_command_takes_the_name_of_a_parameter(window: EditorWindow) -> None:
    document, rows = parameters_of_block(window)
    retype(rows[0].name, "width")
    window.actions_made["frame_all"].trigger()
    assert list(document.definitions["Unit"].parameters) == ["width", "depth"]
    assert len(document.history) == 1


def test_a_name_of_a_parameter_that_is_refused_is_put_back_by_a_command(window: EditorWindow) -> None:
    document, rows = parameters_of_block(window)
    retype(rows[0].name, "depth")
    key(rows[0].name, Qt.Key.Key_Return)
    assert "depth" in window.inspector.block.parameters.error.text()
    window.actions_made["frame_all"].trigger()
    assert rows[0].name.text() == "channels"
    assert window.inspector.block.parameters.error.isHidden()
    assert document.history == []


def test_escape_puts_the_name_of_a_parameter_back(window: EditorWindow) -> None:
    document, rows = parameters_of_block(window)
    retype(rows[0].name, "width")
    key(rows[0].name, Qt.Key.Key_Escape)
    assert rows[0].name.text() == "channels"
    assert window.canvas.hasFocus()
    assert document.history == []


def test_tab_from_the_name_of_a_parameter_takes_it_and_goes_to_its_default(window: EditorWindow) -> None:
    document, rows = parameters_of_block(window)
    retype(rows[0].name, "width")
    key(rows[0].name, Qt.Key.Key_Tab)
    assert rows[0].default.hasFocus()
    QTest.keyClicks(rows[0].default, "7")
    assert document.definitions["Unit"].parameters["width"] == 7
    document.undo()
    document.undo()
    assert [row.name.text() for row in window.inspector.block.parameters.rows] == ["channels", "depth"]


def test_undo_leaves_the_name_of_a_parameter_that_is_half_typed_out(window: EditorWindow) -> None:
    document, rows = parameters_of_block(window)
    retype(rows[1].default, "3")
    retype(rows[0].name, "width")
    window.actions_made["undo"].trigger()
    assert document.definitions["Unit"].parameters == {"channels": 6, "depth": 2}
    assert document.future == ["Set depth of Unit"]
    assert rows[0].name.text() == "channels"


def test_after_undo_in_the_middle_of_a_visit_a_refused_text_stays_as_typed(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    editor = field(window, "out_channels")
    retype(editor, "8")
    click(field(window, "stride"))
    retype(editor, "9")
    for _ in range(2):
        document.undo()
    assert editor.text() == "6"
    retype(editor, "7")
    QTest.keyClicks(editor, "x")
    assert editor.text() == "7x"
    assert "got '7x'" in error(window, "out_channels")
    assert known(document.model.node("conv1").layer).out_channels == 6
    key(editor, Qt.Key.Key_Escape)
    assert editor.text() == "6"
    assert document.history == ["Draw"]

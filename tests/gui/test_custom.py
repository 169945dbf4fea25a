"""Writing Python at a node: tried as it is typed, and run only once its text was shown and agreed to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from graph.analysis.customcode import untrusted
from gui.inspector.fields.codeeditor import CodeEditor
from gui.widgets import dialogs
from gui.widgets.trustcode import TrustCode
from tests.support.editor_window import EditorWindow, draw, error, open_window, show_node
from tests.support.typed import known

pytestmark = pytest.mark.slow

CODE = "def shift(x):\n    return x + 1"


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EditorWindow:
    made = open_window(qtbot, monkeypatch)
    document = draw(made)
    with document.edit("Draw"):
        document.model.add("Custom", name="own", at=(660, 200))
        document.model.disconnect("fc1", "x")
        document.model.connect("flatten", "own")
        document.model.connect("own", "fc1")
    document.forget_history()
    show_node(made, "own")
    return made


def editor(window: EditorWindow) -> CodeEditor:
    found = window.inspector.nodes.form.rows["code"].editor
    assert isinstance(found, CodeEditor)
    return found


def rewrite(window: EditorWindow, text: str) -> None:
    """Type a text over all that stands in the editor."""
    QTest.mouseClick(editor(window).viewport(), Qt.MouseButton.LeftButton)
    QTest.keyClick(editor(window), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    for line, part in enumerate(text.split("\n")):
        if line:
            QTest.keyClick(editor(window), Qt.Key.Key_Return)
        QTest.keyClicks(editor(window), part)


def test_code_is_typed_with_indents_as_one_step_and_half_of_it_changes_nothing(window: EditorWindow) -> None:
    document = window.workspace.document
    before = known(document.model.node("own").layer).code
    rewrite(window, "def shift(x):\nreturn x +")
    assert known(document.model.node("own").layer).code == before
    assert "code has a mistake in line 2" in error(window, "code")
    QTest.keyClicks(editor(window), " 1")
    assert known(document.model.node("own").layer).code == CODE
    assert error(window, "code") == ""
    assert document.history == ["Set code of own"]
    document.undo()
    assert editor(window).toPlainText() == before


def test_an_argument_more_is_a_port_more_and_what_is_missing_is_told(window: EditorWindow) -> None:
    rewrite(window, "def shift(x, by):\nreturn x + by")
    ports = [port.name for port in window.workspace.document.model.node("own").layer.ports()]
    assert ports == ["x", "by"]
    assert "'own' has nothing on its input 'by'" in window.workspace.document.problems()["own"].message


def test_escape_takes_back_what_was_typed(window: EditorWindow) -> None:
    before = editor(window).toPlainText()
    rewrite(window, "def shift(x):\nreturn x + 1")
    QTest.keyClick(editor(window), Qt.Key.Key_Escape)
    assert known(window.workspace.document.model.node("own").layer).code == before
    assert editor(window).toPlainText() == before


def test_train_shows_the_code_first_and_runs_nothing_without_consent(
    window: EditorWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(window, "def shift(x):\nreturn x + 1")
    shown = []
    monkeypatch.setattr(dialogs, "ask_trust", lambda _, codes: shown.append(codes))
    window.commands.exporting.train()
    assert shown == [{"own": CODE}]
    assert not window.run.active
    assert "not trusted; nothing was run" in window.statusBar().currentMessage()
    monkeypatch.setattr(dialogs, "ask_trust", lambda _, codes: True)
    window.commands.exporting.train()
    assert window.run.active
    assert untrusted(window.workspace.document) == {}


def test_the_question_shows_all_of_it_as_it_is_written_and_enter_is_careful(qtbot: QtBot) -> None:
    box = TrustCode({"own": "def f(x):\n    return x  # <b>", "Unit/own": CODE})
    qtbot.addWidget(box)
    box.show()
    qtbot.waitExposed(box)
    assert box.sentence.text().startswith("2 nodes are written in Python.")
    assert box.view.toPlainText() == f"# own\ndef f(x):\n    return x  # <b>\n\n# Unit/own\n{CODE}"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.result() == TrustCode.DialogCode.Rejected
    box.show()
    QTest.mouseClick(
        next(b for b in box.findChildren(QPushButton) if b.text() == "Trust and Run"), Qt.MouseButton.LeftButton
    )
    assert box.result() == TrustCode.DialogCode.Accepted

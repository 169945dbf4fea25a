"""Opening, saving and leaving: prompts, recent files, refusals that leave everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from graph.storage.loom import dumps, load
from gui import preferences as settings
from gui.commands.files import examples_dir
from gui.widgets import dialogs
from tests.support.editor_window import EditorWindow, draw, key, open_window
from tests.support.typed import known

pytestmark = pytest.mark.slow


def trigger(window: EditorWindow, name: str) -> None:
    window.actions_made[name].trigger()


def menu_texts(window: EditorWindow, name: str) -> list[str]:
    menu = window.actions_made.menus[name]
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if action.text()]


def test_saving_asks_where_once_and_then_writes_the_same_file(window: EditorWindow, tmp_path: Path) -> None:
    document = draw(window)
    window.answers.path = str(tmp_path / "net.loom")
    trigger(window, "save")
    assert dumps(load(tmp_path / "net.loom")) == dumps(document)
    assert not window.isWindowModified()
    window.answers.path = str(tmp_path / "other.loom")
    with document.edit("Move"):
        document.model.move({"conv1": (5.0, 5.0)})
    assert window.isWindowModified()
    trigger(window, "save")
    assert not (tmp_path / "other.loom").exists()
    assert load(tmp_path / "net.loom").model.node("conv1").x == 5.0


def test_the_title_names_the_file_and_marks_unsaved_changes(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    assert window.windowTitle() == "Untitled[*] - Layerloom"
    assert window.isWindowModified()
    window.answers.path = str(tmp_path / "net.loom")
    trigger(window, "save_as")
    assert window.windowTitle() == "net.loom[*] - Layerloom"
    window.workspace.document.undo()
    assert window.isWindowModified()
    window.workspace.document.redo()
    assert not window.isWindowModified()


def test_a_save_that_fails_says_so_and_keeps_the_old_file(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    window.answers.path, window.answers.agree = str(tmp_path / "missing" / "net.loom"), False
    trigger(window, "save")
    assert len(window.answers.asked) == 1
    assert "cannot be saved: no such file or directory" in window.answers.asked[0]
    assert window.isWindowModified()
    assert window.workspace.path is None


def test_a_save_that_fails_offers_another_place(
    window: EditorWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    places = [str(tmp_path / "missing" / "net.loom"), str(tmp_path / "net.loom")]
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: places.pop(0))
    trigger(window, "save")
    assert not places
    assert window.workspace.path == tmp_path / "net.loom"
    assert not window.isWindowModified()


def test_dialogs_begin_where_files_of_that_kind_were_last(
    window: EditorWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    for name in ("drawings", "figures"):
        (tmp_path / name).mkdir()
    begun: list[str] = []

    def ask(_: object, __: str, suggestion: str, ___: str) -> str:
        begun.append(suggestion)
        return str(tmp_path / ("drawings" if suggestion.endswith(".loom") else "figures") / Path(suggestion).name)

    monkeypatch.setattr(dialogs, "ask_save", ask)
    trigger(window, "save")
    for _ in range(2):
        window.files.ask_save("Export figure", ".svg", "")
    assert Path(begun[1]).parent == tmp_path / "drawings"  # nothing is known yet: beside the drawing
    assert Path(begun[2]).parent == tmp_path / "figures"
    window.opening.new()
    assert window.files.suggest(".loom").startswith(str(tmp_path / "drawings"))


def test_cancel_keeps_the_unsaved_drawing(window: EditorWindow) -> None:
    document = draw(window)
    window.answers.unsaved = "cancel"
    trigger(window, "close_tab")
    assert window.workspace.document is document
    assert window.answers.asked == ["Untitled"]


def test_discard_drops_the_unsaved_drawing(window: EditorWindow) -> None:
    document = draw(window)
    trigger(window, "close_tab")
    assert window.workspace.document is not document
    assert window.canvas.document is window.workspace.document


def test_save_in_the_prompt_saves_first(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    window.answers.unsaved, window.answers.path = "save", str(tmp_path / "net.loom")
    trigger(window, "close_tab")
    assert "conv1" in load(tmp_path / "net.loom").model.nodes
    assert not window.workspace.document.model.nodes


def test_save_in_the_prompt_without_a_file_name_leaves_nothing(window: EditorWindow) -> None:
    document = draw(window)
    window.answers.unsaved, window.answers.path = "save", ""
    trigger(window, "close_tab")
    assert window.workspace.document is document


def test_a_saved_drawing_is_left_without_asking(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "net.loom")
    trigger(window, "save")
    trigger(window, "close_tab")
    assert window.answers.asked == []


def test_closing_with_unsaved_changes_asks_and_cancel_keeps_the_window(window: EditorWindow) -> None:
    draw(window)
    window.answers.unsaved = "cancel"
    assert not window.close()
    assert window.isVisible()
    assert window.answers.asked == ["Untitled"]


@pytest.mark.parametrize(
    "text", ["", "{", '{"layerloom": 1, "nodes": [{"name": "x; import os", "layer": "ReLU"}]}', "[]"]
)
def test_a_bad_file_is_one_sentence_and_the_drawing_stays(window: EditorWindow, tmp_path: Path, text: str) -> None:
    document = draw(window)
    path = tmp_path / "bad.loom"
    path.write_text(text)
    window.answers.path = str(path)
    trigger(window, "open")
    assert len(window.answers.told) == 1
    assert window.answers.told[0].startswith(f"{path} cannot be opened: ")
    assert window.workspace.document is document
    assert str(path) not in settings.recent_files()


def test_recent_files_are_listed_newest_first_and_open(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    for name in ("one.loom", "two.loom", "one.loom"):
        window.answers.path = str(tmp_path / name)
        trigger(window, "save_as")
    assert menu_texts(window, "recent") == ["one.loom", "two.loom", "Clear the List"]
    window.actions_made.menus["recent"].actions()[1].trigger()
    assert window.workspace.path == tmp_path / "two.loom"
    (tmp_path / "one.loom").unlink()
    assert menu_texts(window, "recent") == ["two.loom", "Clear the List"]
    window.actions_made.menus["recent"].actions()[-1].trigger()
    assert settings.recent_files() == []


def test_recent_files_outlive_the_window(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "net.loom")
    trigger(window, "save")
    window.close()
    other = open_window(qtbot, monkeypatch)
    assert menu_texts(other, "recent")[0] == "net.loom"


@pytest.mark.long
def test_every_example_opens_as_a_copy_without_problems(window: EditorWindow) -> None:
    names = menu_texts(window, "examples")
    assert {"lenet5", "mlp"} <= set(names)
    for action in list(window.actions_made.menus["examples"].actions()):
        if action.menu() is not None or action.isSeparator():
            continue
        action.trigger()
        assert window.workspace.path is None
        assert window.analysis.obstacles() == []
        assert not window.isWindowModified()
        trigger(window, "close_tab")
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # what is closed goes before the next


def test_a_file_dropped_on_the_window_opens(window: EditorWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(examples_dir() / "mlp.loom"))])
    place, buttons, modifiers = QPoint(200, 150), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    viewport = window.canvas.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, modifiers))
    drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, modifiers)
    QApplication.sendEvent(viewport, drop)
    assert drop.isAccepted()
    qtbot.waitUntil(lambda: window.workspace.document.name == "MLP")
    assert window.workspace.path == Path(examples_dir() / "mlp.loom").resolve()


def test_ctrl_s_saves(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "net.loom")
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (tmp_path / "net.loom").exists()


@pytest.mark.parametrize(("button", "answer"), [("Save", "save"), ("Discard", "discard"), ("Cancel", "cancel")])
def test_the_real_prompt_has_a_button_for_each_answer(qtbot: QtBot, button: str, answer: str) -> None:
    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        found = next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "").startswith(button))
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)
    assert dialogs.ask_unsaved(known(None), "net.loom") == answer

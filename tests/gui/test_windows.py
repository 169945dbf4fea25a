"""Several windows of one process, and what closing one that has several drawings asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import load, save
from gui import preferences
from gui.recovery import keeper
from gui.widgets import dialogs
from gui.widgets.unsaveddrawings import UnsavedDrawings
from gui.window import MainWindow, open_windows
from tests.support.editor_window import EditorWindow, click, draw, key, open_window, show_node
from tests.support.typed import as_a, there

pytestmark = pytest.mark.slow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def all_closed() -> Iterator[None]:
    """Close the windows that a test has opened beside its own."""
    yield
    for window in open_windows[1:]:
        window.close()


def second() -> MainWindow:
    _, other = open_windows
    return other


def test_another_window_is_a_whole_editor_with_the_same_worker(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    show_node(window, "conv1")
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_C, CTRL)
    window.workers.warm()
    key(window.canvas, Qt.Key.Key_N, CTRL | SHIFT)
    other = second()
    qtbot.waitUntil(other.isActiveWindow)
    assert other.workers is window.workers
    assert other.pos() != window.pos()
    other.canvas.setFocus()
    key(other.canvas, Qt.Key.Key_V, CTRL)
    assert list(other.workspace.document.model.nodes) == ["conv1"]
    assert "conv1" in window.workspace.document.model.nodes
    other.themes.choose("dark")
    assert window.themes.theme is other.themes.theme
    other.framing.bindings.take("bypass", "J")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.framing.bindings.keys("bypass") == ("J",)
    assert other.close()
    assert window.isVisible()
    assert len(window.workers.running) == 1, "the worker is that of the other window still"


def test_a_tab_moves_to_a_window_of_its_own_and_its_run_goes_along(
    window: EditorWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    save(Document("One"), tmp_path / "one.loom")
    window.opening.open_path(tmp_path / "one.loom")
    window.opening.new()
    document, session = draw(window), window.sessions.front
    window.canvas.zoom_to(1.25)
    show_node(window, "fc1")
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: session.run.state == "running")
    assert window.actions_made["move_tab"].isEnabled()
    window.actions_made["move_tab"].trigger()
    other = second()
    assert other.sessions.all == [session]
    assert window.workspace.path == tmp_path / "one.loom"
    assert not window.actions_made["move_tab"].isEnabled()
    assert (other.canvas.zoom, other.canvas.selected()) == (1.25, ["fc1"])
    assert other.canvas.window() is other
    assert other.actions_made["stop"].isEnabled()
    assert not window.actions_made["stop"].isEnabled()
    qtbot.waitUntil(lambda: session.run.state == "idle")
    assert other.status.currentMessage().startswith("Training finished")
    assert window.status.currentMessage() == ""
    with document.edit("Move"):
        document.model.move({"conv1": (0.0, 90.0)})
    assert other.actions_made["undo"].text() == "&Undo Move"
    assert not window.actions_made["undo"].isEnabled()
    window.opening.open_path(tmp_path / "one.loom")
    other.opening.open_path(tmp_path / "one.loom")
    qtbot.waitUntil(window.isActiveWindow)
    assert other.sessions.all == [session], "a file is open in one window alone"
    assert other.close()


def test_a_drawing_opens_in_a_window_of_its_own_unless_it_is_open_or_nothing_else_is(
    window: EditorWindow, tmp_path: Path
) -> None:
    path = tmp_path / "one.loom"
    save(Document("One"), path)
    window.answers.path = str(path)
    trigger = window.actions_made["open_in_window"].trigger
    trigger()
    assert open_windows == [window], "an untouched window takes it itself"
    assert window.workspace.path == path
    window.opening.new()
    draw(window)
    trigger()
    assert open_windows == [window]
    assert window.workspace.path == path, "the tab it is open in comes to the front"
    window.answers.path = str(tmp_path / "two.loom")
    trigger()
    assert open_windows == [window]
    assert "cannot be read: no such file" in window.answers.told[-1]
    save(Document("Two"), tmp_path / "two.loom")
    trigger()
    assert second().workspace.path == tmp_path / "two.loom"
    assert len(second().sessions.all) == 1
    assert window.workspace.path == path
    assert second().close()


def test_closing_a_window_asks_once_about_all_its_drawings(window: EditorWindow, tmp_path: Path) -> None:
    for name in ("One", "Two", "Three"):
        window.opening.new()
        with draw(window).edit("Name"):
            window.workspace.document.set_setting("name", name)
    window.answers.to_save = None
    assert not window.close()
    assert window.answers.asked == ["One, Two, Three"]
    window.answers.to_save, window.answers.path = [1], ""
    assert not window.close(), "a save that was cancelled keeps the window"
    assert window.workspace.title() == "Two"
    assert len(list(keeper.folder().glob("*.journal"))) == 3
    window.answers.path = str(tmp_path / "two.loom")
    assert window.close()
    assert load(tmp_path / "two.loom").name == "Two"
    assert list(keeper.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("untick", "word", "answer"),
    [
        (False, "Save All", [0, 1]),
        (True, "Save 1 of 2", [1]),
        (False, "Discard All", []),
        (False, "Cancel", None),
    ],
)
def test_the_real_box_has_a_tick_for_each_drawing(
    window: EditorWindow, monkeypatch: pytest.MonkeyPatch, untick: bool, word: str, answer: list[int] | None
) -> None:
    monkeypatch.undo()

    def respond() -> None:
        box = as_a(UnsavedDrawings, QApplication.activeModalWidget())
        if untick:
            row = box.rows.visualItemRect(box.rows.item(0))
            click(box.rows.viewport(), QPoint(row.left() + 12, row.center().y()))
        buttons = {button.text(): button for button in (box.save, box.discard, box.cancel)}
        click(buttons[word])

    QTimer.singleShot(0, respond)
    assert dialogs.ask_unsaved_drawings(window, ["one.loom", "two.loom"]) == answer


def test_the_drawings_that_were_open_are_opened_again_where_that_is_wanted(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.loom" for name in ("one", "two", "three")]
    for path in paths:
        save(Document(path.stem), path)
        window.opening.open_path(path)
    window.sessions.step(1)
    assert window.opening.left_open() == []
    window.actions_made["restores"].trigger()
    window.sessions.step(1)
    assert window.workspace.path == paths[1]
    window.actions_made["quit"].trigger()
    paths[2].unlink()
    other = open_window(qtbot, monkeypatch)
    assert other.actions_made["restores"].isChecked()
    other.opening.open_paths(other.opening.left_open())
    assert [session.workspace.path for session in other.sessions.all] == [paths[0], paths[1]]
    assert other.workspace.path == paths[1]
    other.actions_made["restores"].trigger()
    assert not preferences.restores()


def test_all_work_that_was_left_behind_is_restored_at_once(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        save(Document(name), tmp_path / f"{name}.loom")
        window.opening.open_path(tmp_path / f"{name}.loom")
        draw(window)
    for session in window.sessions.all:
        journal = there(session.keeper._journal)
        there(journal._lock).release()  # as the system does at the end of a process
        journal._close()
        session.keeper._journal = None
        session.workspace.let_go()
    other = open_window(qtbot, monkeypatch)
    other.opening.open_path(tmp_path / "two.loom")
    other.answers.recover = [("all", 0)]
    assert other.recovery.offer()
    restored = {session.workspace.path for session in other.sessions.all if session.workspace.document.modified}
    assert restored == {tmp_path / "one.loom", tmp_path / "two.loom"}
    assert other.tabs.count() == 2, "what was open as its file has it gives way to the work on it"
    assert len(list(keeper.folder().glob("*.journal"))) == 2

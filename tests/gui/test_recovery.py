"""Unsaved work is offered back after a crash, to the last finished gesture; otherwise nothing is left."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.edits import nodes
from graph.storage.loom import dumps, load, save
from graph.storage.unsaved import left_behind
from gui.recovery import keeper
from gui.widgets import dialogs
from gui.widgets.unsavedwork import UnsavedWork, UnsavedWorkOffer
from tests.support.editor_window import EditorWindow, draw, open_window
from tests.support.typed import known, there

ROOT = Path(__file__).resolve().parent.parent.parent


def killed_editor(*arguments: str) -> str:
    """Let another editor work, and kill it in mid-work; what was drawn there."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.killed_editor", *arguments]
    editor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    assert editor.stdout is not None
    lines = [editor.stdout.readline()]
    while lines[-1] and (len(lines) < 2 or lines[-1] != "-\n"):
        lines.append(editor.stdout.readline())
    editor.send_signal(signal.SIGKILL)
    editor.communicate()
    for path in keeper.folder().glob("*.lock"):
        # A worker that it was just starting shares its locks until it has become another program.
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
    return "".join(lines[1:-1])


def move(window: EditorWindow, x: float) -> None:
    nodes.move(window.workspace.document, "", {"conv1": (x, 0.0)})


def crash(window: EditorWindow) -> None:
    """Let the window's journal go as the system does at the end of a process."""
    there(there(window.keeper._journal)._lock).release()
    there(window.keeper._journal)._close()
    window.keeper._journal = None


def journals() -> list[Path]:
    return sorted(keeper.folder().glob("*.journal"))


@pytest.mark.slow
def test_what_was_drawn_in_a_killed_editor_is_restored(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = killed_editor()
    assert '"frozen": true' in drawn
    window.answers.recover = [("restore", 0)]
    assert window.recovery.offer()
    assert dumps(window.workspace.document) + "\n" == drawn
    ((work,),) = window.answers.offered
    assert (work.name, work.steps, work.path) == ("Untitled", "5 steps", "not saved to a file yet")
    assert window.isWindowModified()
    assert window.workspace.path is None
    assert journals() == [window.keeper.journal]
    # A second crash, before anything else is done, loses nothing either.
    crash(window)
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0)]
    assert other.recovery.offer()
    assert dumps(other.workspace.document) + "\n" == drawn
    assert other.answers.offered[0][0].steps == "5 steps"


@pytest.mark.slow
def test_work_on_a_file_is_restored_as_that_files(window: EditorWindow, tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    drawn = killed_editor(str(path))
    window.answers.recover = [("restore", 0)]
    assert window.recovery.offer()
    assert dumps(window.workspace.document) + "\n" == drawn
    assert window.workspace.path == path
    assert window.answers.offered[0][0].name == "net.loom"
    assert load(path).model.node("fc1").frozen is False
    window.actions_made["save"].trigger()
    assert window.answers.asked == []
    assert load(path).model.node("fc1").frozen
    assert journals() == []


@pytest.mark.slow
def test_all_tabs_of_a_killed_editor_are_restored(window: EditorWindow, tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    drawn = killed_editor("--tabs", str(path))
    window.answers.recover = [("all", 0)]
    assert window.recovery.offer()
    (works,) = window.answers.offered
    assert {work.name for work in works} == {"net.loom", "Beside"}
    beside, saved = sorted((each.workspace for each in window.sessions.all), key=lambda each: each.path is not None)
    assert dumps(saved.document) + "\n" == drawn
    assert saved.path == path
    assert saved.document.modified
    assert (beside.document.name, beside.path, len(beside.document.model.nodes)) == ("Beside", None, 8)
    assert len(journals()) == 2


def test_a_file_that_changed_meanwhile_is_asked_about_when_restored_work_is_saved(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "net.loom"
    draw(window)
    window.answers.path = str(path)
    window.actions_made["save"].trigger()
    move(window, 5)
    crash(window)
    window.workspace.path = None  # what crashed has no file open any more
    changed = load(path)
    with changed.edit("Note"):
        changed.set_setting("notes", "by a colleague")
    save(changed, path)
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0)]
    other.recovery.offer()
    other.actions_made["save"].trigger()
    assert "was changed by another program" in other.answers.asked[-1]
    assert load(path).notes == "by a colleague"


@pytest.mark.slow
def test_later_leaves_it_and_discard_takes_it_away(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    crash(window)
    other = open_window(qtbot, monkeypatch)
    assert other.recovery.offer()
    assert len(journals()) == 1
    other.answers.recover = [("discard", 0)]
    assert other.recovery.offer()
    assert journals() == []
    assert other.workspace.document.model.nodes == {}
    other.actions_made["recover"].trigger()
    assert other.status.currentMessage() == "There is no unsaved work to recover."


@pytest.mark.slow
def test_of_several_pieces_one_is_restored_and_the_others_stay(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("One", "Two", "Three"):
        window.actions_made["new"].trigger()
        draw(window)
        with window.workspace.document.edit("Name"):
            window.workspace.document.set_setting("name", name)
        crash(window)
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("discard", 1), ("restore", 1)]
    other.actions_made["recover"].trigger()
    offered = [{work.name for work in works} for works in other.answers.offered]
    assert [len(names) for names in offered] == [3, 2]
    restored = other.workspace.document.name
    (left,) = left_behind(keeper.folder())
    assert {left.read().name, restored} == offered[1]
    left.release()


@pytest.mark.slow
def test_an_editor_at_work_is_not_offered_to_another(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    other = open_window(qtbot, monkeypatch)
    assert not other.recovery.offer()
    assert len(journals()) == 1


def test_what_is_restored_comes_beside_the_work_of_this_window(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    crash(window)
    other = open_window(qtbot, monkeypatch)
    document = draw(other)
    other.answers.recover = [("restore", 0)]
    other.recovery.offer()
    mine, restored = other.sessions.all
    assert mine.workspace.document is document
    assert restored is other.sessions.front
    assert dumps(restored.workspace.document) == dumps(document)
    assert other.answers.asked == []
    assert len(journals()) == 2


def test_a_saved_closed_or_left_document_has_no_journal(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert journals() == []
    draw(window)
    assert journals() == [window.keeper.journal]
    window.answers.path = str(tmp_path / "net.loom")
    window.actions_made["save"].trigger()
    assert journals() == []
    move(window, 5)
    assert len(journals()) == 1
    window.workspace.document.undo()
    assert journals() == []
    window.workspace.document.redo()
    assert len(journals()) == 1
    window.actions_made["close_tab"].trigger()
    assert journals() == []
    draw(window)
    assert window.close()
    assert list(keeper.folder().iterdir()) == []


@pytest.mark.slow
def test_what_is_done_after_undoing_to_the_saved_state_is_kept(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "net.loom")
    window.actions_made["save"].trigger()
    move(window, 5)
    window.workspace.document.undo()
    window.workspace.document.undo()
    text = dumps(window.workspace.document)
    crash(window)
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0)]
    other.recovery.offer()
    assert dumps(other.workspace.document) == text


@pytest.mark.slow
def test_an_example_that_was_changed_is_restored_without_a_file(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = window.actions_made.menus["examples"]
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    document = window.workspace.document
    nodes.move(document, "", {next(iter(document.model.nodes)): (77.0, 77.0)})
    text = dumps(document)
    crash(window)
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0)]
    other.recovery.offer()
    assert dumps(other.workspace.document) == text
    assert other.workspace.path is None


@pytest.mark.slow
def test_damaged_work_is_a_sentence_and_stays_until_it_is_discarded(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    path = window.keeper.journal
    crash(window)
    there(path).write_bytes(b"no journal\n")
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0), ("discard", 0)]
    other.recovery.offer()
    assert other.answers.offered[0][0].name == "Damaged"
    assert "is damaged from its beginning" in other.answers.told[0]
    assert journals() == []


@pytest.mark.slow
def test_a_damaged_line_is_told_when_the_rest_is_restored(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    move(window, 5)
    path = window.keeper.journal
    crash(window)
    there(path).write_bytes(there(path).read_bytes() + b"no entry\n")
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0)]
    other.recovery.offer()
    assert other.workspace.document.model.node("conv1").x == 5
    assert "damaged; it is restored up to there, 2 steps." in other.answers.told[0]


def test_a_full_disk_is_said_once_and_stops_no_work(window: EditorWindow, qtbot: QtBot) -> None:
    keeper.folder().parent.mkdir(parents=True)
    keeper.folder().write_text("in the way")
    draw(window)
    qtbot.waitUntil(lambda: "Unsaved work is not kept for the case of a crash: " in window.status.currentMessage())
    move(window, 5)
    QApplication.processEvents()
    assert window.status.currentMessage() == ""
    assert window.workspace.document.model.node("conv1").x == 5


@pytest.mark.slow
def test_a_long_journal_is_begun_again_with_what_is_drawn(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "MIN_LENGTH", 1_000)
    draw(window)
    for place in range(200):
        move(window, place + 1.0)
    assert there(window.keeper.journal).stat().st_size < 20_000
    text = dumps(window.workspace.document)
    crash(window)
    other = open_window(qtbot, monkeypatch)
    other.answers.recover = [("restore", 0)]
    other.recovery.offer()
    assert dumps(other.workspace.document) == text
    assert other.answers.offered[0][0].steps == "201 steps"


@pytest.mark.slow
def test_keeping_a_large_drawing_costs_an_edit_next_to_nothing(window: EditorWindow) -> None:
    large = Document()
    with large.edit("Draw"):
        for index in range(10_000):
            large.model.add("ReLU", name=f"n{index}", at=(220 * (index % 100), 90 * (index // 100)))
    large.forget_history()
    window.workspace.open(large, None, dumps(large).encode())
    nodes.move(large, "", {"n0": (5.0, 5.0)})
    changes: list[object] = []
    large.subscribe(changes.append)
    nodes.move(large, "", {"n1": (5.0, 5.0)})
    began = perf_counter()
    for _ in range(100):
        window.keeper._keep(known(changes[0]))
    assert (perf_counter() - began) / 100 < 0.002


@pytest.mark.parametrize("word", ["Restore", "Discard", "Later", ""])
def test_the_real_offer_has_a_button_for_each_answer(qtbot: QtBot, word: str) -> None:
    works = [UnsavedWork(f"<b>{name}</b>.loom", "3 Mar 12:00", "4 steps", f"folder/{name}.loom") for name in "ab"]
    seen: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, UnsavedWorkOffer)
        seen.extend(there(box.rows.topLevelItem(1)).text(column) for column in range(4))
        QTest.keyClick(box.rows, Qt.Key.Key_Down)
        if word:
            found = next(button for button in box.findChildren(QPushButton) if button.text() == word)
            QTest.mouseClick(found, Qt.MouseButton.LeftButton)
        else:
            QTest.keyClick(box, Qt.Key.Key_Escape)

    QTimer.singleShot(0, press)
    assert dialogs.ask_unsaved_work(known(None), works) == (word.lower() or "later", 1)
    assert seen == ["<b>b</b>.loom", "3 Mar 12:00", "4 steps", "folder/b.loom"]


def test_a_journal_is_json_a_line(window: EditorWindow) -> None:
    draw(window)
    lines = there(window.keeper.journal).read_bytes().splitlines()
    assert [sorted(json.loads(line)) for line in lines] == [
        ["base", "depth", "journal", "known", "path", "steps"],
        ["depth", "nodes"],
    ]

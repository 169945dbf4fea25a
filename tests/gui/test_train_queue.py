"""Trainings that wait: the drawing as it was, in turn, taken out again, and gone with the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from graph.storage.loom import loads, save
from gui.desk.runs.columns import WAITING
from gui.shell.docks import in_view
from tests.gui.test_runs_panel import keep
from tests.support.editor_window import EditorWindow, click, draw, open_window
from training.protocol import TrainJob

pytestmark = pytest.mark.slow


@pytest.fixture
def busy(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EditorWindow:
    """A saved drawing that trains until it is told to stop, on the Train page."""
    window = open_window(qtbot, monkeypatch, "endless")
    save(draw(window), tmp_path / "net.loom")
    assert window.files.load(tmp_path / "net.loom")
    window.show_panel("Train")
    click(window.training.train)
    qtbot.waitUntil(lambda: window.run.state == "running")
    return window


@pytest.fixture
def begun(busy: EditorWindow, monkeypatch: pytest.MonkeyPatch) -> list[TrainJob]:
    """What workers are given from here on."""
    jobs: list[TrainJob] = []
    begin = busy.workers.begin

    def noted(job: TrainJob) -> object:
        jobs.append(job)
        return begin(job)

    monkeypatch.setattr(busy.workers, "begin", noted)
    return jobs


def queue(window: EditorWindow, epochs: int) -> None:
    """Set the epochs, and queue the drawing with the button."""
    document = window.workspace.document
    with document.edit("Settings"):
        document.set_training(epochs=epochs)
    assert window.training.train.text() == "Queue Training…"
    click(window.training.train)


def test_the_drawing_as_it_was_is_trained_when_the_run_before_it_ends(
    busy: EditorWindow, begun: list[TrainJob], qtbot: QtBot
) -> None:
    first_layer = busy.workspace.document.model.nodes["conv1"].layer
    queue(busy, 7)
    assert busy.answers.asked[-1].startswith("A run is training. Queue the drawing as it is now?")
    queue(busy, 9)
    with busy.workspace.document.edit("Change"):
        busy.workspace.document.model.set("conv1", out_channels=33)
    assert [order.epochs for order in busy.queue.waiting] == [7, 9]
    assert busy.training.waiting.rows.count() == 2
    assert busy.training.waiting.rows.isVisible()
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "running" and len(begun) == 1)
    assert str(busy.run.run_dir) == begun[0].run_dir
    kept = loads(begun[0].document)
    assert kept.training.epochs == 7
    assert busy.workspace.document.model.nodes["conv1"].layer != first_layer
    assert kept.model.nodes["conv1"].layer == first_layer
    assert begun[0].folder == str(busy.workspace.path.parent if busy.workspace.path else "")
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "running" and len(begun) == 2)
    assert loads(begun[1].document).training.epochs == 9
    assert busy.training.waiting.isHidden()
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "idle")
    assert busy.training.train.text() == "Start Training"


def test_nothing_is_queued_where_the_user_does_not_want_it(busy: EditorWindow) -> None:
    busy.answers.agree = False
    queue(busy, 7)
    assert not busy.queue.waiting


def test_what_waits_is_taken_out_on_the_train_page(busy: EditorWindow, begun: list[TrainJob], qtbot: QtBot) -> None:
    for epochs in (7, 8, 9):
        queue(busy, epochs)
    rows = busy.training.waiting.rows
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(1)).center())
    click(busy.training.waiting.out)
    assert [order.epochs for order in busy.queue.waiting] == [7, 9]
    busy.queue.clear()
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "idle")
    assert not begun


def test_what_waits_stands_in_the_table_and_is_taken_out_there(busy: EditorWindow, qtbot: QtBot) -> None:
    queue(busy, 7)
    busy.show_panel("Runs")
    panel = busy.runs
    qtbot.waitUntil(lambda: in_view(panel.table))
    model = panel.model
    row = next(row for row in range(model.rowCount()) if model.run(row).outcome == WAITING)
    place = panel.table.visualRect(model.index(row, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not any(button.isEnabled() for button in panel.column)
    assert panel.trash.text() == "Take Out"
    QTest.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert busy.workspaces.name == "Runs"
    click(panel.trash)
    assert not busy.queue.waiting
    qtbot.waitUntil(lambda: all(model.run(row).outcome != WAITING for row in range(model.rowCount())))


def test_a_run_that_cannot_begin_does_not_hold_up_the_next(
    busy: EditorWindow, begun: list[TrainJob], qtbot: QtBot, tmp_path: Path
) -> None:
    queue(busy, 7)
    queue(busy, 9)
    (tmp_path / "file").write_text("no folder")
    object.__setattr__(busy.queue.waiting[0], "runs", tmp_path / "file")
    failures: list[object] = []
    busy.run.failed.connect(failures.append)
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "running" and len(begun) == 1)
    assert len(failures) == 1
    assert loads(begun[0].document).training.epochs == 9


def test_closing_says_how_many_wait_and_begins_none(busy: EditorWindow, begun: list[TrainJob]) -> None:
    queue(busy, 7)
    queue(busy, 9)
    busy.answers.agree = False
    assert not busy.close()
    assert busy.answers.asked[-1].endswith("The 2 that wait to train will not be trained.")
    assert len(busy.queue.waiting) == 2
    busy.answers.agree = True
    assert busy.close()
    assert not begun


def test_a_start_from_a_run_waits_too_and_keeps_the_run_it_starts_from(
    busy: EditorWindow, begun: list[TrainJob], qtbot: QtBot, tmp_path: Path
) -> None:
    busy.runs.start_requested.emit(tmp_path / "runs" / "earlier")
    assert busy.queue.waiting[0].title.endswith(", from earlier")
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "running" and len(begun) == 1)
    assert begun[0].start_from == str(tmp_path / "runs" / "earlier")


def test_a_run_that_is_to_go_on_waits_once_and_goes_on_in_its_turn(
    busy: EditorWindow, begun: list[TrainJob], qtbot: QtBot, tmp_path: Path
) -> None:
    first = keep(tmp_path, busy.workspace.document, "20260101-000000-net", 0.1)
    queue(busy, 7)
    for _ in range(2):
        busy.runs.continue_requested.emit(first)
    assert [order.continues for order in busy.queue.waiting] == [None, first]
    assert f"{first.name} waits to be continued" in busy.status.shown
    assert busy.queue.waiting[1].title == f"{first.name}, continued up to epoch 10"
    waiting = busy.training.waiting
    waiting.rows.setCurrentRow(1)
    assert not waiting.later.isEnabled()
    click(waiting.earlier)
    assert not waiting.earlier.isEnabled()
    click(busy.training.stop)
    qtbot.waitUntil(lambda: busy.run.state == "running" and len(begun) == 1)
    assert (begun[0].resume, begun[0].run_dir) == (True, str(first))
    assert loads(begun[0].document).training.epochs == 10
    assert [order.epochs for order in busy.queue.waiting] == [7]


def test_what_waits_is_put_into_another_order(busy: EditorWindow) -> None:
    for epochs in (7, 8, 9):
        queue(busy, epochs)
    waiting = busy.training.waiting
    waiting.rows.setCurrentRow(2)
    for _ in range(2):
        click(waiting.earlier)
    assert [order.epochs for order in busy.queue.waiting] == [9, 7, 8]
    click(waiting.later)
    assert [order.epochs for order in busy.queue.waiting] == [7, 9, 8]
    assert waiting.rows.currentRow() == 1
    busy.queue.clear()


def test_nothing_begins_while_the_queue_is_held(busy: EditorWindow, begun: list[TrainJob], qtbot: QtBot) -> None:
    queue(busy, 7)
    with busy.queue.held():
        click(busy.training.stop)
        qtbot.waitUntil(lambda: busy.run.state == "idle")
        QTest.qWait(0)
        assert len(busy.queue.waiting) == 1
    qtbot.waitUntil(lambda: busy.run.state == "running" and len(begun) == 1)

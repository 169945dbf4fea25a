"""Training in the editor: buttons, progress, live curves, failures, and closing in the middle of it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.storage.loom import save
from gui.desk.training.curves import History
from gui.desk.wording import duration
from gui.shell.docks import in_view
from tests.support.editor_window import EditorWindow, click, draw, open_window
from tests.support.typed import there
from training.protocol import EpochEnded, Progress, Started

pytestmark = pytest.mark.slow

STARTED = Started("runs/a", "cpu", 4, 0, 10, 100, 10, 7, ["loss", "accuracy"], 0)


@pytest.fixture
def endless(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EditorWindow:
    """A window whose worker trains until it is told to stop."""
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    return window


def is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def curves(plot: Any) -> dict[Any, Any]:
    """The points of each curve as drawn, by the name in the legend."""
    return {curve.name: (curve.track.x, curve.track.y) for curve in plot.curves.values()}


def show_plots(window: EditorWindow, qtbot: QtBot) -> None:
    window.show_panel("Train")
    window.training.load_plots()
    qtbot.waitUntil(lambda: in_view(there(window.training.plots)) and there(window.training.plots).loss.width() > 200)


def start(window: EditorWindow, qtbot: QtBot) -> None:
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.history.step > 2)


def test_training_to_the_end_shows_progress_and_says_where_the_run_is(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Settings"):
        document.set_training(epochs=1)
    said: list[Any] = []
    window.run.said.connect(said.append)
    window.actions_made["train"].trigger()
    assert window.actions_made["train"].text() == "&Queue Training…"
    qtbot.waitUntil(lambda: window.status.training.text().startswith("Training: epoch 1 of 1, loss "))
    assert window.workspaces.name == "Draw"
    window.status.show_training("Training: epoch 1 of 1, loss 0.1234, and many more words than before")
    assert window.status.training.width() >= window.status.training.sizeHint().width()  # before Qt comes to it
    click(window.status.training)
    qtbot.waitUntil(lambda: in_view(window.training))
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert said[0] == "Images are resized from 8x8 to 32x32."
    assert said[-1].startswith("Training finished after 1.0 s; the run is in ")
    window.training.redraw()
    assert window.training.figures.text("Epoch") == "1 of 1"
    assert window.training.figures.text("Step") == "20 of 20"
    assert window.training.figures.text("Device") == "cpu, 900 samples/s"
    assert window.training.bar.value() == window.training.bar.maximum() == 20
    assert said[-1] in window.training.message.toolTip()
    assert window.status.training.isHidden()


def test_training_and_export_are_told_where_the_drawing_is(
    window: EditorWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = draw(window)
    with document.edit("Settings"):
        document.set_training(epochs=1)
    begin = window.workers.begin
    jobs: list[Any] = []

    def noted(job: Any) -> Any:
        jobs.append(job)
        return begin(job)

    monkeypatch.setattr(window.workers, "begin", noted)
    window.answers.path = str(tmp_path / "m.loom")
    window.actions_made["save"].trigger()
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    window.answers.path = str(tmp_path / "m.onnx")
    window.actions_made["export_onnx"].trigger()
    with qtbot.waitSignal(window.onnx.done):
        there(window.onnx.dialog).accept()
    assert [job.folder for job in jobs] == [str(tmp_path)] * 2
    assert there(window.run.run_dir).parent == tmp_path / "runs"


def test_pause_resume_and_stop_by_their_buttons(endless: EditorWindow, qtbot: QtBot) -> None:
    window = endless
    start(window, qtbot)
    click(window.training.pause)
    qtbot.waitUntil(lambda: window.run.state == "paused")
    assert window.training.pause.text() == "Resume"
    assert window.actions_made["pause"].text() == "&Resume"
    step = window.run.history.step
    click(window.training.pause)
    qtbot.waitUntil(lambda: window.run.history.step > step)
    assert window.run.state == "running"
    click(window.training.stop)
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert "Training stopped" in window.training.message.text()
    assert window.training.train.isEnabled()


def test_keys_train_pause_and_stop(endless: EditorWindow, qtbot: QtBot) -> None:
    window = endless
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.run.state == "running")
    QTest.keyClick(window.canvas, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.run.state == "paused")
    QTest.keyClick(window.canvas, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.run.state == "idle")


def test_curves_follow_the_run_and_wear_the_theme(endless: EditorWindow, qtbot: QtBot) -> None:
    window = endless
    show_plots(window, qtbot)
    start(window, qtbot)
    qtbot.waitUntil(lambda: window.run.history.epoch > 2)
    window.training.redraw()
    plots = window.training.plots
    x, y = curves(there(plots).loss)["each step"]
    assert len(x) == window.run.history.step
    assert y[0] > y[-1]
    assert list(curves(there(plots).loss)) == ["each step", "training", "validation"]
    assert list(curves(there(plots).accuracy)) == ["training", "validation"]
    window.themes.choose("dark")
    assert there(plots).loss.grab().toImage().pixelColor(2, 2) == window.themes.theme.field
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")


def test_events_are_drawn_by_the_clock_and_not_one_by_one(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_plots(window, qtbot)
    drawn: list[Any] = []
    monkeypatch.setattr(window.training.plots, "show_history", drawn.append)
    window.run._take(STARTED)
    for step in range(1, 200):
        window.run._take(Progress(1, step, [1.0 / step], 100.0))
    assert drawn == []
    qtbot.waitUntil(lambda: drawn == [window.run.history])


def test_the_crosshair_reads_the_curves(window: EditorWindow, qtbot: QtBot) -> None:
    show_plots(window, qtbot)
    window.run._take(STARTED)
    window.run._take(Progress(1, 10, [2.0 - place / 10 for place in range(10)], 100.0))
    window.run._take(EpochEnded(1, 10, {"loss": 1.5, "accuracy": 0.5}, {"loss": 1.25, "accuracy": 0.75}, 1.0, True))
    window.training.redraw()
    plot = there(window.training.plots).loss
    assert plot.reading(1.0) == ["each step 1.1", "training 1.5", "validation 1.25"]
    assert plot.reading(0.5) == ["each step 1.6", "training", "validation"]
    QTest.mouseMove(plot.plot.viewport(), plot.plot.rect().center())
    qtbot.waitUntil(lambda: plot.plot.reading().startswith("epoch"))
    assert plot.plot.reading().splitlines()[1].startswith("each step 1.")
    QApplication.sendEvent(plot.plot, QEvent(QEvent.Type.Leave))
    assert plot.plot.reading() == ""


def test_the_crosshair_leaves_the_layout_of_a_narrow_plot_alone(window: EditorWindow, qtbot: QtBot) -> None:
    show_plots(window, qtbot)
    window.run._take(STARTED)
    window.run._take(Progress(1, 10, [2.0123 - place / 10 for place in range(10)], 100.0))
    window.run._take(EpochEnded(1, 10, {"loss": 1.5678}, {"loss": 1.2567}, 1.0, True))
    window.training.redraw()
    plot = there(window.training.plots).loss
    plot.setFixedWidth(300)
    qtbot.waitUntil(lambda: plot.width() == 300)
    QApplication.processEvents()  # the rows of the legend have a height of their own
    before = plot.plot.geometry(), plot.plot.box.sceneBoundingRect()
    QTest.mouseMove(plot.plot.viewport(), plot.plot.rect().center())
    qtbot.waitUntil(lambda: plot.plot.reading() != "")
    plot.grab()
    assert (plot.plot.geometry(), plot.plot.box.sceneBoundingRect()) == before
    assert before[1].right() <= 300


def test_a_narrow_window_shows_one_plot_well_and_scrolls_to_the_other(window: EditorWindow, qtbot: QtBot) -> None:
    show_plots(window, qtbot)
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.width() == 900)
    assert there(window.training.plots).accuracy.width() >= 180
    seen = there(window.training.plots).loss
    qtbot.waitUntil(lambda: seen.visibleRegion().boundingRect().width() >= 180)


def test_a_long_message_squeezes_no_figures(window: EditorWindow, qtbot: QtBot) -> None:
    show_plots(window, qtbot)
    window.run.run_dir = Path("/a/rather/long/path/of/a/folder/that/keeps/all/the/runs/20300101-120000-lenet5")
    window.run.said.emit(f"Training finished after 1.0 s; the run is in {window.run.run_dir}.")
    message, figures = window.training.message, window.training.figures
    assert message.text() == "Training finished after 1.0 s; the run is in 20300101-120000-lenet5."
    assert str(window.run.run_dir) in message.toolTip()
    window.run.said.emit("A failure that says much. " * 20)
    window.training.grab()
    assert figures.height() >= figures.minimumSizeHint().height()


def test_log_scale_shows_powers_of_ten(window: EditorWindow, qtbot: QtBot) -> None:
    show_plots(window, qtbot)
    window.run._take(STARTED)
    window.run._take(Progress(1, 3, [100.0, 10.0, 0.0], 100.0))
    click(window.training.log, QPoint(8, window.training.log.height() // 2))
    window.training.redraw()
    plot = there(window.training.plots).loss
    plot.grab()
    low, high = plot.span
    assert 0 < low < 10 < 100 < high
    assert plot.plot.span == pytest.approx((np.log10(low), np.log10(high)))
    click(window.training.log, QPoint(8, window.training.log.height() // 2))
    plot.grab()
    assert plot.span == plot.plot.span
    assert plot.span[0] < 0 < 100 < plot.span[1]


def test_a_drawing_with_a_problem_is_not_trained_but_led_to(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Break"):
        document.model.set("conv1", kernel_size=9)
    window.actions_made["train"].trigger()
    assert window.run.state == "idle"
    qtbot.waitUntil(lambda: in_view(window.problems))
    assert window.canvas.selected() == ["conv1"]
    assert "larger than its padded input" in window.status.currentMessage()


def test_an_empty_drawing_says_what_to_do(window: EditorWindow) -> None:
    window.actions_made["train"].trigger()
    assert "nothing is drawn yet" in window.status.currentMessage()


def test_a_failure_is_a_sentence_and_selects_its_node(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "fail")
    draw(window)
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert window.training.message.text() == "The loss became NaN in 'fc1'."
    assert window.canvas.selected() == ["fc1"]
    assert window.actions_made["train"].isEnabled()


def test_a_worker_killed_while_training_is_a_sentence_and_the_editor_goes_on(
    endless: EditorWindow, qtbot: QtBot
) -> None:
    window = endless
    before = window.workspace.document
    start(window, qtbot)
    os.kill(there(window.run._lease.worker).pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert "was killed by signal 9" in window.training.message.text()
    assert window.workspace.document is before
    start(window, qtbot)
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")


def test_training_twice_starts_new_curves_in_another_folder(endless: EditorWindow, qtbot: QtBot) -> None:
    window = endless
    window.training.load_plots()
    start(window, qtbot)
    first = window.run.run_dir
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    there(first).mkdir(parents=True)
    start(window, qtbot)
    assert window.run.run_dir != first
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")


def test_runs_go_beside_a_saved_drawing(endless: EditorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = endless
    window.answers.path = str(tmp_path / "net.loom")
    window.actions_made["save"].trigger()
    start(window, qtbot)
    assert there(window.run.run_dir).parent == tmp_path / "runs"
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")


def test_closing_while_training_asks_and_cancel_goes_on(endless: EditorWindow, qtbot: QtBot) -> None:
    window = endless
    start(window, qtbot)
    window.answers.agree = False
    assert not window.close()
    assert window.run.state == "running"
    assert window.answers.asked == ["Stop training and quit? The run keeps what it has learned so far."]


def test_closing_while_training_stops_it_and_leaves_no_process(endless: EditorWindow, qtbot: QtBot) -> None:
    window = endless
    start(window, qtbot)
    pids = [worker.pid for worker in window.workers.running]
    assert window.close()
    assert pids
    assert all(is_gone(pid) for pid in pids)


def test_the_runs_of_a_document_are_those_made_of_it_since_it_was_opened(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Settings"):
        document.set_training(epochs=1)
    assert window.run.runs_of(document) == []
    for _ in range(2):
        window.actions_made["train"].trigger()
        qtbot.waitUntil(lambda: window.run.state == "idle")
    assert len(window.run.runs_of(document)) == 2
    assert window.run.runs_of(document)[0] == window.run.run_dir
    with document.edit("Change"):
        document.model.set("conv1", out_channels=8)
    assert len(window.run.runs_of(document)) == 2
    window.opening.new()
    assert window.run.runs_of(window.workspace.document) == []


def test_a_run_that_never_began_leaves_no_folder(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "fail")
    draw(window)
    window.actions_made["train"].trigger()
    assert there(window.run.run_dir).name.endswith("-untitled")
    assert there(window.run.run_dir).is_dir()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert not there(window.run.run_dir).exists()


def test_a_place_where_no_run_can_be_kept_is_one_sentence(window: EditorWindow, tmp_path: Path) -> None:
    document = draw(window)
    save(document, tmp_path / "m.loom")
    window.files.load(tmp_path / "m.loom")
    (tmp_path / "runs").write_text("")
    window.actions_made["train"].trigger()
    assert window.run.state == "idle"
    assert "cannot be made: not a directory" in window.status.currentMessage()


def test_history_reckons_steps_in_epochs_and_the_time_left() -> None:
    history = History()
    history.add(STARTED)
    history.add(Progress(1, 5, [5.0, 4.0, None, 2.0, 1.0], 50.0))
    assert list(history.losses.x) == [1, 2, 3, 4, 5]
    assert list(history.seconds.y) == [pytest.approx(5 / 10 * 100 / 50)]
    assert history.losses.y[2] != history.losses.y[2]
    assert history.total_steps == 40
    assert history.seconds_left == pytest.approx(35 / 10 * 100 / 50)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.25, "0.2 s"), (42.4, "42 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")]
)
def test_durations_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_why_training_ended_early_stays_to_be_read_with_the_last_figures(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(qtbot, monkeypatch, "early")
    draw(window)
    window.show_panel("Train")
    panel = window.training
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: panel.message.text().endswith(".") and not window.run.active)
    assert panel.figures.text("Epoch") == "1 of 10"  # at once, not when there is time
    assert panel.figures.text("Step").startswith("20 of")
    assert panel.message.text().startswith("Training ended early, after epoch 1. Training finished after 1.0 s; ")

"""A worker that hangs: Stop and closing end it after a grace, the window says so, and the editor goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import monotonic

import pytest
from pytestqt.qtbot import QtBot

from gui.workers import patience, process
from gui.workers.patience import Patience
from tests.support.editor_window import EditorWindow, click, draw, open_window
from tests.support.typed import there


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Graces a test can wait for."""
    monkeypatch.setattr(patience, "GRACE_MS", 300)
    monkeypatch.setattr(process, "GRACE_MS", 400)


@pytest.fixture
def deaf(short: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EditorWindow:
    """A window that trains with a worker that hangs as soon as it is told something."""
    window = open_window(qtbot, monkeypatch, "deaf", "endless")
    draw(window)
    start(window, qtbot)
    return window


def start(window: EditorWindow, qtbot: QtBot) -> None:
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.history.step > 2)


def is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_stop_ends_a_worker_that_does_not_answer_and_says_so(deaf: EditorWindow, qtbot: QtBot) -> None:
    pid = there(deaf.run._lease.worker).pid
    click(deaf.training.stop)
    assert deaf.training.message.text() == "Stopping…"
    qtbot.waitUntil(lambda: deaf.run.state == "idle")
    assert "did not stop within" in deaf.training.message.text()
    assert deaf.training.message.text().endswith(
        f"its process was ended; the run keeps what was saved before, in {there(deaf.run.run_dir).name}."
    )
    assert "did not stop within" in deaf.status.currentMessage()
    qtbot.waitUntil(lambda: is_gone(pid))
    assert deaf.training.train.isEnabled()
    start(deaf, qtbot)


@pytest.mark.slow
def test_a_process_that_is_halted_is_ended_likewise(short: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    start(window, qtbot)
    pid = there(window.run._lease.worker).pid
    os.kill(pid, signal.SIGSTOP)
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    qtbot.waitUntil(lambda: is_gone(pid))


def test_a_worker_halted_before_it_begins_can_be_stopped(
    short: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    pid = window.workers.warm().pid
    os.kill(pid, signal.SIGSTOP)
    window.actions_made["train"].trigger()
    assert window.run.state == "starting"
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    qtbot.waitUntil(lambda: is_gone(pid))


def test_pause_without_an_answer_is_said_and_stop_still_ends_it(deaf: EditorWindow, qtbot: QtBot) -> None:
    click(deaf.training.pause)
    qtbot.waitUntil(lambda: "has not answered for" in deaf.training.message.text())
    assert "Stop ends it." in deaf.training.message.text()
    assert deaf.run.state == "running"
    click(deaf.training.stop)
    qtbot.waitUntil(lambda: deaf.run.state == "idle")


@pytest.mark.slow
def test_resume_without_an_answer_is_said(short: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    start(window, qtbot)
    window.run.pause_or_resume()
    qtbot.waitUntil(lambda: window.run.state == "paused")
    os.kill(there(window.run._lease.worker).pid, signal.SIGSTOP)
    window.run.pause_or_resume()
    qtbot.waitUntil(lambda: "has not answered for" in window.training.message.text())
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["pause_or_resume", "stop"])
def test_a_command_to_a_worker_that_has_just_died_ends_the_run(
    short: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    start(window, qtbot)
    os.kill(there(window.run._lease.worker).pid, signal.SIGKILL)
    getattr(window.run, command)()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert window.training.train.isEnabled()


@pytest.mark.slow
def test_a_worker_that_answers_is_left_in_peace(short: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    draw(window)
    start(window, qtbot)
    window.run.pause_or_resume()
    qtbot.waitUntil(lambda: window.run.state == "paused")
    qtbot.wait(400)
    assert "has not answered" not in window.training.message.text()
    window.run.pause_or_resume()
    qtbot.waitUntil(lambda: window.run.state == "running")
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert "Training stopped" in window.training.message.text()


def test_closing_the_window_ends_hanging_workers_within_one_grace(
    deaf: EditorWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf.workers.warm()
    pids = [worker.pid for worker in deaf.workers.running]
    assert len(pids) == 2
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    began = monotonic()
    assert deaf.close()
    assert monotonic() - began < 5
    assert all(is_gone(pid) for pid in pids)
    assert "did not end by itself" in capsys.readouterr().err


def test_the_grace_grows_with_the_silences_of_the_run_and_has_an_end(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(patience, "monotonic", lambda: now[0])
    waits = Patience()
    for pause, grace in ((0.5, 5_000), (4.0, 12_000), (1.0, 12_000), (600.0, 60_000)):
        waits.hear()
        now[0] += pause
        waits.hear()
        waits.rest()
        assert waits.grace_ms == grace
    waits.begin()
    assert waits.grace_ms == 5_000
    waits.hear()
    waits.rest()
    now[0] += 100  # a pause the user made says nothing of the worker
    waits.hear()
    assert waits.grace_ms == 5_000

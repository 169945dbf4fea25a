"""Worker processes: kept warm, handed out, lost and ended, with nothing left behind."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps
from gui.workers.pool import Workers
from gui.workers.process import Worker
from tests.support.editor_window import fake_command
from training.protocol import ExportJob, Failed, Ready, SourceJob, SourceReady, Stop, TrainJob

DRAWING = dumps(Document())


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def workers(qtbot: QtBot) -> Iterator[Callable[..., Workers]]:
    made = []

    def make(*modes: str) -> Workers:
        made.append(Workers(fake_command(*modes)))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def test_a_worker_says_when_it_is_ready(qtbot: QtBot, workers: Callable[..., Workers]) -> None:
    worker = workers().warm()
    with qtbot.waitSignal(worker.received) as told:
        assert worker.alive
    assert isinstance(told.args[0], Ready)


def test_the_waiting_worker_answers_source_jobs_with_their_numbers(
    qtbot: QtBot, workers: Callable[..., Workers]
) -> None:
    pool = workers()
    first, second = pool.ask_source(DRAWING), pool.ask_source(DRAWING)
    answers: list[Any] = []
    pool.source.connect(answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert [answer.request for answer in answers] == [first, second]
    assert len(pool.running) == 1


def test_unknown_events_are_passed_over(qtbot: QtBot, workers: Callable[..., Workers]) -> None:
    pool = workers("loud")
    with qtbot.waitSignal(pool.source) as told:
        pool.ask_source(DRAWING)
    assert isinstance(told.args[0], SourceReady)


def test_a_job_takes_the_waiting_worker(qtbot: QtBot, workers: Callable[..., Workers], tmp_path: Path) -> None:
    pool = workers()
    waiting = pool.warm()
    worker = pool.begin(ExportJob(DRAWING, str(tmp_path / "m.onnx")))
    assert worker is waiting
    with qtbot.waitSignal(worker.ended) as told:
        worker.dismiss()
    assert told.args[0].asked
    assert pool.warm() is not waiting


def test_a_job_has_the_cores_to_itself_until_it_has_ended(workers: Callable[..., Workers], tmp_path: Path) -> None:
    pool = workers("endless")
    worker = pool.begin(TrainJob(DRAWING, str(tmp_path)))
    assert pool.running == [worker]
    pool.rewarm()
    assert len(pool.running) == 2
    pool.close()
    pool.rewarm()
    assert pool.running == []


def test_the_answer_to_a_source_job_never_looks_like_the_jobs_own(
    qtbot: QtBot, workers: Callable[..., Workers], tmp_path: Path
) -> None:
    pool = workers()
    events: list[Any] = []
    sources: list[Any] = []
    pool.source.connect(sources.append)
    worker = pool.warm()
    worker.received.connect(events.append)
    pool.ask_source(DRAWING)
    pool.begin(ExportJob(DRAWING, str(tmp_path / "m.onnx")))
    with qtbot.waitSignal(worker.ended):
        worker.dismiss()
    assert [type(event).__name__ for event in sources] == ["SourceReady"]
    assert [type(event).__name__ for event in events] == ["Ready", "Stage", "Exported"]


def test_a_killed_worker_is_one_sentence(qtbot: QtBot, workers: Callable[..., Workers], tmp_path: Path) -> None:
    pool = workers("endless")
    worker = pool.begin(TrainJob(DRAWING, str(tmp_path)))
    with qtbot.waitSignal(worker.received):
        assert worker.alive
    with qtbot.waitSignal(worker.ended) as told:
        os.kill(worker.pid, signal.SIGKILL)
    outcome = told.args[0]
    assert not outcome.asked
    assert outcome.sentence == "The worker process was killed by signal 9; the drawing is intact."


def test_the_last_words_of_a_worker_end_the_sentence(
    qtbot: QtBot, workers: Callable[..., Workers], tmp_path: Path
) -> None:
    worker = workers("die").begin(TrainJob(DRAWING, str(tmp_path)))
    with qtbot.waitSignal(worker.ended) as told:
        assert worker.alive
    assert told.args[0].sentence == (
        "The worker process ended with exit code 9; the drawing is intact, its last words: RuntimeError: out of memory."
    )


def test_a_waiting_worker_that_dies_is_told_and_not_started_again_until_needed(
    qtbot: QtBot, workers: Callable[..., Workers]
) -> None:
    pool = workers()
    worker = pool.warm()
    with qtbot.waitSignal(worker.received):
        assert worker.alive
    with qtbot.waitSignal(pool.source) as told:
        os.kill(worker.pid, signal.SIGKILL)
    assert isinstance(told.args[0], Failed)
    assert pool.running == []
    assert pool.warm() is not worker


def test_a_worker_that_does_not_start_is_one_sentence(qtbot: QtBot) -> None:
    pool = Workers(("/no/such/python",))
    with qtbot.waitSignal(pool.source) as told:
        pool.warm()
    assert told.args[0].message.startswith("The worker process does not start: ")
    assert pool.running == []


def test_closing_ends_a_worker_in_the_middle_of_a_job(
    qtbot: QtBot, workers: Callable[..., Workers], tmp_path: Path
) -> None:
    pool = workers("endless")
    worker = pool.begin(TrainJob(DRAWING, str(tmp_path)))
    with qtbot.waitSignal(worker.received):
        pool.warm()
    pids = [each.pid for each in pool.running]
    assert len(pids) == 2
    pool.close()
    assert pool.running == []
    assert not any(is_running(pid) for pid in pids)


def test_closing_kills_a_worker_that_does_not_go(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, workers: Callable[..., Workers]
) -> None:
    monkeypatch.setattr("gui.workers.process.GRACE_MS", 200)
    pool = workers("stubborn")
    worker = pool.warm()
    with qtbot.waitSignal(worker.received):
        pid = worker.pid
    pool.close()
    assert not is_running(pid)


def test_a_message_after_the_end_is_harmless(qtbot: QtBot, workers: Callable[..., Workers], tmp_path: Path) -> None:
    worker = workers("die").begin(TrainJob(DRAWING, str(tmp_path)))
    with qtbot.waitSignal(worker.ended):
        assert worker.alive
    worker.send(Stop())
    worker.close()


def test_a_worker_finds_the_project_and_not_the_working_folder(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "__init__.py").write_text("raise SystemExit('wrong package')")
    monkeypatch.chdir(tmp_path)
    worker = Worker((sys.executable, "-c", "import training.protocol, sys; sys.exit(7)"))
    with qtbot.waitSignal(worker.ended) as told:
        worker.send(SourceJob(DRAWING))
    assert told.args[0].sentence == "The worker process ended with exit code 7; the drawing is intact."

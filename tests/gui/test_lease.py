"""A worker's one job: it is handed out, told something, ended, given up for another, and lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps
from gui.workers.lease import Lease
from gui.workers.pool import Workers
from tests.support.editor_window import fake_command
from tests.support.typed import as_a, there
from training.protocol import Failed, Finished, Progress, Stop, TrainJob

JOB = TrainJob(dumps(Document()), "runs/none")


@pytest.fixture
def lease(qtbot: QtBot) -> Iterator[Lease]:
    pool = Workers(fake_command("endless"))
    yield Lease(pool, pool)
    pool.close()


def begun(lease: Lease, qtbot: QtBot) -> list[Any]:
    """What is heard from now on, where the job is already told of."""
    heard: list[Any] = []
    lease.received.connect(heard.append)
    lease.begin(JOB)
    qtbot.waitUntil(lambda: any(isinstance(event, Progress) for event in heard))
    return heard


def test_a_job_is_told_of_and_can_be_told_something(lease: Lease, qtbot: QtBot) -> None:
    assert not lease.active
    heard = begun(lease, qtbot)
    assert lease.active
    lease.send(Stop())
    qtbot.waitUntil(lambda: isinstance(heard[-1], Finished))
    assert lease.end()
    assert (lease.active, lease.worker) == (False, None)


def test_nothing_is_heard_of_a_job_that_was_given_up(lease: Lease, qtbot: QtBot) -> None:
    heard, worker = begun(lease, qtbot), there(lease.worker)
    lost: list[Failed] = []
    lease.lost.connect(lost.append)
    with qtbot.waitSignal(worker.ended):
        assert lease.end(kill=True)
    before = len(heard)
    worker.received.emit(Progress(1, 1, [1.0], 1.0))
    assert (len(heard), lost) == (before, [])
    assert not lease.end()


def test_another_job_takes_the_place_of_the_one_before(lease: Lease, qtbot: QtBot) -> None:
    begun(lease, qtbot)
    first = there(lease.worker)
    with qtbot.waitSignal(first.ended):
        begun(lease, qtbot)
    assert there(lease.worker).pid != first.pid
    lease.end(kill=True)


def test_a_process_that_dies_is_a_sentence_and_the_lease_is_over(lease: Lease, qtbot: QtBot) -> None:
    begun(lease, qtbot)
    with qtbot.waitSignal(lease.lost) as told:
        os.kill(there(lease.worker).pid, signal.SIGKILL)
    assert "was killed by signal 9" in as_a(Failed, there(told.args)[0]).message
    assert not lease.active
    lease.send(Stop())

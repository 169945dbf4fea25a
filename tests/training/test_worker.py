"""The worker as a process of its own: what it answers, how it is held, and that it never outlives its editor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from graph.storage.loom import dumps
from tests.support.augmented_samples import become, of_kind
from tests.support.training_drawings import classifier, train, write_mnist
from training.protocol import (
    DataDescribed,
    DataJob,
    EpochEnded,
    EvaluateJob,
    Event,
    Failed,
    Finished,
    Message,
    Notice,
    Pause,
    Paused,
    Progress,
    Ready,
    Resume,
    Resumed,
    SamplesJob,
    SamplesShown,
    SourceJob,
    SourceReady,
    Started,
    Stop,
    TrainJob,
    decode_event,
    encode,
)
from training.runs.runs import read_run
from training.worker.pipes import lines

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parent.parent.parent
LONG = 100_000


class Worker:
    """A worker process and the pipes to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "training.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin, self.process.stdout

    def send(self, message: Message | bytes) -> None:
        self._in.write(message if isinstance(message, bytes) else encode(message))
        self._in.flush()

    def wait(self, *kinds: type) -> Any:
        """The next event of one of these kinds; a failure that is not waited for fails the test."""
        for line in self._out:
            event: Event | None = decode_event(line)
            assert event is not None, f"standard output carried {line!r}"
            if isinstance(event, kinds):
                return event
            assert not isinstance(event, Failed), event
        raise AssertionError(f"the worker ended: {self.stderr()}")

    def stderr(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def close_stdin(self) -> None:
        self._in.close()

    def ended(self) -> int:
        return self.process.wait(timeout=60)

    def clean_up(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.clean_up()


@pytest.fixture(scope="module")
def talking() -> Iterator[Worker]:
    """One worker for all the tests that only talk to it."""
    started = Worker()
    started.wait(Ready)
    yield started
    started.clean_up()


def test_a_whole_life_from_ready_to_finished(worker: Worker, tmp_path: Path) -> None:
    versions = worker.wait(Ready).versions
    assert set(versions) == {"python", "layerloom", "torch", "numpy"}
    worker.send(TrainJob(dumps(classifier(epochs=LONG)), str(tmp_path / "run")))
    assert worker.wait(Started).device in ("cpu", "cuda", "mps")
    worker.wait(Progress)
    worker.send(Pause())
    paused = worker.wait(Paused)
    worker.send(Resume())
    assert worker.wait(Resumed).step == paused.step
    assert worker.wait(Progress).step > paused.step
    worker.send(Stop())
    assert worker.wait(Finished).reason == "stopped"
    assert worker.ended() == 0
    run = read_run(tmp_path / "run")
    assert run.outcome == "stopped"
    assert (tmp_path / "run" / "last.safetensors").exists()


def test_source_is_answered_before_torch_is_there_and_unknown_messages_are_ignored(worker: Worker) -> None:
    worker.send(b'{"type":"from the future"}\n\n')
    worker.send(SourceJob(dumps(classifier()), 7))
    answer = worker.wait(SourceReady, Ready)
    assert isinstance(answer, SourceReady)
    assert answer.request == 7
    assert "class Classifier(nn.Module)" in answer.text
    assert "hidden" in answer.lines.values()
    worker.send(SourceJob("{", 8))
    assert "not valid JSON" in worker.wait(Failed).message
    worker.wait(Ready)
    worker.send(SourceJob(dumps(classifier(hidden=33)), 9))
    assert "33" in worker.wait(SourceReady).text


def test_what_a_job_prints_does_not_reach_the_protocol(tmp_path: Path) -> None:
    code = (
        "import os, training.worker.pipes as pipes; from training.protocol import Notice; pipe = pipes.EventPipe(); "
        "print('stray', flush=True); os.system('echo stray too'); pipe.send(Notice('clean'))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    (line,) = result.stdout.splitlines()
    assert decode_event(line) == Notice("clean")
    assert result.stderr == b"stray\nstray too\n"


def test_a_failed_job_is_one_event_and_an_orderly_end(worker: Worker, tmp_path: Path) -> None:
    worker.send(TrainJob(dumps(classifier(data=str(tmp_path / "none"))), str(tmp_path / "run")))
    failed = worker.wait(Failed)
    assert "does not exist" in failed.message
    assert worker.ended() == 0
    assert read_run(tmp_path / "run").outcome == "failed"


def test_evaluation_is_a_job(worker: Worker, tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    worker.send(EvaluateJob(str(tmp_path / "run")))
    assert worker.wait(Finished).results["samples"] == 359
    assert worker.ended() == 0


@pytest.mark.parametrize("moment", [None, Ready, Progress])
def test_the_worker_ends_when_its_standard_input_is_closed(
    worker: Worker, tmp_path: Path, moment: type[Any] | None
) -> None:
    if moment is Progress:
        worker.send(TrainJob(dumps(classifier(epochs=LONG)), str(tmp_path / "run")))
    if moment is not None:
        worker.wait(moment)
    worker.close_stdin()
    assert worker.ended() == 0
    if moment is Progress:
        assert read_run(tmp_path / "run").outcome == "stopped"
        assert (tmp_path / "run" / "last.safetensors").exists()


def test_a_paused_worker_ends_when_its_standard_input_is_closed(worker: Worker, tmp_path: Path) -> None:
    worker.send(TrainJob(dumps(classifier(epochs=LONG)), str(tmp_path / "run")))
    worker.send(Pause())
    worker.wait(Paused)
    worker.close_stdin()
    assert worker.ended() == 0
    assert read_run(tmp_path / "run").outcome == "stopped"


def test_a_worker_whose_output_nobody_reads_stops(worker: Worker, tmp_path: Path) -> None:
    worker.send(TrainJob(dumps(classifier(epochs=LONG)), str(tmp_path / "run")))
    worker.wait(Progress)
    assert worker.process.stdout is not None
    worker.process.stdout.close()
    assert worker.ended() == 0
    assert read_run(tmp_path / "run").outcome == "stopped"


def test_an_interrupt_from_the_terminal_leaves_training_to_the_editor(worker: Worker, tmp_path: Path) -> None:
    worker.send(TrainJob(dumps(classifier(epochs=LONG)), str(tmp_path / "run")))
    worker.wait(Progress)
    worker.process.send_signal(signal.SIGINT)
    worker.wait(Progress)
    worker.send(Stop())
    assert worker.wait(Finished).reason == "stopped"


def test_killed_in_mid_epoch_and_resumed_equals_never_having_been_killed(worker: Worker, tmp_path: Path) -> None:
    data = str(write_mnist(tmp_path / "data", samples=1600))
    document = classifier(data=data, batch_size=8, epochs=4)
    worker.send(TrainJob(dumps(document), str(tmp_path / "killed")))
    worker.wait(EpochEnded)
    reached = worker.wait(Progress)
    worker.process.send_signal(signal.SIGKILL)
    assert worker.ended() == -signal.SIGKILL
    run = read_run(tmp_path / "killed")
    assert run.outcome == "killed"
    assert reached in run.events
    assert run.epochs[0].epoch == 1
    assert isinstance(train(document, tmp_path / "killed", resume=True)[-1], Finished)
    train(document, tmp_path / "whole")
    weights = [load_file(tmp_path / name / "last.safetensors") for name in ("killed", "whole")]
    assert all((weights[0][key] == value).all() for key, value in weights[1].items())
    killed, whole = read_run(tmp_path / "killed"), read_run(tmp_path / "whole")
    assert [epoch.training for epoch in killed.epochs] == [epoch.training for epoch in whole.epochs]
    assert [epoch.validation for epoch in killed.epochs] == [epoch.validation for epoch in whole.epochs]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense", "JSON is malformed"),
        (b"\xff\xfe", "JSON is malformed"),
        (b'{"type":"source","document":"\xff"}', "its text is not UTF-8"),
        (b'{"type":"train","run_dir":"r","document":"\xed\xa0\x80"}', "its text is not UTF-8"),
        (b'{"type":"source","later":' + b"[" * 100_000, "it is nested too deeply"),
        (b'{"type":"train","document":""}', "Object missing required field run_dir"),
        (b'{"document":""}', "Object missing required field type"),
        (b"[" * 3_000_000, "cannot be read"),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_a_line_that_cannot_be_read_is_answered_and_the_worker_lives_on(
    talking: Worker, line: bytes, said: str
) -> None:
    talking.send(line + b"\n")
    message = talking.wait(Failed).message
    assert message.startswith(f"The worker got something that is not a job: a line of {len(line):,} bytes cannot be ")
    assert said in message
    talking.send(SourceJob(dumps(classifier()), 7))
    assert talking.wait(SourceReady).request == 7


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    read, write = os.pipe()
    sender = threading.Thread(target=send_all, args=(write, b"x" * 10**6 + b"\nshort\n" + b"y" * 10**5 + b"\n\nrest"))
    sender.start()
    assert list(lines(read, longest=10**5)) == [None, b"short", None, b""]
    sender.join()
    os.close(read)


def send_all(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(content)


def test_samples_are_shown_again_and_again_before_another_job(worker: Worker, tmp_path: Path) -> None:
    document = of_kind(tmp_path, "sound", augmentation="shift")
    for epoch in range(3):
        worker.send(SamplesJob(dumps(document), epoch, count=4, epoch=epoch, augmented=True))
        answer = worker.wait(SamplesShown)
        assert (answer.request, answer.refused, answer.fields[0].kind) == (epoch, "", "sound")
    wanted = become(document, epoch=2)[0][answer.indices].numpy().tobytes()
    assert answer.fields[0].after == wanted
    worker.send(DataJob(dumps(document)))
    assert worker.wait(DataDescribed).figures["samples"]["training"] == 70
    assert worker.process.wait(30) == 0

"""A run directory's files: who may write them, what a kill leaves of them, and links that lead out of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from graph.storage.loom import dumps
from tests.support.training_drawings import classifier, train
from training.errors import RunError
from training.protocol import EpochEnded, Event, Failed, Finished, Notice, Progress, Started, encode
from training.runs.events import EventLog
from training.runs.lock import LOCK, locked
from training.runs.runs import read_run

ROOT = Path(__file__).parent.parent.parent
HOLDER = """
import sys, pathlib
from training.runs.lock import locked
with locked(pathlib.Path(sys.argv[1])):
    print(1, flush=True)
    sys.stdin.read()
"""


def started(epoch: int = 0) -> Started:
    return Started("run", "cpu", 9, epoch, 10, 90, 10, 5, ["loss"], 0)


def ended(epoch: int) -> EpochEnded:
    return EpochEnded(epoch, epoch * 10, {"loss": 1.0}, {}, 0.1, True)


def lines(*events: Event) -> bytes:
    return b"".join(map(encode, events))


def notices(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Notice)]


# One process at a time


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the run."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "run")], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"1\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


@pytest.mark.parametrize("resume", [False, True])
def test_a_run_another_process_writes_is_left_alone(
    tmp_path: Path, holder: subprocess.Popen[bytes], resume: bool
) -> None:
    before = sorted(path.name for path in (tmp_path / "run").iterdir())
    (failed,) = train(classifier(epochs=1), tmp_path / "run", resume)
    assert isinstance(failed, Failed)
    assert failed.message == (
        f"{tmp_path / 'run'} is in use by process {holder.pid}; wait until that ends, or choose another directory."
    )
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == before


def test_the_lock_of_a_killed_process_holds_nobody_up(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / "run" / LOCK).exists()
    assert isinstance(train(classifier(epochs=1), tmp_path / "run")[-1], Finished)
    assert not (tmp_path / "run" / LOCK).exists()


def test_of_many_that_begin_at_once_one_at_a_time_gets_in(tmp_path: Path) -> None:
    """The file is removed while others wait to lock it: a lock on a removed file would let two in."""
    inside, most, refused = [0], [0], [0]

    def come_and_go() -> None:
        for _ in range(200):
            try:
                with locked(tmp_path / "run"):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    inside[0] -= 1
            except RunError:
                refused[0] += 1

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert refused[0] < 800


# What a kill leaves


def leave(run: Path, **files: bytes) -> Path:
    run.mkdir()
    for name, content in files.items():
        (run / name.replace("__", ".")).write_bytes(content)
    return run


DRAWN = dumps(classifier(epochs=2)).encode()
BEFORE_THE_FIRST_CHECKPOINT = [
    {"document__loom": DRAWN},
    {"document__loom": DRAWN, "run__lock": b"12 host\n"},
    {"run__lock": b""},
    {"document__loom": DRAWN, "__settings__json__abcd1234": b'{"na'},
    {"document__loom": DRAWN, "settings__json": b"{}"},
    {"document__loom": DRAWN, "settings__json": b"{}", "events__jsonl": b""},
    {"document__loom": DRAWN, "settings__json": b"{}", "events__jsonl": b'{"type":"sta'},
    {"document__loom": DRAWN, "settings__json": b"{}", "events__jsonl": lines(started())},
    {"document__loom": DRAWN, "settings__json": b"{}", "events__jsonl": lines(started()), "best__safetensors": b"x"},
    {
        "document__loom": DRAWN,
        "settings__json": b"{}",
        "events__jsonl": lines(started(), ended(1)),
        "best__safetensors": b"x",
        "__last__optimizer-9__pt__abcd1234": b"y",
        "last__optimizer-9__pt": b"z",
    },
    {"document__loom": DRAWN, "settings__json": b"{}", "events__jsonl": lines(started(), Failed("The disk is full."))},
]


@pytest.mark.slow
@pytest.mark.parametrize("files", BEFORE_THE_FIRST_CHECKPOINT, ids=lambda files: " ".join(files))
def test_a_run_killed_before_its_first_checkpoint_starts_over_and_says_so(
    tmp_path: Path, files: dict[str, Any]
) -> None:
    run = leave(tmp_path / "run", **files)
    assert read_run(run).outcome in ("killed", "failed")
    events = train(classifier(epochs=2), run, resume=True)
    assert isinstance(events[-1], Finished)
    assert notices(events) == [
        f"{run} was killed before its first checkpoint, so nothing was learned yet: training starts over from the "
        "beginning."
    ]
    train(classifier(epochs=2), tmp_path / "whole")
    for name in ("best", "last"):
        one, other = (load_file(tmp_path / part / f"{name}.safetensors") for part in ("run", "whole"))
        assert all(torch.equal(value, other[key]) for key, value in one.items())
    assert [path.name for path in run.iterdir() if path.name.startswith(".")] == []
    assert len(read_run(run).epochs) == 2


def test_an_empty_directory_starts_over_when_the_drawing_comes_with_the_job(tmp_path: Path) -> None:
    assert isinstance(train(classifier(epochs=1), leave(tmp_path / "run"), resume=True)[-1], Finished)


def test_what_is_not_there_is_not_resumed_and_not_made(tmp_path: Path) -> None:
    (failed,) = train(classifier(epochs=1), tmp_path / "none", resume=True)
    assert isinstance(failed, Failed)
    assert "is not a run: there is no such directory" in failed.message
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["settings.json", "events.jsonl", "last.safetensors", "best.safetensors"])
def test_a_new_run_writes_over_none_that_is_there(tmp_path: Path, name: str) -> None:
    run = leave(tmp_path / "run", **{name: b"kept"})
    (failed,) = train(classifier(epochs=1), run)
    assert isinstance(failed, Failed)
    assert "already holds a run" in failed.message
    assert {path.name: path.read_bytes() for path in run.iterdir()} == {name: b"kept"}


# Links


@pytest.mark.slow
@pytest.mark.parametrize("name", ["document.loom", "settings.json", "best.safetensors", "last.safetensors"])
def test_a_link_in_a_run_is_replaced_and_what_it_leads_to_is_not(tmp_path: Path, name: str) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    mine = tmp_path / "mine"
    (tmp_path / "run" / name).rename(mine)
    content = mine.read_bytes()
    (tmp_path / "run" / name).symlink_to(mine)
    assert isinstance(train(classifier(epochs=9), tmp_path / "run", resume=True)[-1], Finished)
    assert mine.read_bytes() == content
    assert not (tmp_path / "run" / name).is_symlink()


@pytest.mark.parametrize("name", ["events.jsonl", "run.lock"])
@pytest.mark.parametrize("there", [True, False])
def test_a_link_that_would_be_appended_to_is_refused(tmp_path: Path, name: str, there: bool) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    mine = tmp_path / "mine"
    if there:
        mine.write_bytes(b"mine")
    (tmp_path / "run" / name).unlink(missing_ok=True)
    (tmp_path / "run" / name).symlink_to(mine)
    failed = train(classifier(epochs=2), tmp_path / "run", resume=True)[-1]
    assert isinstance(failed, Failed)
    assert str(tmp_path / "run" / name) in failed.message
    assert "is a link" in failed.message
    assert (mine.read_bytes() if there else mine.exists()) == (b"mine" if there else False)


@pytest.mark.parametrize("name", ["events.jsonl", "run.lock", "settings.json", "last.safetensors"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_not_a_file_is_a_sentence_and_not_a_wait(tmp_path: Path, name: str, make: Callable[..., Any]) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    (tmp_path / "run" / name).unlink(missing_ok=True)
    make(tmp_path / "run" / name)
    failed = train(classifier(epochs=2), tmp_path / "run", resume=True)[-1]
    assert isinstance(failed, Failed)
    assert str(tmp_path / "run") in failed.message
    assert "Layerloom failed" not in failed.message


@pytest.mark.parametrize("name", ["events.jsonl", "run.lock"])
def test_a_file_with_another_name_elsewhere_keeps_its_content_there(tmp_path: Path, name: str) -> None:
    """Copies of whole folders are often made of hard links."""
    train(classifier(epochs=1), tmp_path / "run")
    (tmp_path / "run" / name).touch()
    (tmp_path / "copy").hardlink_to(tmp_path / "run" / name)
    content = (tmp_path / "copy").read_bytes()
    assert isinstance(train(classifier(epochs=2), tmp_path / "run", resume=True)[-1], Finished)
    assert (tmp_path / "copy").read_bytes() == content
    assert len(read_run(tmp_path / "run").epochs) == 2


# Damaged logs


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"\xff\xfe",
        b'{"type":"notice","message":"\xff"}',
        b'{"type":"notice","message":"\\ud800"}',
        b'{"type":"notice","zzz":' + b"[" * 100_000,
        b'{"type":"progress"}',
        b'{"type":"epoch","epoch":' + b"9" * 5000 + b"}",
        b'{"type":"\xff"}',
        b"[1]",
        b"\0" * 3000,
        b'{"type":"notice","message":"' + b"x" * (9 * 2**20) + b'"}',
    ],
    ids=lambda line: repr(line[:20]),
)
def test_lines_that_cannot_be_read_are_left_out_and_counted(tmp_path: Path, line: bytes) -> None:
    run = leave(tmp_path / "run", settings__json=b"{}", events__jsonl=lines(started()) + line + b"\n" + lines(ended(1)))
    found = read_run(run)
    assert [type(event) for event in found.events] == [Started, EpochEnded]
    assert found.unreadable == 1
    assert found.notice == f"1 line of {run / 'events.jsonl'} cannot be read and is left out."


@pytest.mark.parametrize("end", [b"", b'{"type":"from the future"}\n', b'{"type":"progr', b"\n\n"])
def test_a_torn_line_and_an_unknown_event_are_no_damage(tmp_path: Path, end: bytes) -> None:
    run = leave(tmp_path / "run", settings__json=b"{}", events__jsonl=lines(started()) + end)
    assert read_run(run).unreadable == 0
    log = EventLog(run)
    log.write(Progress(1, 1, [0.5], 1.0))
    log.close()
    assert [type(event) for event in read_run(run).events] == [Started, Progress]
    assert read_run(run).unreadable == 0


def test_a_whole_last_line_without_its_end_is_kept(tmp_path: Path) -> None:
    run = leave(tmp_path / "run", settings__json=b"{}", events__jsonl=lines(started(), ended(1))[:-1])
    EventLog(run).close()
    assert [type(event) for event in read_run(run).events] == [Started, EpochEnded]


def test_a_resumed_run_says_that_its_log_is_damaged(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    with (tmp_path / "run" / "events.jsonl").open("ab") as file:
        file.write(b"\xff\n\0\n")
    events = train(classifier(epochs=2), tmp_path / "run", resume=True)
    assert isinstance(events[-1], Finished)
    assert "2 lines of" in notices(events)[0]


@pytest.mark.parametrize("content", [b"[", b"\xff", b"[1]", b'{"a":"\xff"}', b'{"a":' + b"[" * 10**5, b"\0"])
def test_damaged_settings_are_a_sentence(tmp_path: Path, content: bytes) -> None:
    run = leave(tmp_path / "run", settings__json=content)
    with pytest.raises(RunError, match=r"is not a run: its settings.json is damaged"):
        read_run(run)


def test_text_that_is_half_a_letter_can_be_logged(tmp_path: Path) -> None:
    log = EventLog(leave(tmp_path / "run", settings__json=b"{}"))
    log.write(Notice("the path \udcff"))
    log.close()
    assert notices(read_run(tmp_path / "run").events) == ["the path ?"]


# Cores


def test_a_run_that_goes_on_with_other_cores_says_so(tmp_path: Path) -> None:
    events = train(classifier(epochs=1), tmp_path / "run")
    assert next(event for event in events if isinstance(event, Started)).threads == 1
    log = tmp_path / "run" / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"threads":1', b'"threads":2'))
    said = notices(train(classifier(epochs=2), tmp_path / "run", resume=True))
    assert said == [
        "So far this run was trained on 2 cores and goes on with 1 core: results may differ in their last digits from "
        "those of one piece."
    ]


@pytest.mark.parametrize("threads", [b'"threads":1', b'"threads":0'])
def test_nothing_is_said_of_the_same_cores_or_unknown_ones(tmp_path: Path, threads: bytes) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    log = tmp_path / "run" / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"threads":1', threads))
    assert notices(train(classifier(epochs=2), tmp_path / "run", resume=True)) == []


def test_a_run_that_goes_on_with_another_pytorch_says_so(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    settings = tmp_path / "run" / "settings.json"
    settings.write_text(settings.read_text().replace(torch.__version__, "1.0"))
    said = notices(train(classifier(epochs=2), tmp_path / "run", resume=True))
    assert said[0].startswith(f"So far this run was trained by PyTorch 1.0 and goes on with {torch.__version__}: ")

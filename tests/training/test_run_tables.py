"""Tables of runs: what each came to, found fast and never stale, and how a few differ."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import process_time
from typing import Any

import msgspec
import pytest

import layerloom
from graph.document import Document
from graph.errors import LayerloomError
from graph.layers.io import Input, Output
from graph.layers.linear import Linear
from graph.storage.loom import dumps
from tests.support.typed import known
from training.protocol import EpochEnded, Failed, Finished, Progress, Started, encode
from training.runs.lock import LOCK
from training.runs.runs import DOCUMENT, SETTINGS, SUMMARY
from training.runs.table.drawings import drawing_differences
from training.runs.table.listing import differing, runs_in_folders
from training.runs.table.summary import summary_of

COMPLETED = Finished("completed", {}, 5.0)


def drawn(features: int = 10, hidden: bool = False) -> Document:
    document = Document("Net")
    graph = document.model
    with document.edit("Draw"):
        graph.add(Input(shape=(8,)), name="image")
        graph.add(Linear(out_features=features), name="scores")
        graph.add(Output(), name="logits")
        if hidden:
            graph.add(Linear(out_features=4), name="hidden")
            graph.connect("image", "hidden")
        graph.connect("hidden" if hidden else "image", "scores")
        graph.connect("scores", "logits")
    return document


def made(
    folder: Path,
    name: str = "20260102-030405-net",
    *,
    losses: Any = (1.0, 0.5, 0.7),
    last: Any = COMPLETED,
    **settings: Any,
) -> Path:
    """A run as training leaves it; its drawing is ``net.loom`` beside the folder of the runs."""
    run = folder / name
    run.mkdir(parents=True)
    features = settings.pop("features", 10)
    (run / DOCUMENT).write_text(dumps(drawn(features, settings.pop("hidden", False))))
    content = {"name": "Net", "drawing": "../../net.loom", "settings": {"epochs": 3, **settings}}
    (run / SETTINGS).write_bytes(msgspec.json.encode(content))
    events = [Started(str(run), "cpu", 3, 0, 10, 100, 10, 77, ["loss", "accuracy"], 0)]
    for epoch, loss in enumerate(losses, 1):
        events.append(known(Progress(epoch, 10 * epoch, [loss] * 10, 100.0)))
        held = {"loss": loss, "accuracy": 1 - loss}
        best = loss == min(losses[:epoch])
        events.append(known(EpochEnded(epoch, 10 * epoch, {"loss": loss / 2, "accuracy": 0.9}, held, 2.0, best)))
    write(run, [*events, *([last] if last else [])])
    return run


def write(run: Path, events: Any) -> None:
    with (run / "events.jsonl").open("ab") as file:
        file.write(b"".join(map(encode, events)))


def test_a_summary_says_what_a_run_came_to(tmp_path: Path) -> None:
    found = summary_of(made(tmp_path / "runs", learning_rate=0.1))
    assert found.began == "2026-01-02 03:04:05"
    assert (found.outcome, found.epochs, found.of_epochs, found.best_epoch) == ("completed", 3, 3, 2)
    assert found.figures == {"loss": 0.25, "accuracy": 0.9, "validation loss": 0.5, "validation accuracy": 0.5}
    assert found.curve == [1.0, 0.5, 0.7]
    assert found.seconds == 6.0
    assert found.parameters == 77
    assert found.settings == {"epochs": 3, "learning_rate": 0.1}


def test_a_kept_summary_counts_only_while_the_run_is_as_it_was(tmp_path: Path) -> None:
    run = made(tmp_path / "runs")
    first = summary_of(run)
    assert (run / SUMMARY).is_file()
    assert summary_of(run) == first
    write(run, [Started(str(run), "cpu", 4, 3, 10, 100, 10, 77, ["loss"], 0)])
    write(run, [EpochEnded(4, 40, {"loss": 0.1}, {"loss": 0.2}, 2.0, True), COMPLETED])
    assert summary_of(run).best_epoch == 4
    (run / SETTINGS).write_bytes(msgspec.json.encode({"name": "Other", "settings": {"epochs": 9}}))
    assert summary_of(run).name == "Other"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"form":1,"stamp":[],"summary":{}}', b"\xff\xfe"])
def test_a_damaged_summary_is_made_again(tmp_path: Path, content: bytes) -> None:
    run = made(tmp_path / "runs")
    expected = summary_of(run)
    (run / SUMMARY).write_bytes(content)
    assert summary_of(run) == expected


def test_a_run_that_moved_is_still_itself(tmp_path: Path) -> None:
    run = made(tmp_path / "a" / "runs")
    summary_of(run)
    moved = (tmp_path / "a").rename(tmp_path / "b") / "runs" / run.name
    assert summary_of(moved).path == moved
    assert [each.path for each in runs_in_folders([moved.parent], tmp_path / "b" / "net.loom")] == [moved]
    assert runs_in_folders([moved.parent], tmp_path / "a" / "net.loom") == []


def test_a_run_without_an_end_is_killed_unless_a_process_is_at_it(tmp_path: Path) -> None:
    run = made(tmp_path / "runs", last=None)
    assert summary_of(run).outcome == "killed"
    host = os.uname().nodename.replace(" ", "-")
    (run / LOCK).write_text(f"{os.getpid()} {host}\n")
    assert summary_of(run).outcome == "running"
    (run / LOCK).write_text(f"999999999 {host}\n")
    assert summary_of(run).outcome == "killed"


def test_a_resumed_run_counts_its_last_epochs(tmp_path: Path) -> None:
    run = made(tmp_path / "runs", last=None)
    write(run, [Started(str(run), "cpu", 3, 1, 10, 100, 10, 77, ["loss"], 0)])
    write(run, [EpochEnded(2, 20, {"loss": 0.4}, {"loss": 0.9}, 1.0, True), Failed("The loss became NaN at step 21.")])
    found = summary_of(run)
    assert (found.outcome, found.message) == ("failed", "The loss became NaN at step 21.")
    assert found.curve == [1.0, 0.9]
    assert found.seconds == 3.0


def test_the_time_of_a_run_has_that_of_an_epoch_that_was_not_finished(tmp_path: Path) -> None:
    """Ten samples a step; what a killed process did after its last checkpoint is done twice and counts once."""
    run = made(tmp_path / "runs", last=None)
    write(run, [Progress(4, 34, [0.5] * 4, 20.0), Finished("stopped", {}, 99.0)])
    assert summary_of(run).seconds == 6.0 + 4 * 10 / 20
    write(run, [Started(str(run), "cpu", 5, 3, 10, 100, 10, 77, ["loss"], 0)])
    write(run, [Progress(4, 37, [0.5] * 3, 10.0), Progress(4, 39, [0.5] * 2, 10.0)])
    assert summary_of(run).seconds == 6.0 + 2 + 3 + 2
    write(run, [Started(str(run), "cpu", 5, 3, 10, 100, 10, 77, ["loss"], 0)])
    write(run, [Progress(4, 39, [0.5] * 2, 10.0), Progress(4, 40, [0.5], 10.0)])
    write(run, [EpochEnded(4, 40, {"loss": 0.4}, {"loss": 0.9}, 7.5, True), COMPLETED])
    assert summary_of(run).seconds == 6.0 + 2 + 3 + 7.5


def test_a_folder_is_listed_latest_first_and_what_is_no_run_is_passed_over(tmp_path: Path) -> None:
    first = made(tmp_path / "runs", "20260101-000000-net", learning_rate=0.1)
    second = made(tmp_path / "runs", "20260102-000000-net", learning_rate=0.2)
    (tmp_path / "runs" / "empty").mkdir()
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / SETTINGS).write_text("{")
    (tmp_path / "runs" / "a file").write_text("")
    found = runs_in_folders([tmp_path / "runs", tmp_path / "nowhere", tmp_path / "runs"])
    assert [each.path for each in found] == [second, first]
    assert differing(found) == ["learning_rate"]


def test_a_folder_that_cannot_be_written_to_is_listed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "runs")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert len(runs_in_folders([tmp_path / "runs"])) == 1
    assert not list((tmp_path / "runs").glob("*/.summary*"))


@pytest.mark.slow
def test_a_thousand_runs_are_listed_in_no_time(tmp_path: Path) -> None:
    for number in range(1000):
        made(tmp_path / "runs", f"20260101-{number:06}-net")
    runs_in_folders([tmp_path / "runs"])
    began = process_time()
    assert len(runs_in_folders([tmp_path / "runs"], tmp_path / "net.loom")) == 1000
    assert process_time() - began < 1.0  # a third of it where nothing else runs


def test_drawings_differ_node_by_node(tmp_path: Path) -> None:
    found = drawing_differences(drawn(), drawn(5, hidden=True))
    assert [(each.node, each.how, each.what) for each in found] == [
        ("scores", "changed", "out_features 10 -> 5, input x image -> hidden"),
        ("hidden", "added", "Linear"),
    ]
    assert drawing_differences(drawn(), drawn()) == []
    moved = drawn()
    with moved.edit("Move"):
        moved.model.move({"scores": (500.0, 500.0)})
    assert drawing_differences(drawn(), moved) == []


def test_the_command_line_lists_and_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = made(tmp_path / "runs", "20260101-000000-net", learning_rate=0.1)
    second = made(tmp_path / "runs", "20260102-000000-net", learning_rate=0.2, features=5, losses=(0.4,))
    assert layerloom.main(["runs", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        *("Run", "Outcome", "Epochs", "Validation", "loss", "Validation", "accuracy", "Seconds", "learning_rate")
    ]
    assert lines[1].split() == ["20260102-000000-net", "completed", *"1 of 3 0.4 0.6 2.0 0.2".split()]
    assert layerloom.main(["runs", str(tmp_path), "--json"]) == 0
    assert [run["best_epoch"] for run in json.loads(capsys.readouterr().out)["runs"]] == [1, 2]
    assert layerloom.main(["compare", str(first), str(second)]) == 0
    told = capsys.readouterr().out
    assert "learning_rate        0.1                  0.2" in told
    assert "  scores: changed, out_features 10 -> 5" in told
    assert layerloom.main(["compare", str(first), str(second), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["settings"] == {"learning_rate": [0.1, 0.2]}
    assert data["figures"]["validation loss"] == [0.5, 0.4]
    assert data["drawings"] == [[], [{"node": "scores", "how": "changed", "what": "out_features 10 -> 5"}]]


def test_what_cannot_be_listed_or_compared_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = made(tmp_path / "runs")
    assert layerloom.main(["runs", str(tmp_path / "nowhere")]) == 2
    assert "is not a folder; give the one that holds the runs." in capsys.readouterr().err
    assert layerloom.main(["compare", str(run)]) == 2
    assert "takes two runs or more, got 1" in capsys.readouterr().err
    assert layerloom.main(["compare", str(run), str(tmp_path)]) == 2
    assert "is not a run" in capsys.readouterr().err
    with pytest.raises(LayerloomError, match="is not a run"):
        summary_of(tmp_path)

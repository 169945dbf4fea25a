"""Run directories: what is in them, and reading one whatever became of its run."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from graph.storage.loom import dumps
from tests.support.training_drawings import classifier, train, write_mnist
from tests.support.typed import as_a, known, there
from training.checkpoints.checkpoint import best_weights, load_run_module, read_weights
from training.data.sources import load_data
from training.errors import DataError, RunError
from training.protocol import (
    EpochEnded,
    EvaluateJob,
    Exported,
    ExportJob,
    Failed,
    Finished,
    Notice,
    Progress,
    Started,
    encode,
)
from training.results.evaluate import evaluate
from training.runs.events import EventLog
from training.runs.runs import new_run_dir, read_run
from training.worker.jobs import run_job


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "run"
    events = train(classifier(hidden=64, epochs=5), run)
    assert isinstance(events[-1], Finished)
    return run


def started(epoch: int) -> Started:
    return Started("run", "cpu", 9, epoch, 10, 90, 10, 5, ["loss"], 0)


def ended(epoch: int, loss: float = 1.0) -> EpochEnded:
    return EpochEnded(epoch, epoch * 10, {"loss": loss}, {}, 0.1, True)


def test_a_run_holds_all_it_takes_to_understand_it(trained: Path) -> None:
    assert {path.name.split("-")[0] for path in trained.iterdir()} == {
        "document.loom",
        "settings.json",
        "data.json",
        "events.jsonl",
        "best.safetensors",
        "last.safetensors",
        "last.optimizer",
    }
    settings = json.loads((trained / "settings.json").read_text())
    assert settings["settings"]["seed"] == 0
    assert (settings["settings"]["optimizer"], settings["settings"]["beta1"]) == ("Adam", 0.9)
    assert settings["versions"]["torch"] == torch.__version__
    run = read_run(trained)
    assert run.outcome == "completed"
    assert [epoch.epoch for epoch in run.epochs] == [1, 2, 3, 4, 5]
    assert dumps(run.document) == dumps(classifier(hidden=64, epochs=5))


def test_names_of_run_directories_never_collide(tmp_path: Path) -> None:
    now = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
    first, second = (new_run_dir(tmp_path / "runs", "LeNet-5 (my own)", now) for _ in range(2))
    assert first.name == "20240506-070809-lenet-5-my-own"
    assert second.name == "20240506-070809-lenet-5-my-own-2"
    assert new_run_dir(tmp_path, "???", now).name == "20240506-070809-run"


def test_a_place_where_no_directory_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made: not a directory"):
        new_run_dir(tmp_path / "file", "x")


def write(run: Path, content: bytes) -> Path:
    run.mkdir(exist_ok=True)
    (run / "settings.json").write_text("{}")
    (run / "events.jsonl").write_bytes(content)
    return run


@pytest.mark.parametrize(
    "torn", [b"", b'{"type":"progr', b'{"type":"progress"}', b'{"type":"from the future"}\n', b"\xff\x00"]
)
def test_a_killed_run_is_readable(tmp_path: Path, torn: bytes) -> None:
    run = read_run(write(tmp_path, encode(started(0)) + encode(ended(1)) + torn))
    assert run.outcome == "killed"
    assert "killed before it ended" in run.message
    assert [epoch.epoch for epoch in run.epochs] == [1]


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, encode(started(0)) + encode(Failed("No luck.")) + encode(Notice("late"))))
    assert (run.outcome, run.message) == ("failed", "No luck.")


def test_epochs_repeated_by_a_resumed_run_count_once(tmp_path: Path) -> None:
    parts = [started(0), ended(1), ended(2), ended(3, 7.0), started(2), ended(3, 0.5)]
    run = read_run(write(tmp_path, b"".join(map(known(encode), parts))))
    assert [(epoch.epoch, epoch.training["loss"]) for epoch in run.epochs] == [(1, 1.0), (2, 1.0), (3, 0.5)]


def test_events_behind_a_torn_line_are_not_glued_to_it(tmp_path: Path) -> None:
    run = write(tmp_path, encode(started(0)) + b'{"type":"prog')
    log = EventLog(run)
    log.write(Progress(1, 1, [0.5], 1.0))
    log.close()
    assert [type(event) for event in read_run(run).events] == [Started, Progress]


def test_directories_that_are_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"is not a run: its settings.json cannot be read \(no such file or directory\)"):
        read_run(tmp_path)
    (tmp_path / "settings.json").write_text("[")
    with pytest.raises(RunError, match=r"settings.json is damaged"):
        read_run(tmp_path)
    with pytest.raises(RunError, match="is not a run: .*document.loom cannot be read"):
        load_run_module(tmp_path)


def test_the_module_of_a_run_has_its_best_weights(trained: Path) -> None:
    module, weights = load_run_module(trained), read_weights(trained / "best.safetensors")
    assert not module.training
    assert all(torch.equal(value, weights[key]) for key, value in module.state_dict().items())


def test_damaged_and_missing_weights(trained: Path, tmp_path: Path) -> None:
    run = tmp_path / "copy"
    run.mkdir()
    (run / "document.loom").write_bytes((trained / "document.loom").read_bytes())
    with pytest.raises(RunError, match="has no weights yet"):
        best_weights(run)
    (run / "best.safetensors").write_bytes((trained / "best.safetensors").read_bytes()[:100])
    with pytest.raises(RunError, match="are damaged"):
        load_run_module(run)
    (run / "best.safetensors").write_bytes((trained / "best.safetensors").read_bytes())
    (run / "document.loom").write_text(dumps(classifier(hidden=65)))
    with pytest.raises(RunError, match="are of another drawing"):
        load_run_module(run)


def test_a_damaged_checkpoint_is_one_sentence(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path)
    next(tmp_path.glob("*.pt")).write_bytes(b"PK\3\4 nothing")
    failed = train(classifier(epochs=2), tmp_path, resume=True)[-1]
    assert isinstance(failed, Failed)
    assert "The checkpoint of" in failed.message
    assert "is damaged" in failed.message


@pytest.mark.parametrize("content", [{}, [], torch.zeros(3), None, "position", "optimizer", "random"])
def test_a_checkpoint_of_something_else_is_damaged(tmp_path: Path, content: Any) -> None:
    train(classifier(epochs=1), tmp_path)
    path = next(tmp_path.glob("*.pt"))
    state = torch.load(path, weights_only=True)
    torch.save({key: state[key] for key in state if key != content} if isinstance(content, str) else content, path)
    failed = train(classifier(epochs=2), tmp_path, resume=True)[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith(f"The checkpoint of {tmp_path} is damaged (")
    assert failed.message.endswith("); start a new run.")


@pytest.mark.parametrize("left", ["best.safetensors", "events.jsonl"])
def test_a_run_that_lost_its_checkpoint_is_not_begun_anew(tmp_path: Path, left: str) -> None:
    train(classifier(epochs=2), tmp_path)
    (tmp_path / "last.safetensors").unlink()
    (tmp_path / ({"best.safetensors", "events.jsonl"} - {left}).pop()).unlink()
    failed = train(classifier(epochs=3), tmp_path, resume=True)[-1]
    assert isinstance(failed, Failed)
    assert "has finished epochs, but its checkpoint last.safetensors is missing" in failed.message


def test_a_run_that_ended_before_its_first_checkpoint_is_begun_anew(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "run")
    for name in ("best.safetensors", "last.safetensors"):
        (tmp_path / "run" / name).unlink()
    (tmp_path / "run" / "events.jsonl").write_bytes(encode(started(0)))
    assert isinstance(train(classifier(epochs=1), tmp_path / "run", resume=True)[-1], Finished)


def test_only_one_optimizer_state_is_kept_and_it_belongs_to_the_weights(trained: Path) -> None:
    assert [path.name for path in trained.glob("*.pt")] == ["last.optimizer-105.pt"]


def test_evaluation_measures_the_best_weights_on_test_samples(trained: Path) -> None:
    results = evaluate(trained)
    assert results["samples"] == 359
    assert there(results["accuracy"]) > 0.9
    module = load_run_module(trained)
    from training.data.digits import digits

    test = digits().test
    correct = module(torch.from_numpy(test["image"])).argmax(1).eq(torch.from_numpy(test["label"])).float().mean()
    assert results["accuracy"] == pytest.approx(float(correct))


def test_evaluation_on_other_data(trained: Path, tmp_path: Path) -> None:
    held = load_data("digits").test
    np.savez(tmp_path / "other.npz", image_test=held["image"][:30], label_test=held["label"][:30])
    assert evaluate(trained, str(tmp_path / "other.npz"))["samples"] == 30
    with pytest.raises(DataError, match="'image' has 0 to 255 .* while what is trained on has 0 to 1; save all images"):
        evaluate(trained, str(write_mnist(tmp_path / "idx", test=30)))
    for name in ("images-idx3", "labels-idx1"):
        (tmp_path / "idx" / f"t10k-{name}-ubyte.gz").unlink()
    arrays = {"image": held["image"][:30], "label": held["label"][:30]}
    np.savez(tmp_path / "training.npz", **known(arrays))
    notices: list[str] = []
    found = evaluate(trained, str(tmp_path / "training.npz"), notices.append)
    assert found == evaluate(trained, str(tmp_path / "other.npz")), "all are measured where none are for testing"
    assert any("names no test samples: all of its 30 samples are measured." in notice for notice in notices)


def test_evaluation_and_export_are_jobs(trained: Path, tmp_path: Path) -> None:
    import queue

    events: list[Any] = []
    run_job(EvaluateJob(str(trained)), events.append, queue.Queue())
    assert isinstance(events[-1], Finished)
    run_job(ExportJob("", str(tmp_path / "model.onnx"), str(trained)), events.append, queue.Queue())
    exported = events[-1]
    assert isinstance(exported, Exported)
    assert exported.max_abs_diff < 1e-4
    assert any(entry["samples"] == "data" for entry in exported.checked)
    assert not onnx.load(tmp_path / "model.onnx").metadata_props
    run_job(ExportJob("", str(tmp_path / "model.onnx"), str(trained), embed_drawing=True), events.append, queue.Queue())
    assert [entry.key for entry in onnx.load(tmp_path / "model.onnx").metadata_props] == ["layerloom"]
    run_job(EvaluateJob(str(tmp_path)), events.append, queue.Queue())
    assert "is not a run" in as_a(Failed, events[-1]).message


def test_a_disk_that_is_full_ends_training_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.checkpoints import checkpoint

    def full(path: Path, content: Any, follow: Any) -> None:
        from graph.errors import FileError

        raise FileError(f"{path} cannot be saved: no space left on device. What was there before is unchanged.")

    monkeypatch.setattr(checkpoint, "write_atomically", full)
    failed = train(classifier(epochs=1), tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert "no space left on device" in failed.message
    assert read_run(tmp_path / "run").outcome == "failed"

"""ONNX with the weights of a run, after the drawing was edited: its numbers are those of the trained module."""

from __future__ import annotations

import json
import os
import queue
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx.numpy_helper import to_array

import layerloom
from graph.document import Document
from graph.edits import blocks
from graph.storage.loom import dumps, load, save
from tests.support.training_drawings import classifier, train
from tests.support.typed import known
from training.checkpoints.checkpoint import read_weights
from training.protocol import Event, Exported, ExportJob, Failed
from training.runs.choices import choices, choose
from training.runs.origin import drawing_of, kindred_runs, own_runs, remember_drawing
from training.runs.runs import read_run
from training.runs.wording import headline, remarks
from training.worker.jobs import run_job

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
AGREES = "The exported model agrees with PyTorch"


@pytest.fixture(scope="module")
def lenet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with LeNet-5 after a short training on the digits: ``lenet5.loom`` and ``runs/first``."""
    folder = tmp_path_factory.mktemp("lenet")
    document = load(EXAMPLES / "lenet5.loom")
    with document.edit("Settings"):
        document.set_training(epochs=2, data="digits")
    save(document, folder / "lenet5.loom")
    arguments = ["train", str(folder / "lenet5.loom"), "--run-dir", str(folder / "runs" / "first"), "--json"]
    assert layerloom.main(arguments) == 0
    return folder


@pytest.fixture
def copied(lenet: Path, tmp_path: Path) -> Path:
    """The folder, to change things in."""
    return Path(shutil.copytree(lenet, tmp_path / "copied"))


def exported(document: Document, run: str | Path, path: Path, which: str = "best") -> Event:
    events: list[Event] = []
    run_job(ExportJob(dumps(document), str(path), str(run), which), events.append, queue.Queue())
    return events[-1]


def answers(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images()})[0]


def trained_answers(run: Path) -> torch.Tensor:
    with torch.no_grad():
        return layerloom.load(run)(torch.from_numpy(images()))


def images() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((4, 1, 32, 32), dtype=np.float32)


def softmax(document: Document) -> None:
    document.model.add("Softmax", name="prob")
    document.model.connect("scores", "prob")
    document.model.connect("prob", "logits")


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = layerloom.main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "then"),
    [
        (softmax, lambda logits: logits.softmax(-1)),
        (lambda d: d.model.rename("logits", "answer"), None),
        (lambda d: d.model.set("cross_entropy", label_smoothing=0.1), None),
        (lambda d: d.model.rename("c1", "stem"), None),
        (lambda d: blocks.group(d, "", ["c3", "tanh2"], "Unit"), None),
        (lambda d: d.model.alter("c1", frozen=True), None),
    ],
    ids=["softmax", "output renamed", "smoothing", "layer renamed", "grouped", "frozen"],
)
def test_after_a_small_edit_the_trained_numbers_are_exported(
    lenet: Path, tmp_path: Path, change: Callable[..., Any], then: Callable[..., Any] | None
) -> None:
    document = load(lenet / "lenet5.loom")
    with document.edit("Change"):
        change(document)
    event = exported(document, lenet / "runs" / "first", tmp_path / "model.onnx")
    assert isinstance(event, Exported)
    assert event.weights.loaded == event.weights.total == 10
    assert headline(event.weights) == AGREES
    expected = trained_answers(lenet / "runs" / "first")
    np.testing.assert_allclose(answers(tmp_path / "model.onnx"), then(expected) if then else expected, atol=1e-5)


def test_what_the_run_does_not_have_stays_as_initialized_and_is_said(lenet: Path, tmp_path: Path) -> None:
    document = load(lenet / "lenet5.loom")
    with document.edit("Another width"):
        document.model.set("f6", out_features=50)
        document.model.add("Linear", {"out_features": 120}, name="extra")
        document.model.connect("tanh3", "extra")
        document.model.connect("extra", "f6")
    event = exported(document, lenet / "runs" / "first", tmp_path / "model.onnx")
    assert (known(event).weights.loaded, known(event).weights.total) == (7, 12)
    assert headline(known(event).weights) == "Partly untrained: 5 tensors of 12 kept random initial weights"
    assert known(event).weights.fresh["f6.weight"] == "its shape is (50, 120), in the run (84, 120)"
    assert known(event).weights.fresh["extra.bias"] == "new since the run"
    assert known(event).weights.left_over == ["f6.bias", "f6.weight", "scores.weight"]
    first, second = remarks(known(event).weights)
    assert first.startswith("Fresh, with random initial values: extra.weight (new since the run), extra.bias (new")
    assert second == "Not used of the run: f6.bias, f6.weight, scores.weight."
    stored = {tensor.name: tensor for tensor in onnx.load(tmp_path / "model.onnx").graph.initializer}
    weights = read_weights(lenet / "runs" / "first" / "best.safetensors")
    assert np.array_equal(to_array(stored["c1.weight"]), weights["c1.weight"])
    assert np.array_equal(to_array(stored["scores.bias"]), weights["scores.bias"])


def test_without_a_run_the_headline_says_that_nothing_was_trained(lenet: Path, tmp_path: Path) -> None:
    event = exported(load(lenet / "lenet5.loom"), "", tmp_path / "model.onnx")
    assert headline(known(event).weights) == "Untrained (random) weights were exported"
    assert len(known(event).weights.fresh) == 10


def test_a_run_of_which_nothing_fits_is_refused(lenet: Path, tmp_path: Path) -> None:
    event = exported(classifier(classes=7), lenet / "runs" / "first", tmp_path / "model.onnx")
    assert isinstance(event, Failed)
    assert "None of the 4 tensors of this drawing are in the run" in event.message
    assert not (tmp_path / "model.onnx").exists()


def test_best_and_last_are_offered_with_their_epoch_and_figures(tmp_path: Path) -> None:
    train(classifier(epochs=4, learning_rate=0.5, hidden=4), tmp_path)
    epochs = read_run(tmp_path).epochs
    best = min(epochs, key=known(lambda epoch: epoch.validation["loss"]))
    first, last = choices(tmp_path)
    assert (first.which, first.epoch, last.which, last.epoch) == ("best", best.epoch, "last", 4)
    assert first.figures["validation loss"] == best.validation["loss"]
    assert last.figures["validation accuracy"] == epochs[-1].validation["accuracy"]
    assert last.words.startswith("last, epoch 4: validation loss ")
    document = classifier(hidden=4)
    for which, file in (("best", "best.safetensors"), ("last", "last.safetensors")):
        event = exported(document, tmp_path, tmp_path / "model.onnx", which)
        assert (known(event).weights.which, known(event).weights.run) == (which, str(tmp_path))
        session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
        image = np.random.default_rng(0).random((2, 1, 8, 8), dtype=np.float32)
        weights = read_weights(tmp_path / file)
        hidden = (image.reshape(2, 64) @ weights["hidden.weight"].numpy().T + weights["hidden.bias"].numpy()).clip(0)
        expected = hidden @ weights["scores.weight"].numpy().T + weights["scores.bias"].numpy()
        np.testing.assert_allclose(session.run(None, {"image": image})[0], expected, atol=1e-4)


def test_weights_of_a_run_stopped_within_an_epoch_say_how_far_it_had_come(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path)
    (tmp_path / "best.safetensors").unlink()
    log = tmp_path / "events.jsonl"
    lines = log.read_bytes().replace(b'"steps_per_epoch":21', b'"steps_per_epoch":14').splitlines(keepends=True)
    log.write_bytes(b"".join(line for line in lines if b'"type":"epoch"' not in line))
    assert choose(tmp_path).words == "last, epoch 1.5"


def test_a_run_without_weights_is_one_sentence(copied: Path, tmp_path: Path) -> None:
    for name in ("best", "last"):
        (copied / "runs" / "first" / f"{name}.safetensors").unlink()
    event = exported(load(copied / "lenet5.loom"), copied / "runs" / "first", tmp_path / "model.onnx")
    assert "has no weights yet: its training ended before the first checkpoint." in known(event).message
    assert own_runs(copied / "lenet5.loom", [copied / "runs"]) == []


def test_a_run_knows_its_drawing_also_when_both_have_moved(copied: Path) -> None:
    assert drawing_of(copied / "runs" / "first") == copied / "lenet5.loom"
    assert own_runs(copied / "lenet5.loom", [copied / "runs"]) == [copied / "runs" / "first"]
    (copied / "lenet5.loom").rename(copied / "renamed.loom")
    assert own_runs(copied / "renamed.loom", [copied / "runs"]) == []
    assert kindred_runs("LeNet-5", [copied / "runs"]) == [copied / "runs" / "first"]


def test_runs_of_another_drawing_in_the_folder_are_not_taken(copied: Path) -> None:
    shutil.copy(copied / "lenet5.loom", copied / "other.loom")
    assert own_runs(copied / "other.loom", [copied / "runs"]) == []
    assert kindred_runs("LeNet-5", [copied / "runs"]) == []


def test_a_run_of_a_drawing_without_a_file_learns_of_its_file_once(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "runs" / "a")
    assert drawing_of(tmp_path / "runs" / "a") is None
    assert kindred_runs("Classifier", [tmp_path / "runs"]) == [tmp_path / "runs" / "a"]
    for name in ("first.loom", "second.loom"):
        remember_drawing(tmp_path / "runs" / "a", tmp_path / name)
    assert drawing_of(tmp_path / "runs" / "a") == tmp_path / "first.loom"


def test_going_on_with_a_run_keeps_its_drawing(capsys: pytest.CaptureFixture[str], copied: Path) -> None:
    command(capsys, "train", "--resume", copied / "runs" / "first", "--epochs", 3, "--json")
    assert drawing_of(copied / "runs" / "first") == copied / "lenet5.loom"


def test_the_command_line_takes_the_latest_run_of_the_drawing_and_says_so(
    capsys: pytest.CaptureFixture[str], copied: Path, tmp_path: Path
) -> None:
    second = Path(shutil.copytree(copied / "runs" / "first", copied / "runs" / "second"))
    for name, seconds in (("first", 2_000_000_000), ("second", 1_000_000_000)):
        for kind in ("best", "last"):
            os.utime(copied / "runs" / name / f"{kind}.safetensors", (seconds, seconds))
    status, out, _ = command(capsys, "export", copied / "lenet5.loom", "-o", tmp_path / "model.onnx")
    assert status == 0
    assert f"Weights: 10 of 10 tensors from {copied / 'runs' / 'first'} (best, epoch 2: validation loss " in out
    assert "Untrained" not in out
    np.testing.assert_allclose(answers(tmp_path / "model.onnx"), trained_answers(second), atol=1e-5)


def test_the_command_line_says_loudly_that_weights_are_random(
    capsys: pytest.CaptureFixture[str], copied: Path, tmp_path: Path
) -> None:
    shutil.rmtree(copied / "runs")
    arguments = ("export", copied / "lenet5.loom", "-o", tmp_path / "model.onnx")
    status, out, _ = command(capsys, *arguments)
    assert status == 0
    assert out.startswith("Untrained (random) weights were exported.\n")
    assert "has no run of its own beside it or in runs; train it, or name a run with --weights." in out
    report = json.loads(command(capsys, *arguments, "--json")[1])
    assert report["headline"] == "Untrained (random) weights were exported"
    assert report["weights"]["loaded"] == 0
    assert "has no run of its own" in report["notice"]


def test_the_command_line_gives_fresh_weights_where_they_are_asked_for(
    capsys: pytest.CaptureFixture[str], copied: Path, tmp_path: Path
) -> None:
    arguments = ("export", copied / "lenet5.loom", "-o", tmp_path / "model.onnx", "--weights", "fresh")
    report = json.loads(command(capsys, *arguments, "--json")[1])
    assert report["headline"] == "Untrained (random) weights were exported"
    assert "notice" not in report
    status, _, err = command(capsys, *arguments, "--last")
    assert status == 2
    assert "there is none; name it with --weights RUN" in err


def test_the_command_line_takes_the_weights_of_a_named_run_where_they_fit(
    capsys: pytest.CaptureFixture[str], copied: Path, tmp_path: Path
) -> None:
    document = load(copied / "lenet5.loom")
    with document.edit("Change"):
        document.model.set("scores", out_features=12)
    save(document, tmp_path / "wider.loom")
    arguments = ("export", tmp_path / "wider.loom", "-o", tmp_path / "m.onnx", "--weights", copied / "runs" / "first")
    status, out, _ = command(capsys, *arguments)
    assert status == 0
    assert out.startswith("Partly untrained: 2 tensors of 10 kept random initial weights.\n")
    assert "Fresh, with random initial values: scores.weight (its shape is (12, 84), in the run (10, 84))" in out
    report = json.loads(command(capsys, *arguments, "--last", "--json")[1])
    assert (report["weights"]["which"], report["weights"]["epoch"]) == ("last", 2)
    assert set(report["weights"]["fresh"]) == {"scores.weight", "scores.bias"}

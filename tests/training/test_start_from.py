"""A new run that begins with another run's weights, wherever they fit."""

from __future__ import annotations

import json
import queue
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import layerloom
from graph.storage.loom import save
from tests.support.training_drawings import classifier, train
from training.protocol import Event, Failed, Notice, Started, Stop


def notices(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Notice)]


def halted(event: Event, commands: queue.Queue[Any]) -> None:
    if isinstance(event, Started):
        commands.put(Stop())


def test_a_run_begins_with_the_best_weights_of_another(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "first")
    commands: queue.Queue[Any] = queue.Queue()
    events = train(
        classifier(epochs=1, seed=5),
        tmp_path / "second",
        commands=commands,
        emit=lambda event: halted(event, commands),
        start_from=str(tmp_path / "first"),
    )
    begun, given = (load_file(tmp_path / name) for name in ("second/last.safetensors", "first/best.safetensors"))
    assert all(torch.equal(begun[name], value) for name, value in given.items())
    said = notices(events)[0]
    assert said.startswith(f"Training begins with the weights of another run: 4 of 4 tensors from {tmp_path / 'first'}")
    assert "(best, epoch 1: validation loss " in said


def test_what_does_not_fit_is_fresh_and_said(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "first")
    document = classifier(classes=12, epochs=1)
    commands: queue.Queue[Any] = queue.Queue()
    events = train(
        document,
        tmp_path / "second",
        commands=commands,
        emit=lambda event: halted(event, commands),
        start_from=str(tmp_path / "first"),
    )
    begun, given = (load_file(tmp_path / name) for name in ("second/last.safetensors", "first/best.safetensors"))
    assert torch.equal(begun["hidden.weight"], given["hidden.weight"])
    assert begun["scores.weight"].shape == (12, 16)
    assert "2 of 4 tensors from" in notices(events)[0]
    assert "scores.weight (its shape is (12, 16), in the run (10, 16))" in notices(events)[0]


def test_a_run_killed_before_its_first_checkpoint_begins_with_those_weights_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(classifier(epochs=1), tmp_path / "first")
    train(classifier(epochs=2), tmp_path / "whole", start_from=str(tmp_path / "first"))
    with monkeypatch.context() as patch:
        patch.setattr("training.loop.epochs.Loop.train", lambda *_: 1 / 0)
        failed = train(classifier(epochs=2), tmp_path / "parts", start_from=str(tmp_path / "first"))
    assert isinstance(failed[-1], Failed)
    train(classifier(epochs=2), tmp_path / "parts", resume=True)
    ends = [load_file(tmp_path / name / "last.safetensors") for name in ("whole", "parts")]
    assert all(torch.equal(value, ends[1][name]) for name, value in ends[0].items())
    assert json.loads((tmp_path / "parts" / "settings.json").read_text())["started_from"] == "../first"


def test_a_run_that_is_gone_on_with_needs_the_other_no_more(tmp_path: Path) -> None:
    train(classifier(epochs=1), tmp_path / "first")
    train(classifier(epochs=1), tmp_path / "second", start_from=str(tmp_path / "first"))
    for path in (tmp_path / "first").iterdir():
        path.unlink()
    events = train(classifier(epochs=2), tmp_path / "second", resume=True)
    assert not [event for event in events if isinstance(event, Failed)]
    assert notices(events) == []


def test_weights_that_are_not_there_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    (failed,) = train(classifier(), tmp_path / "run", start_from=str(tmp_path / "nowhere"))
    assert isinstance(failed, Failed)
    assert "has no weights yet" in failed.message
    assert not (tmp_path / "run").exists()


def test_the_command_line_starts_from_a_run_and_waits_so_many_epochs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(classifier(epochs=40, learning_rate=1.0), tmp_path / "digits.loom")
    first, second = tmp_path / "first", tmp_path / "second"
    assert layerloom.main(["train", str(tmp_path / "digits.loom"), "--epochs", "1", "--run-dir", str(first)]) == 0
    arguments = ["--patience", "1", "--set", "schedule=cosine", "--from", str(first), "--run-dir", str(second)]
    assert layerloom.main(["train", str(tmp_path / "digits.loom"), *arguments]) == 0
    said = capsys.readouterr().err
    assert "4 of 4 tensors from" in said
    assert "Training ended early, after epoch" in said
    settings = json.loads((second / "settings.json").read_text())["settings"]
    assert (settings["schedule"], settings["patience"]) == ("Cosine", 1)
    assert layerloom.main(["train", "--resume", str(second), "--from", str(first)]) == 2
    assert "leave out --from" in capsys.readouterr().err

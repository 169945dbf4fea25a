"""Trying rising learning rates: the losses are those of a training with them, and nothing is kept of it."""

from __future__ import annotations

import json
import queue
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional as F

import layerloom
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import dumps, save
from tests.support.training_drawings import classifier, write_mnist
from training.data.digits import digits
from training.data.feed import Split
from training.loop.rangetest import rate_of, suggested
from training.protocol import Event, Failed, Notice, RangeJob, RatesTried, Stop
from training.worker.jobs import run_job


def tried(document: Document, **job: Any) -> list[Event]:
    events: list[Event] = []
    run_job(RangeJob(dumps(document), **job), events.append, queue.Queue())
    return events


def plain(**training: Any) -> Document:
    document = classifier(batch_size=32, optimizer="SGD", momentum=0.0, **training)
    with document.edit("No dropout"):
        document.model.remove(["dropout"], heal=True)
    return document


def by_hand(document: Document, steps: int) -> list[float]:
    """The losses of a plain loop whose learning rate rises."""
    torch.manual_seed(0)
    module: Any = build(compile_source(document))
    held = digits().training
    image, label = torch.from_numpy(held["image"]).float(), torch.from_numpy(held["label"]).long()
    split = Split(len(image), 0.1, 0, torch.device("cpu"))
    batches = [chosen for epoch in range(9) for chosen in split.order(epoch).split(32)]
    sgd, losses = torch.optim.SGD(module.parameters()), []
    for step, chosen in zip(range(steps), batches, strict=False):
        sgd.param_groups[0]["lr"] = rate_of(step)
        sgd.zero_grad()
        loss = F.cross_entropy(module(image[chosen].reshape(-1, 1, 8, 8)), label[chosen])
        loss.backward()
        sgd.step()
        losses.append(loss.item())
    return losses


def test_rates_rise_from_step_to_step() -> None:
    assert (rate_of(0), rate_of(99)) == (1e-6, pytest.approx(10.0))
    assert rate_of(50) / rate_of(49) == pytest.approx(rate_of(2) / rate_of(1))


def test_the_rate_suggested_is_well_below_the_one_of_the_smallest_loss() -> None:
    rates = [rate_of(step) for step in range(100)]
    falling = [2.0 if rate < 0.01 else 0.5 if rate < 1.0 else 5.0 for rate in rates]
    found = suggested(rates, falling)
    assert found is not None
    assert 0.05 < found <= 0.1
    assert suggested(rates, [1.0] * 100) is None
    assert suggested(rates[:2], [None, None]) is None


def test_a_trial_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = classifier(class_weights="balanced", averaging="EMA")
    before, random = dumps(document), torch.get_rng_state()
    (found,) = [event for event in tried(document) if isinstance(event, RatesTried)]
    assert len(found.rates) == len(found.losses) > 50
    assert found.suggested is not None
    assert list(tmp_path.iterdir()) == []
    assert dumps(document) == before
    assert torch.equal(torch.get_rng_state(), random)


@pytest.mark.slow
def test_groups_of_batches_share_a_rate(tmp_path: Path) -> None:
    data = write_mnist(tmp_path / "mnist", samples=50)
    document = classifier(data=str(data), batch_size=4, accumulation=5, optimizer="SGD", validation=0.0)
    (found,) = [event for event in tried(document) if isinstance(event, RatesTried)]
    assert len(found.losses) <= 100
    assert found.losses[0] is not None
    assert all(loss is not None for loss in found.losses)


def test_a_trial_can_be_stopped() -> None:
    events: list[Event] = []
    commands: queue.Queue[Any] = queue.Queue()
    commands.put(Stop())
    run_job(RangeJob(dumps(classifier())), events.append, commands)
    (found,) = [event for event in events if isinstance(event, RatesTried)]
    assert len(found.losses) == 1


def test_a_loss_that_is_not_finite_ends_the_trial(tmp_path: Path) -> None:
    document = classifier(optimizer="SGD", epochs=2, hidden=300)
    found = tried(document)[-1]
    assert isinstance(found, RatesTried)
    assert len(found.losses) < 100


def test_lbfgs_has_no_rate_to_try() -> None:
    failed = tried(classifier(optimizer="LBFGS"))[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("LBFGS searches for the size of its steps itself")


def test_the_command_line_prints_a_table_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(classifier(), tmp_path / "digits.loom")
    assert layerloom.main(["train", str(tmp_path / "digits.loom"), "--lr-test"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == ["learning_rate", "loss"]
    assert "Try --set learning_rate=" in out
    assert layerloom.main(["train", str(tmp_path / "digits.loom"), "--lr-test", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.keys() >= {"rates", "losses", "suggested"}
    arguments = ["train", str(tmp_path / "digits.loom"), "--lr-test", "--run-dir", str(tmp_path / "run")]
    assert layerloom.main(arguments) == 2
    assert "leave out --run-dir" in capsys.readouterr().err


@pytest.mark.slow
def test_the_losses_are_those_of_a_plain_loop() -> None:
    document = plain()
    found = tried(document)[-1]
    assert isinstance(found, RatesTried)
    assert found.losses[:60] == pytest.approx(by_hand(document, 60), rel=1e-4)
    assert not [event for event in tried(document) if isinstance(event, Notice)]

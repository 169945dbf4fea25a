"""Ways of computing steps faster: kept only where they are faster and right, and the same after a restart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.optimizers import LBFGS
from tests.support.stopped_runs import kept, same, stopped_at
from tests.support.training_drawings import classifier, train, write_mnist
from training.checkpoints.checkpoint import load_run_module
from training.computing import probing
from training.computing.computing import PLAIN, Computing
from training.computing.probing import Asked, Timer, probe, works
from training.protocol import EpochEnded, Failed, Notice, Started

ALL = Asked(channels_last=True, bfloat16=True, compiled=True)


class Pictures(nn.Module):
    """A small network of pictures with all that a step may leave behind: statistics, random numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.norm = nn.BatchNorm2d(8)
        self.scores = nn.Linear(8, 5)

    def forward(self, image: Tensor) -> Tensor:
        found = functional.dropout(self.norm(self.first(image)).mean((2, 3)), 0.3, self.training)
        scores: Tensor = self.scores(found)
        return scores

    def loss(self, image: Tensor, label: Tensor) -> tuple[Tensor, dict[str, Any]]:
        scores = self(image).float()
        value = functional.cross_entropy(scores, label)
        return value, {"entropy": (value, scores, label)}


def _batch() -> list[Tensor]:
    return [torch.randn(6, 3, 9, 9), torch.randint(0, 5, (6,))]


def _always(faster: float) -> Timer:
    """A clock by which whatever is tried takes so many times as long."""
    return lambda one, other: (1.0, faster)


def _uncompiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have torch.compile give the function itself; how often it was called."""
    calls = [0]

    def compiled(loss: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*batch: Tensor) -> Any:
            calls[0] += 1
            return loss(*batch)

        return counted

    monkeypatch.setattr("training.computing.computing.compiled", compiled)
    return calls


def test_all_that_is_faster_is_kept_and_nothing_remains_of_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _uncompiled(monkeypatch)
    torch.manual_seed(3)
    module, batch = Pictures().eval(), _batch()
    before = {name: (tensor.clone(), tensor.stride()) for name, tensor in module.state_dict().items()}
    random = torch.get_rng_state()
    found = probe(module, ["loss"], batch, ALL, 1000, _always(0.5))
    assert found.computing == Computing(channels_last=True, bfloat16=True, compiled=((6, 3, 9, 9), (6,)))
    assert found.told == (
        "The gradients of a batch take 500 ms: channels_last is kept (2.00 times as fast); bfloat16 is kept (2.00 "
        "times as fast); torch.compile is kept (2.00 times as fast)."
    )
    assert calls[0]
    assert not module.training
    assert torch.equal(random, torch.get_rng_state())
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, before[name][0]), name
        assert tensor.stride() == before[name][1], name
    assert all(parameter.grad is None for parameter in module.parameters())


def test_what_is_not_faster_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    _uncompiled(monkeypatch)
    found = probe(Pictures(), ["loss"], _batch(), ALL, 1000, _always(0.97))
    assert found.computing == PLAIN
    assert found.told.count("left out") == 3


def test_compiling_is_not_worth_it_for_a_short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _uncompiled(monkeypatch)
    found = probe(Pictures(), ["loss"], _batch(), Asked(compiled=True), 100, _always(0.5))
    assert found.computing == PLAIN
    assert not calls[0]
    assert "torch.compile is not tried for a training of about 100 s" in found.told


def test_a_way_that_gives_other_numbers_or_does_not_work_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(loss: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *batch: (1.01 * loss(*batch)[0], {})

    monkeypatch.setattr("training.computing.computing.compiled", wrong)
    found = probe(Pictures(), ["loss"], _batch(), Asked(compiled=True), 1000, _always(0.5))
    assert found.computing == PLAIN
    assert "torch.compile is left out, for it gives a loss of" in found.told

    def broken(loss: Callable[..., Any]) -> Callable[..., Any]:
        def fails(*batch: Tensor) -> Any:
            raise RuntimeError("no compiler was found.\nand more")

        return fails

    monkeypatch.setattr("training.computing.computing.compiled", broken)
    found = probe(Pictures(), ["loss"], _batch(), Asked(compiled=True), 1000, _always(0.5))
    assert found.computing == PLAIN
    assert "torch.compile is left out, for it does not work here (no compiler was found)" in found.told
    assert works(Pictures(), ["loss"], _batch(), Computing(compiled=((1,),))) == ""  # of other shapes: as usual


def test_a_batch_that_is_shorter_is_computed_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, module, batch = _uncompiled(monkeypatch), Pictures(), _batch()
    loss = Computing(compiled=((6, 3, 9, 9), (6,))).of(module.loss)
    loss(*batch)
    loss(*[tensor[:4] for tensor in batch])
    assert calls[0] == 1


def test_a_clock_lets_two_take_turns() -> None:
    """What is compared is measured by turns, so that a machine that gets busy slows both."""
    turns: list[str] = []
    probe_ = probing._Probe(Pictures(), ["loss"], _batch())
    one, other = probe_.timed(lambda: turns.append("one"), lambda: turns.append("other"))
    assert turns == ["one", "other"] * (len(turns) // 2)
    assert len(turns) >= 8
    assert one > 0.0
    assert other > 0.0


def pictures(data: Path, **chosen: Any) -> Document:
    """Two convolutions before the classes, dropout between them."""
    document = Document("Pictures")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (1, 8, 8)}, name="image")
        model.add("Target", name="label")
        model.add("Conv2d", {"out_channels": 4, "kernel_size": 3}, name="first")
        model.add("Dropout", {"p": 0.2}, name="dropout")
        model.add("Conv2d", {"out_channels": 6, "kernel_size": 3}, name="second")
        model.add("Flatten", name="flatten")
        model.add("Linear", {"out_features": 8}, name="scores")
        model.add("CrossEntropy", name="entropy")
        model.add("Output", name="logits")
        for source, target in pairwise(["image", "first", "dropout", "second", "flatten", "scores"]):
            model.connect(source, target)
        model.connect("scores", "entropy", "prediction")
        model.connect("label", "entropy", "target")
        model.connect("scores", "logits")
        document.set_training(data=str(data), epochs=2, batch_size=8, **chosen)
    return document


@pytest.mark.parametrize("more", [{}, {"accumulation": 2, "averaging": "EMA", "penalty": "L2"}, {"optimizer": "Muon"}])
def test_a_run_goes_on_in_the_way_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    """Though other ways would be the faster ones now: what is kept decides the last digits."""
    calls = _uncompiled(monkeypatch)
    monkeypatch.setattr(probing._Probe, "timed", lambda self, one, other: (1000.0, 500.0))
    data = write_mnist(tmp_path / "mnist", samples=40, classes=8)
    document = pictures(data, precision="bfloat16", speedups="tried", **more)
    events = train(document, tmp_path / "whole")
    assert not [event for event in events if isinstance(event, Failed)]
    started = next(event for event in events if isinstance(event, Started))
    assert started.computing == ["channels_last", "bfloat16", "torch.compile"]
    assert any(isinstance(event, Notice) and "is kept" in event.message for event in events)
    assert calls[0] > 8
    with monkeypatch.context() as stopping:
        stopped_at(7, stopping)
        train(document, tmp_path / "parts")
    monkeypatch.setattr(probing._Probe, "timed", lambda self, one, other: (1.0, 100.0))
    events = train(document, tmp_path / "parts", resume=True)
    assert next(event for event in events if isinstance(event, Started)).computing == started.computing
    assert same(kept(tmp_path / "whole"), kept(tmp_path / "parts"))
    # Kept in the layout that everything else expects, and judged in float32.
    module = load_run_module(tmp_path / "whole")
    assert all(parameter.is_contiguous() and parameter.dtype == torch.float32 for parameter in module.parameters())
    assert [event for event in events if isinstance(event, EpochEnded)]


def test_a_run_goes_on_without_what_does_not_work_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _uncompiled(monkeypatch)
    monkeypatch.setattr(probing._Probe, "timed", lambda self, one, other: (1000.0, 500.0))
    data = write_mnist(tmp_path / "mnist", samples=40, classes=8)
    document = pictures(data, speedups="tried")
    with monkeypatch.context() as stopping:
        stopped_at(7, stopping)
        train(document, tmp_path / "run")

    def broken(loss: Callable[..., Any]) -> Callable[..., Any]:
        def fails(*batch: Tensor) -> Any:
            raise RuntimeError("no compiler was found")

        return fails

    monkeypatch.setattr("training.computing.computing.compiled", broken)
    events = train(document, tmp_path / "run", resume=True)
    texts = " ".join(event.message for event in events if isinstance(event, Notice))
    assert "torch.compile has made of the drawing does not work here (no compiler was found)" in texts
    assert next(event for event in events if isinstance(event, Started)).computing == ["channels_last"]
    assert not [event for event in events if isinstance(event, Failed)]


def test_lbfgs_keeps_its_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at all weights as one row of memory."""
    monkeypatch.setattr(probing._Probe, "timed", lambda self, one, other: (1.0, 0.1))
    data = write_mnist(tmp_path / "mnist", samples=40, classes=8)
    document = pictures(data, speedups="tried", optimizer="LBFGS")
    assert isinstance(document.training.optimizer, LBFGS)
    events = train(document, tmp_path / "run")
    assert next(event for event in events if isinstance(event, Started)).computing == []


def test_objectives_are_computed_in_float32() -> None:
    """Where layers may be computed in 16 bits, what they give to objectives is float32, and so are these."""
    document = classifier(precision="bfloat16")
    text = compile_source(document).text
    assert "        logits = logits.float()\n        with torch.autocast(image.device.type, enabled=False):\n" in text
    module = build(compile_source(document))
    image, label = torch.randn(4, 1, 8, 8), torch.tensor([1, 2, 3, 4])
    loss: Any = module.loss
    value, measured = Computing(bfloat16=True).of(loss)(image, label)
    value_, prediction, _ = measured["entropy"]
    assert value.dtype == value_.dtype == prediction.dtype == torch.float32
    with torch.autocast("cpu", torch.bfloat16):
        assert module(image).dtype == torch.bfloat16
    assert "float()" not in compile_source(classifier()).text

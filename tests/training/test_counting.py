"""Batches in which no label counts take no step, and statistics over a batch have what they need."""

from __future__ import annotations

import queue
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from compiler.to_python.source import compile_source
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.problems.checks import errors
from graph.recipe.optimizers import LBFGS, Optimizer
from graph.recipe.part import choices_of
from tests.support.training_drawings import train
from tests.support.typed import as_a, known
from training.data.checks.company import in_need_of_company
from training.data.feed import Feed, Split
from training.loop.optimizers import make_optimizer
from training.protocol import EpochEnded, Event, Failed, Finished, Notice, Progress, Started, Stop
from training.results.evaluate import evaluate

SAMPLES = 48


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def drawing(path: Path, *objectives: dict[str, Any], norm: str = "", **training: Any) -> Document:
    """Four numbers to three classes, each objective with scores of its own and a Target ``label0, label1, ...``."""
    document = Document("Counting")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [4]}, name="x")
        source = graph.add(norm, name="norm") if norm else "x"
        if norm:
            graph.connect("x", "norm")
        for place, parameters in enumerate(objectives or ({},)):
            graph.add("Linear", {"out_features": 3}, name=f"scores{place}")
            graph.add("Target", name=f"label{place}")
            graph.add("CrossEntropy", parameters, name=f"entropy{place}")
            graph.connect(source, f"scores{place}")
            graph.connect(f"scores{place}", f"entropy{place}", "prediction")
            graph.connect(f"label{place}", f"entropy{place}", "target")
        settings = {"epochs": 2, "batch_size": 4, "validation": 0.0, "data": str(path / "data.npz"), **training}
        document.set_training(**settings)
    return document


def save(path: Path, *labels: np.ndarray, **more: Any) -> np.ndarray:
    x = np.random.default_rng(0).standard_normal((len(labels[0]), 4)).astype(np.float32)
    np.savez(path / "data.npz", x=x, **known({f"label{place}": values for place, values in enumerate(labels)}), **more)
    return x


def sparse(share: float = 0.85, ignored: int = -1, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.where(random.random(SAMPLES) < share, ignored, random.integers(0, 3, SAMPLES))


def losses(events: list[Event]) -> list[float | None]:
    return [loss for event in of(Progress, events) for loss in event.losses]


def plain(document: Document, x: np.ndarray, labels: np.ndarray, **options: Any) -> nn.Linear:
    """The same training by hand: sums divided by what counts, and no step where that is nothing."""
    settings = document.training
    torch.manual_seed(settings.seed)
    linear = nn.Linear(4, 3)
    optimizer = make_optimizer(linear, settings)
    split = Split(SAMPLES, 0.0, settings.seed, torch.device("cpu"))
    data = [torch.from_numpy(x), torch.from_numpy(labels)]
    for epoch in range(settings.epochs):
        for features, wanted in Feed(data, settings.batch_size).batches(split.order(epoch)):
            count = _count(wanted, **options)
            if count == 0:
                continue
            total = nn.functional.cross_entropy(linear(features), wanted, reduction="sum", **options)
            (total / count).backward()
            optimizer.step()
            optimizer.zero_grad()
    return linear


def _count(wanted: Tensor, ignore_index: int = -100, weight: Tensor | None = None) -> float:
    kept = wanted[wanted != ignore_index]
    return float(len(kept) if weight is None else weight[kept].sum())


def test_batches_of_ignored_labels_take_no_step(tmp_path: Path) -> None:
    labels = sparse()
    x = save(tmp_path, labels)
    document = drawing(tmp_path, {"ignore_index": -1})
    events = train(document, tmp_path / "run")
    assert as_a(Finished, events[-1]).reason == "completed"
    steps = losses(events)
    assert len(steps) == 2 * SAMPLES // 4 == of(Progress, events)[-1].step
    assert any(loss is None for loss in steps)
    assert all(isfinite(loss) for loss in steps if loss is not None)
    weights, ours = plain(document, x, labels, ignore_index=-1), load_file(tmp_path / "run" / "last.safetensors")
    assert torch.allclose(ours["scores0.weight"], weights.weight, atol=1e-6)
    ended = of(EpochEnded, events)
    assert all(isfinite(value) for event in ended for value in event.training.values())
    assert ended[0].best


def test_batches_of_classes_that_weigh_nothing_take_no_step(tmp_path: Path) -> None:
    labels = np.random.default_rng(0).choice(3, SAMPLES, p=[0.8, 0.1, 0.1])
    x = save(tmp_path, labels)
    document = drawing(tmp_path, {"weight": (0.0, 1.0, 2.0)}, batch_size=2)
    events = train(document, tmp_path / "run")
    assert as_a(Finished, events[-1]).reason == "completed"
    assert any(loss is None for loss in losses(events))
    weights = plain(document, x, labels, weight=torch.tensor([0.0, 1.0, 2.0]))
    ours = load_file(tmp_path / "run" / "last.safetensors")
    assert torch.allclose(ours["scores0.weight"], weights.weight, atol=1e-6)


def by_hand(document: Document, x: np.ndarray, *labels: np.ndarray) -> list[nn.Linear]:
    """Two classifiers trained at once, each on the batches in which its labels count."""
    settings = document.training
    torch.manual_seed(settings.seed)
    linears = [nn.Linear(4, 3) for _ in labels]
    optimizer = make_optimizer(nn.ModuleList(linears), settings)
    optimizer.param_groups[0]["fused"] = False  # the fused kernel does not take momentum that some have and some do not
    split = Split(SAMPLES, 0.0, settings.seed, torch.device("cpu"))
    feed = Feed([torch.from_numpy(values) for values in (x, *labels)], settings.batch_size)
    for epoch in range(settings.epochs):
        for features, *targets in feed.batches(split.order(epoch)):
            for linear, wanted, factor in zip(linears, targets, (1.0, 0.5), strict=True):
                if (wanted != -1).any():
                    (factor * nn.functional.cross_entropy(linear(features), wanted, ignore_index=-1)).backward()
            optimizer.step()
            optimizer.zero_grad()
    return linears


def at_once(document: Document, x: np.ndarray, *labels: np.ndarray) -> list[nn.Linear]:
    """Two classifiers trained from all samples at once, each on the labels that count."""
    settings = document.training
    torch.manual_seed(settings.seed)
    linears = [nn.Linear(4, 3) for _ in labels]
    optimizer = make_optimizer(nn.ModuleList(linears), settings)
    features, *targets = (torch.from_numpy(values) for values in (x, *labels))

    def closure() -> Any:
        optimizer.zero_grad()
        pairs = zip(linears, targets, (1.0, 0.5), strict=True)
        terms = [
            factor * nn.functional.cross_entropy(linear(features), wanted, ignore_index=-1)
            for linear, wanted, factor in pairs
        ]
        total = torch.stack(terms).sum()
        total.backward()
        return total

    for _ in range(settings.epochs):
        optimizer.step(closure)
    return linears


@pytest.mark.parametrize("optimizer", choices_of(Optimizer).values(), ids=str)
def test_of_several_objectives_those_that_count_are_learned_from(tmp_path: Path, optimizer: type[Optimizer]) -> None:
    labels = sparse(), sparse(seed=1)
    labels[1][:30] = -1
    first, second = Split(SAMPLES, 0.0, 0, torch.device("cpu")).order(0)[:8].split(4)
    labels[0][first], labels[1][first] = 1, -1
    labels[0][second], labels[1][second] = 2, 1  # the one goes on, the other begins
    x = save(tmp_path, *labels)
    objectives = {"ignore_index": -1}, {"ignore_index": -1, "loss_weight": 0.5}
    whole = optimizer is LBFGS
    # Few iterations: the longer it follows the curvature, the more it makes of what is rounded.
    chosen = LBFGS(max_iter=3) if whole else optimizer()
    document = drawing(tmp_path, *objectives, epochs=3, optimizer=chosen)
    events = train(document, tmp_path / "run")
    assert as_a(Finished, events[-1]).reason == "completed"
    figures = of(EpochEnded, events)[-1].training
    assert figures["loss"] == pytest.approx(figures["entropy0"] + 0.5 * figures["entropy1"])
    weights = load_file(tmp_path / "run" / "last.safetensors")
    for place, linear in enumerate((at_once if whole else by_hand)(document, x, *labels)):
        assert torch.allclose(weights[f"scores{place}.weight"], linear.weight, atol=1e-4 if whole else 1e-6)


class StopAfter(queue.Queue[Any]):
    """Commands of which the first, a stop, is there after so many looks."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks

    def empty(self) -> bool:
        self._looks -= 1
        if self._looks == 0:
            self.put(Stop())
        return super().empty()


def test_going_on_in_the_middle_is_going_on_to_the_last_bit(tmp_path: Path) -> None:
    labels = sparse(), sparse(seed=1)
    save(tmp_path, *labels)
    parameters = ({"ignore_index": -1}, {"ignore_index": -1})
    whole = train(drawing(tmp_path, *parameters), tmp_path / "whole")
    stopped = train(drawing(tmp_path, *parameters), tmp_path / "parts", commands=StopAfter(7))
    assert as_a(Finished, stopped[-1]).reason == "stopped"
    assert 0 < of(Progress, stopped)[-1].step < SAMPLES // 4
    resumed = train(drawing(tmp_path, *parameters), tmp_path / "parts", resume=True)
    one, other = (load_file(tmp_path / name / "last.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert [event.training for event in of(EpochEnded, resumed)] == [event.training for event in of(EpochEnded, whole)]


def test_training_on_ignored_labels_alone_is_refused(tmp_path: Path) -> None:
    save(tmp_path, np.full(SAMPLES, -1))
    failed = train(drawing(tmp_path, {"ignore_index": -1}), tmp_path / "run")[-1]
    assert known(failed).message == (
        "'label0' has no label that counts in the training samples: 'entropy0' ignores -1; correct the data."
    )
    assert known(failed).node == "label0"


def test_validation_samples_without_a_label_that_counts_are_told_of(tmp_path: Path) -> None:
    labels = np.random.default_rng(0).integers(0, 3, SAMPLES)
    held = Split(SAMPLES, 0.1, 0, torch.device("cpu")).validation
    labels[held.numpy()] = -1
    save(tmp_path, labels)
    events = train(drawing(tmp_path, {"ignore_index": -1}, validation=0.1, seed=0), tmp_path / "run")
    assert [notice.message for notice in of(Notice, events)] == [
        "'entropy0' is not measured on the validation samples, of which no label of 'label0' counts: 'entropy0' "
        "ignores -1.",
        "There is nothing to validate on; the best epoch is the one of the smallest training loss.",
    ]
    assert of(Started, events)[0].validation_samples == 0
    assert [event.validation for event in of(EpochEnded, events)] == [{}, {}]
    assert of(EpochEnded, events)[0].best
    assert (tmp_path / "run" / "best.safetensors").exists()


def test_evaluating_on_ignored_labels_alone_is_refused(tmp_path: Path) -> None:
    x = save(tmp_path, sparse())
    train(drawing(tmp_path, {"ignore_index": -1}, epochs=1), tmp_path / "run")
    save(tmp_path, sparse(), x_test=x, label0_test=np.full(SAMPLES, -1))
    with pytest.raises(Exception, match="'label0' has no label that counts in the test samples"):
        evaluate(tmp_path / "run")


@pytest.mark.parametrize("size", [1, 7, 48])
def test_evaluation_and_validation_do_not_depend_on_the_batch_size(tmp_path: Path, size: int) -> None:
    labels = sparse(0.6)
    x = save(tmp_path, labels)
    save(tmp_path, labels, x_test=x, label0_test=labels)
    document = drawing(tmp_path, {"ignore_index": -1, "weight": (1.0, 20.0, 0.5)}, batch_size=size, epochs=1)
    train(document, tmp_path / "run")
    found = evaluate(tmp_path / "run")
    weights = load_file(tmp_path / "run" / "best.safetensors")
    scores = torch.from_numpy(x) @ weights["scores0.weight"].T + weights["scores0.bias"]
    expected = nn.functional.cross_entropy(
        scores, torch.from_numpy(labels), torch.tensor([1.0, 20.0, 0.5]), ignore_index=-1
    )
    assert found["loss"] == pytest.approx(float(expected), rel=1e-6)


# Company


def test_a_frozen_norm_needs_no_company(tmp_path: Path) -> None:
    save(tmp_path, np.arange(33) % 3)
    document = drawing(tmp_path, norm="BatchNorm1d", batch_size=16)
    with document.edit("Freeze"):
        document.model.alter("norm", frozen=True)
    events = train(document, tmp_path / "run")
    assert as_a(Finished, events[-1]).reason == "completed"
    assert of(Notice, events) == []
    assert of(Started, events)[0].steps_per_epoch == 3


def test_a_norm_in_a_later_turn_of_a_repetition_needs_company() -> None:
    d = Drawing("Turns")
    with d.block("Unit", last=False) as b:
        x = b.input(4, name="x")
        b.output(x.linear(4, name="linear").batchnorm1d(when="last", name="norm"), name="y")
    scores = d.use("Unit", d.input(4, name="x"), repeat=3, last="i == 2", name="units")
    d.crossentropy(scores, d.target(name="y"), name="entropy")
    document = d.finish()
    samples = [torch.zeros(5, 4), torch.zeros(5, dtype=torch.int64)]
    assert in_need_of_company(document, compile_source(document), samples, training=True) == "units/norm"


def test_images_keep_their_last_sample(tmp_path: Path) -> None:
    """A channel of an image is many values: PyTorch normalizes a batch of one."""
    save(tmp_path, np.arange(33) % 3)
    document = drawing(tmp_path, batch_size=16)
    graph = document.model
    with document.edit("Make images"):
        for name, kind, parameters in (
            ("image", "Unflatten", {"dim": 1, "unflattened_size": (1, 2, 2)}),
            ("norm", "BatchNorm2d", {}),
            ("flat", "Flatten", {}),
        ):
            graph.add(kind, parameters, name=name)
        for source, target in (("x", "image"), ("image", "norm"), ("norm", "flat"), ("flat", "scores0")):
            graph.connect(source, target)
    events = train(document, tmp_path / "run")
    assert as_a(Finished, events[-1]).reason == "completed"
    assert of(Notice, events) == []
    assert of(Started, events)[0].steps_per_epoch == 3


@pytest.mark.parametrize(
    ("samples", "settings", "why"),
    [
        (33, {"batch_size": 1}, "batch_size is 1; take a larger batch_size"),
        (2, {"validation": 0.1}, "there is one training sample; add samples, or lower validation"),
    ],
)
def test_one_sample_alone_is_told_with_what_helps(
    tmp_path: Path, samples: int, settings: dict[str, Any], why: str
) -> None:
    save(tmp_path, np.arange(samples) % 3)
    failed = train(drawing(tmp_path, norm="BatchNorm1d", **settings), tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert failed.message == f"'norm' compares the samples of a batch with each other, but {why}."
    assert failed.node == "norm"


def test_without_statistics_validation_has_company_too(tmp_path: Path) -> None:
    save(tmp_path, np.arange(50) % 3)
    document = drawing(tmp_path, norm="BatchNorm1d", batch_size=4, validation=0.1)
    with document.edit("Keep no statistics"):
        document.model.set("norm", track_running_stats=False)
    events = train(document, tmp_path / "run")
    assert of(Started, events)[0].validation_samples == 5
    assert as_a(Finished, events[-1]).reason == "completed"


def test_one_that_is_left_over_joins_the_batch_before() -> None:
    tensors = [torch.arange(9)]
    for size, sizes in ((4, [4, 5]), (1, [2, 2, 2, 3]), (2, [2, 2, 2, 3]), (5, [5, 4]), (9, [9])):
        batches = [batch[0].clone() for batch in Feed(tensors, size).batches(torch.arange(9), company=True)]
        assert [len(batch) for batch in batches] == sizes
        assert torch.equal(torch.cat(batches), tensors[0])


def test_groups_of_one_value_are_refused_while_drawing(tmp_path: Path) -> None:
    document = drawing(tmp_path, norm="GroupNorm")
    (problem,) = errors(document)
    assert problem.node == "norm"
    assert problem.message == (
        "'norm': GroupNorm has num_groups=4 for 4 channels of one value each, so that every group is one value and "
        "becomes 0, whatever it is; take fewer groups."
    )
    with document.edit("Take fewer"):
        document.model.set("norm", **problem.fix.arguments["parameters"])
    assert errors(document) == []
    save(tmp_path, np.arange(33) % 3)
    with document.edit("Set"):
        document.set_training(batch_size=16)
    assert as_a(Finished, train(document, tmp_path / "run")[-1]).reason == "completed"

"""A run that is stopped anywhere and gone on with ends with the very same bits, whatever methods it uses."""

from __future__ import annotations

import queue
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings, strategies as st
from safetensors.torch import load_file
from training_drawings import classifier, train, write_mnist

from graph.document import Document
from graph.recipe.optimizers import Optimizer
from graph.recipe.part import choices_of
from graph.recipe.schedules import Schedule
from training.job.control import Control
from training.protocol import EpochEnded, Event, Failed, Finished, Stop

OPTIONS: list[dict[str, Any]] = [
    {},
    {"accumulation": 3},
    {"penalty": "L1"},
    {"penalty": "ElasticNet", "l1": 0.01},
    {"clipping": "ClipNorm", "max_norm": 0.1},
    {"clipping": "ClipValue", "max_value": 0.01},
    {"averaging": "EMA", "ema_decay": 0.9},
    {"weight_noise": 0.01},
    {"class_weights": "balanced"},
    {"monitor": "accuracy", "patience": 1},
    {"augmentation": "flip, translate, rotate, colour, noise, cutout"},
    {"augmentation": "crop, scale, shear, blur, mixup, cutmix", "augmentation_strength": 0.7},
    {
        "accumulation": 2,
        "penalty": "L2",
        "clipping": "ClipNorm",
        "averaging": "EMA",
        "weight_noise": 0.01,
        "class_weights": "balanced",
    },
]
EPOCHS, STEPS = 3, 5  # 36 samples to train on, 8 in a batch


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mnist(tmp_path_factory.mktemp("data") / "mnist", samples=40, classes=8)


def drawing(data: Path, **chosen: Any) -> Document:
    document = classifier(data=str(data), epochs=EPOCHS, batch_size=8, **chosen)
    model = document.model
    with document.edit("Normalize"):
        model.connect("hidden", model.add("BatchNorm1d", name="norm"))
        model.connect("norm", "dropout")
    return document


def flattened(value: Any) -> list[Any]:
    """The tensors and numbers anywhere in what a checkpoint holds."""
    if isinstance(value, dict):
        return [item for key in sorted(value, key=str) for item in flattened(value[key])]
    return [item for part in value for item in flattened(part)] if isinstance(value, list | tuple) else [value]


def kept(run: Path) -> list[Any]:
    """All that a run has come to: weights, best weights, and the state beside them but for where the time went."""
    state = torch.load(next(run.glob("last.optimizer-*.pt")), weights_only=True)
    files = [load_file(run / name) for name in ("last.safetensors", "best.safetensors")]
    return flattened([*files, state])


def same(first: list[Any], second: list[Any]) -> bool:
    def equal(a: Any, b: Any) -> bool:
        return torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b or (a != a and b != b)

    return len(first) == len(second) > 10 and all(equal(a, b) for a, b in zip(first, second, strict=True))


def stopped_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a command to stop come with the question whether there is one, the so manieth time."""
    pending, asked = Control.pending, [0]

    def counted(control: Control) -> bool:
        asked[0] += 1
        if asked[0] == step:
            control._commands.put(Stop())
        return pending(control)

    monkeypatch.setattr(Control, "pending", counted)


def figures(events: list[Event]) -> list[tuple[Any, ...]]:
    return [
        (event.epoch, event.step, event.training, event.validation, event.best)
        for event in events
        if isinstance(event, EpochEnded)
    ]


def check(data: Path, folder: Path, stop: int, **chosen: Any) -> None:
    if chosen["optimizer"] == "LBFGS":  # which refuses that its gradients are clipped
        chosen = {name: value for name, value in chosen.items() if name not in ("clipping", "max_norm", "max_value")}
    document = drawing(data, **chosen)
    whole = train(document, folder / "whole")
    assert not [event for event in whole if isinstance(event, Failed)]
    with pytest.MonkeyPatch.context() as patch:
        stopped_at(stop, patch)
        first = train(document, folder / "parts", commands=queue.Queue())
    second = train(document, folder / "parts", resume=True)
    assert isinstance(second[-1], Finished)
    assert figures([*first, *second]) == figures(whole)
    assert second[-1].results == whole[-1].results
    assert same(kept(folder / "parts"), kept(folder / "whole"))


ROUND = [*zip(OPTIONS, cycle(choices_of(Optimizer)), cycle(choices_of(Schedule)), cycle([9, 3, 14]), strict=False)]


@pytest.mark.parametrize(("options", "optimizer", "schedule", "stop"), ROUND, ids=str)
def test_a_stop_in_the_middle_changes_nothing(
    data: Path, tmp_path: Path, options: dict[str, Any], optimizer: str, schedule: str, stop: int
) -> None:
    check(data, tmp_path, stop, optimizer=optimizer, schedule=schedule, **options)


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    optimizer=st.sampled_from(list(choices_of(Optimizer))),
    schedule=st.sampled_from(list(choices_of(Schedule))),
    options=st.sampled_from(OPTIONS),
    stop=st.integers(1, 24),
)
def test_a_run_that_was_stopped_ends_as_if_it_had_not_been(
    data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    optimizer: str,
    schedule: str,
    options: dict[str, Any],
    stop: int,
) -> None:
    check(data, tmp_path_factory.mktemp("runs"), stop, optimizer=optimizer, schedule=schedule, **options)

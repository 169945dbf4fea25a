"""A run that is stopped anywhere and gone on with ends with the very same bits, whatever methods it uses."""

from __future__ import annotations

import queue
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from graph.document import Document
from graph.recipe.optimizers import Optimizer
from graph.recipe.part import choices_of
from graph.recipe.schedules import Schedule
from tests.support.stopped_runs import kept, same, stopped_at
from tests.support.training_drawings import classifier, train, write_mnist
from tests.support.typed import as_a
from training.protocol import EpochEnded, Event, Failed, Finished

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
        "turns": "first:nodes=hidden+norm:objectives=entropy:optimizer=Muon, "
        "second:nodes=scores:objectives=entropy:optimizer=SGD:steps=2",
        "averaging": "EMA",
        "weight_noise": 0.01,
        "penalty": "L1",
    },
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
    assert second[-1].results == as_a(Finished, whole[-1]).results
    assert same(kept(folder / "parts"), kept(folder / "whole"))


ROUND = [*zip(OPTIONS, cycle(choices_of(Optimizer)), cycle(choices_of(Schedule)), cycle([9, 3, 14]), strict=False)]


@pytest.mark.slow
@pytest.mark.parametrize(("options", "optimizer", "schedule", "stop"), ROUND, ids=str)
def test_a_stop_in_the_middle_changes_nothing(
    data: Path, tmp_path: Path, options: dict[str, Any], optimizer: str, schedule: str, stop: int
) -> None:
    check(data, tmp_path, stop, optimizer=optimizer, schedule=schedule, **options)


@pytest.mark.long
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

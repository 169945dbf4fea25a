"""Learning rates over a training: the very values of ``torch.optim.lr_scheduler``, known before any step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import SGD, lr_scheduler as theirs

from graph.fields import fields_of
from graph.recipe import schedules
from graph.recipe.part import choices_of
from graph.recipe.schedules import Schedule

RATE, PER_EPOCH, EPOCHS = 0.3, 7, 12
TOTAL = PER_EPOCH * EPOCHS
Made = Callable[[SGD], Any]


def optimizer() -> SGD:
    return SGD([torch.zeros(1, requires_grad=True)], lr=RATE)


def rates(make: Made, every: int) -> list[float]:
    """The learning rate of every step by a scheduler of torch that moves after ``every`` steps."""
    sgd, found = optimizer(), []
    scheduler = make(sgd)
    for step in range(1, TOTAL + 1):
        found.append(sgd.param_groups[0]["lr"])
        sgd.step()
        if step % every == 0 and step < TOTAL:
            scheduler.step()
    return found


def warm(sgd: SGD) -> Any:
    rising = theirs.LinearLR(sgd, 0.2, total_iters=10)
    falling = theirs.CosineAnnealingLR(sgd, TOTAL - 10, eta_min=0.1 * RATE)
    return theirs.SequentialLR(sgd, [rising, falling], milestones=[10])


BY_EPOCH: list[tuple[Schedule, Made]] = [
    (schedules.Step(step_size=3, gamma=0.5), lambda sgd: theirs.StepLR(sgd, 3, 0.5)),
    (schedules.MultiStep(milestones=(2, 9, 5), gamma=0.3), lambda sgd: theirs.MultiStepLR(sgd, [2, 9, 5], 0.3)),
    (schedules.Exponential(gamma=0.8), lambda sgd: theirs.ExponentialLR(sgd, 0.8)),
    (schedules.Constant(), lambda sgd: theirs.ConstantLR(sgd, 1.0)),
]
BY_STEP: list[tuple[Schedule, Made]] = [
    (schedules.Cosine(), lambda sgd: theirs.CosineAnnealingLR(sgd, TOTAL)),
    (schedules.Cosine(final_factor=0.1), lambda sgd: theirs.CosineAnnealingLR(sgd, TOTAL, 0.1 * RATE)),
    (schedules.Warmup(warmup_epochs=2.0, start_factor=0.2), lambda sgd: theirs.LinearLR(sgd, 0.2, total_iters=14)),
    (schedules.WarmupCosine(warmup_epochs=10 / PER_EPOCH, start_factor=0.2, final_factor=0.1), warm),
    (schedules.OneCycle(), lambda sgd: theirs.OneCycleLR(sgd, RATE, TOTAL, cycle_momentum=False)),
    (
        schedules.OneCycle(pct_start=0.5, div_factor=10.0, final_div_factor=100.0),
        lambda sgd: theirs.OneCycleLR(
            sgd, RATE, TOTAL, pct_start=0.5, div_factor=10.0, final_div_factor=100.0, cycle_momentum=False
        ),
    ),
]


@pytest.mark.filterwarnings("ignore:The epoch parameter in")  # torch's own SequentialLR
@pytest.mark.parametrize(
    ("schedule", "make", "every"),
    [(*pair, PER_EPOCH) for pair in BY_EPOCH] + [(*pair, 1) for pair in BY_STEP],
    ids=lambda value: repr(value) if isinstance(value, Schedule) else "",
)
def test_every_step_has_the_learning_rate_that_torch_gives_it(schedule: Schedule, make: Made, every: int) -> None:
    ours = [RATE * schedule.factor(step, PER_EPOCH, EPOCHS) for step in range(TOTAL)]
    assert ours == pytest.approx(rates(make, every), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "options", [{}, {"patience": 0}, {"patience": 1, "cooldown": 2, "threshold": 0.1, "factor": 0.5}], ids=str
)
@pytest.mark.parametrize("rises", [False, True])
def test_a_plateau_is_where_torch_sees_it(options: dict[str, Any], rises: bool) -> None:
    figures = [0.9, 0.7, 0.71, 0.69, 0.7, 0.7, 0.72, 0.5, 0.5, 0.5, 0.5, 0.49999, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6]
    given = [1.0 - figure for figure in figures] if rises else figures
    sgd = optimizer()
    scheduler = theirs.ReduceLROnPlateau(sgd, "max" if rises else "min", **{"patience": 2, "eps": 0.0, **options})
    names = {"factor": "plateau_factor", "patience": "plateau_patience"}
    ours = schedules.Plateau(**{names.get(key, key): value for key, value in {"patience": 2, **options}.items()})
    costs = [-figure if rises else figure for figure in given]
    for epoch, figure in enumerate(given, 1):
        scheduler.step(figure)
        assert RATE * ours.factor(epoch, 1, 99, costs[:epoch]) == pytest.approx(sgd.param_groups[0]["lr"], rel=1e-9)


def test_a_plateau_waits_also_for_a_figure_that_is_no_number() -> None:
    schedule = schedules.Plateau(plateau_patience=1)
    assert schedule.factor(0, 1, 9, [None, None]) == 0.1
    assert schedule.factor(0, 1, 9, [1.0, None, 0.5]) == 1.0


def test_a_plateau_of_negative_losses_is_no_improvement() -> None:
    assert schedules.Plateau(plateau_patience=1).factor(0, 1, 9, [-5.0, -5.0, -5.0]) == 0.1


@pytest.mark.parametrize("cls", choices_of(Schedule).values(), ids=lambda cls: cls.__name__)
def test_a_schedule_has_a_curve_for_every_length(cls: type[Schedule]) -> None:
    assert cls.__doc__
    assert all(field.description for field in fields_of(cls).values())
    for per_epoch, epochs in ((1, 1), (1, 2), (3, 1), (1, 1000)):
        factors = [cls().factor(step, per_epoch, epochs) for step in range(per_epoch * epochs + 2)]
        assert all(0.0 <= factor <= 1.0 for factor in factors)

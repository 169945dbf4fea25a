"""The curves of several runs over one axis, each run in a colour of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gui.desk.charts.axis import Axis, Unit
from gui.desk.charts.series import Series
from gui.desk.training.curves import History

# Told apart on light and on dark ground, and with most kinds of colour blindness.
COLORS = ("#2f7de1", "#d9772b", "#2a9d63", "#b45ad0", "#c9a21a", "#2aa5b8", "#d5483c", "#8a8f98")
EACH_STEP = "loss of each step"
_VALIDATION, _TRAINING = "validation", "training"


class Compared(NamedTuple):
    """A run among others: what it is called, its colour, and what it told."""

    title: str
    color: str
    history: History


def figures_of(runs: Sequence[Compared]) -> list[str]:
    """What can be drawn of any of the runs, the figures on held-back samples first."""
    found: dict[str, None] = {}
    for run in runs:
        found |= dict.fromkeys(f"{_VALIDATION} {name}" for name in run.history.validation)
    for run in runs:
        found |= dict.fromkeys(f"{_TRAINING} {name}" for name in run.history.training)
    if any(len(run.history.losses) for run in runs):
        found[EACH_STEP] = None
    return list(found)


def curve_of(run: Compared, figure: str, unit: Unit) -> Series | None:
    """A run's figure over epochs, steps or time; ``None`` where it has none.

    Runs differ in how many steps an epoch has and how long a step takes: each is brought to the unit by itself.
    """
    found = _series(run.history, figure)
    if found is None or not len(found):
        return None
    axis = Axis()
    axis.unit = unit
    axis.take(run.history.steps_per_epoch, run.history.epochs, run.history.seconds)
    made = Series()
    for x, y in zip(axis.shown(np.array(found.x)).tolist(), found.y, strict=True):
        made.add(x, y)
    return made


def _series(history: History, figure: str) -> Series | None:
    if figure == EACH_STEP:
        return history.losses
    kind, _, name = figure.partition(" ")
    return (history.validation if kind == _VALIDATION else history.training).get(name)

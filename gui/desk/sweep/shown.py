"""A sweep that is looked at: what was varied, its trials, and what matters of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

from graph.document import Document
from graph.edits.setting.proposing import trials_wanted
from graph.errors import LayerloomError
from graph.recipe.sweep.axis import Axis
from training.protocol import Importance, Trial
from training.runs.sweeps.folder import read_importance, read_swept
from training.runs.sweeps.ledger import best_of, lives, read_trials

STATES = {
    "complete": "complete",
    "running": "running",
    "waiting": "to be continued",
    "pruned": "ended early",
    "failed": "failed",
}
ORDER = list(STATES)


@dataclass
class ShownSweep:
    """A sweep in ``folder``; ``trials`` by their numbers, of which there are to be as many as ``wanted``."""

    folder: Path
    axes: tuple[Axis, ...] = ()
    trials: dict[int, Trial] = field(default_factory=dict)
    importance: Importance | None = None
    wanted: int = 0

    @property
    def best(self) -> Trial | None:
        """The best of the trials that are complete."""
        return best_of(self.trials)

    @property
    def figure(self) -> str:
        """What the trials are compared by; "" while none has told."""
        return next((trial.figure for trial in self.trials.values() if trial.figure), "")

    @property
    def rises(self) -> bool:
        """Whether more of the figure is better."""
        return any(trial.rises for trial in self.trials.values())

    def sorted(self) -> list[Trial]:
        """The trials that are complete from the best to the worst, then those under way, then those without a value."""
        return sorted(self.trials.values(), key=_rank)

    def run_of(self, number: int) -> Path:
        """The folder of a trial's run."""
        return self.folder / self.trials[number].run

    @property
    def unfinished(self) -> bool:
        """Whether there is a trial to begin, or to go on with."""
        return len(self.trials) < self.wanted or any(trial.state == "waiting" for trial in self.trials.values())


def read_shown(folder: Path) -> ShownSweep:
    """A sweep as its folder has it; a trial whose process is gone waits to be gone on with.

    Raises:
        RunError: the folder holds no sweep, or it cannot be read.
    """
    trials = read_trials(folder)
    alive = {owner: lives(folder, owner) for owner in {t.owner for t in trials.values() if t.state == "running"}}
    for number, trial in trials.items():
        if trial.state == "running" and not alive[trial.owner]:
            trials[number] = msgspec.structs.replace(trial, state="waiting")
    document = read_swept(folder)
    return ShownSweep(folder, document.sweep.over, trials, read_importance(folder), _wanted(document))


def _wanted(document: Document) -> int:
    try:
        return trials_wanted(document)
    except LayerloomError:
        return 0  # the sweep is damaged: it cannot be gone on with


def value_of(trial: Trial) -> float | None:
    """What a trial came to: nothing of one that did not do all its epochs, or has no number."""
    value = trial.value
    return value if trial.state == "complete" and value is not None and isfinite(value) else None


def written(value: Any) -> str:
    """A value of what is varied, as it is read."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "x".join(map(written, value))
    return "none" if value is None else str(value) or "\N{EM DASH}"


def summed_up(sweep: ShownSweep) -> str:
    """How many trials are in which state, and the best, in a sentence."""
    trials = sweep.trials.values()
    counts = {words: sum(trial.state == state for trial in trials) for state, words in STATES.items()}
    said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    if not said:
        return "No trial has begun yet."
    best = sweep.best
    if best is None or best.value is None:
        return f"{said}."
    values = ", ".join(f"{name} {written(value)}" for name, value in best.values.items())
    return f"{said}. Best: trial {best.number}, {best.figure} {best.value:.4g} ({values})."


def _rank(trial: Trial) -> tuple[int, float, int]:
    value = value_of(trial)
    if value is None:
        return (ORDER.index(trial.state) if trial.state in ORDER else len(ORDER)) + 1, 0.0, trial.number
    return 0, -value if trial.rises else value, trial.number

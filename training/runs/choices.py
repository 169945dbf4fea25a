"""The weights that runs offer: the best and the last of each, with their epoch and its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from graph.errors import LayerloomError
from graph.storage.atomic import reason
from training.errors import RunError
from training.protocol import EpochEnded, Number, Started
from training.runs.events import EVENTS, read_events
from training.runs.runs import counting_epochs
from training.runs.tensors import stored_metadata

BEST = "best.safetensors"
LAST = "last.safetensors"
FILES = {"best": BEST, "last": LAST}
_STATE = re.compile(r"-(\d+)\.pt\Z")
_HEADS = (b'{"type":"epoch"', b'{"type":"started"')


class Choice(msgspec.Struct, frozen=True):
    """Weights of a run: ``which`` is "best" or "last", ``figures`` are those of their ``epoch``, in which 3.5 is half
    through the fourth."""

    run: Path
    which: str
    epoch: float | None = None
    figures: dict[str, Number] = {}

    @property
    def path(self) -> Path:
        """The file that holds them."""
        return self.run / FILES[self.which]

    @property
    def words(self) -> str:
        """Which they are and how good, as in "best, epoch 3: validation loss 0.12, validation accuracy 0.97"."""
        return described(self.which, self.epoch, self.figures)


def described(which: str, epoch: float | None, figures: Mapping[str, Number]) -> str:
    """Weights in words: which of a run, after how many epochs, and what was measured then."""
    head = which if epoch is None else f"{which}, epoch {epoch:.4g}"
    shown = ", ".join(f"{name} {'no number' if value is None else f'{value:.4g}'}" for name, value in figures.items())
    return f"{head}: {shown}" if shown else head


def choices(run: Path) -> list[Choice]:
    """The weights a run has, the best first; none before its first checkpoint.

    Raises:
        RunError: its events cannot be read.
    """
    epochs, per_epoch = _history(run)
    found = []
    if (run / BEST).exists():
        best = next((epoch for epoch in reversed(epochs) if epoch.best), None)
        found.append(Choice(run, "best", best.epoch if best else None, _figures(best)))
    if (run / LAST).exists():
        found.append(_last(run, epochs, per_epoch))
    return found


def choose(run: Path, which: str = "best") -> Choice:
    """The best or the last weights of a run; the last for the best where no epoch was finished.

    Raises:
        RunError: it has none yet.
    """
    found = {choice.which: choice for choice in choices(run)}
    if not found:
        raise RunError(f"{run} has no weights yet: its training ended before the first checkpoint.")
    if which not in found and which != "best":
        raise RunError(f"{run} has no {which} weights: {FILES[which]} is missing; take its best ones.")
    return found[which] if which in found else found["last"]


def _last(run: Path, epochs: list[EpochEnded], per_epoch: int) -> Choice:
    state = _STATE.search(_metadata(run / LAST).get("state", ""))
    end = epochs[-1] if epochs else None
    if state is None or not per_epoch or (end and end.step == int(state[1])):
        return Choice(run, "last", end.epoch if end else None, _figures(end))
    return Choice(run, "last", int(state[1]) / per_epoch)


def _metadata(path: Path) -> dict[str, str]:
    try:
        return stored_metadata(path)
    except LayerloomError:
        return {}  # whoever loads them says that they are damaged


def _history(run: Path) -> tuple[list[EpochEnded], int]:
    """The epochs of a run that count, and the steps of one; the many events between them are passed over."""
    try:
        events, _ = read_events(run, _HEADS)
    except OSError as error:
        raise RunError(f"{run / EVENTS} cannot be read: {reason(error)}.") from None
    started = next((event for event in reversed(events) if isinstance(event, Started)), None)
    return counting_epochs(events), started.steps_per_epoch if started else 0


def _figures(epoch: EpochEnded | None) -> dict[str, Number]:
    """What was measured on held-back samples, or on the training samples where none were held back."""
    if epoch is None:
        return {}
    return {f"validation {name}": value for name, value in epoch.validation.items()} or {
        f"training {name}": value for name, value in epoch.training.items()
    }

"""What is wrong with a training: found in what it tells of itself, each kind once."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from training.protocol import (
    ActivationHealth,
    Alarm,
    EpochEnded,
    Event,
    GradientHealth,
    Number,
    Progress,
    Started,
)
from training.runs.health.curves import does_not_move, overfits
from training.runs.health.gradients import Finding, exploding, too_large, too_small, vanishing

DEAD = 0.9
SATURATED = 0.95
_FIRST_LOSSES, _LAST_LOSSES = 5, 20
_REMEMBERED = 100
_LOOKS = 32
_RECENT = 8


class Alarms:
    """Takes the events of a run as they come and gives the alarms that follow from them."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._epochs: list[int] = []
        self._training: list[Number] = []
        self._validation: list[Number] = []
        self._first: list[float] = []
        self._last: list[float] = []
        self._before: list[GradientHealth] = []
        self._records: list[GradientHealth] = []
        self._next = 0
        self._opposed = False  # parts with aims of their own, whose losses together need not fall

    def take(self, event: Event) -> list[Alarm]:
        """The alarms an event gives rise to."""
        match event:
            case Started():
                self._opposed = len(event.turns) > 1
                self._go_back(event.epoch)
            case Alarm():
                self._told.add(event.kind)
            case Progress():
                losses = [loss for loss in event.losses if loss is not None]
                self._first += losses[: _FIRST_LOSSES - len(self._first)] if not self._epochs else []
                self._last = [*self._last, *losses][-_LAST_LOSSES:]
            case GradientHealth():
                self._records.append(event)
            case ActivationHealth():
                return self._alarms(_units(event), event.epoch, event.step)
            case EpochEnded():
                return self._end(event)
        return []

    def _go_back(self, epoch: int) -> None:
        """Forget what a resumed run does once more."""
        kept = sum(number <= epoch for number in self._epochs)
        for values in (self._epochs, self._training, self._validation):
            del values[kept:]
        self._records, self._next = [], 0

    def _end(self, event: EpochEnded) -> list[Alarm]:
        self._epochs.append(event.epoch)
        self._training.append(event.training.get("loss"))
        self._validation.append(event.validation.get("loss"))
        found = self._alarms(self._of_epoch(), event.epoch, event.step)
        self._before = [*self._before, *self._records][-_REMEMBERED:]
        self._records = []
        return found

    def _of_epoch(self) -> Iterator[Finding | None]:
        if self._records:
            yield exploding(self._records, self._before)
            yield vanishing([*self._before, *self._records][-_RECENT:])
        if self._opposed:
            return
        # Of very many epochs a look at some is enough: each takes as long as there are epochs.
        if len(self._epochs) < self._next:
            return
        self._next = len(self._epochs) + max(1, len(self._epochs) // _LOOKS)
        training, validation = _losses(self._training), _losses(self._validation)
        records = self._records or self._before[-1:]
        yield too_large(training, self._first, self._last, records)
        yield too_small(training, records)
        if sentence := does_not_move(training):
            yield Finding("still", sentence)
        if sentence := overfits(training, validation):
            yield Finding("overfitting", sentence)

    def _alarms(self, found: Iterator[Finding | None], epoch: int, step: int) -> list[Alarm]:
        alarms = []
        for finding in found:
            # That the loss does not move is explained already where a rate or a gradient was found wrong.
            explained = finding is not None and finding.kind == "still" and self._told & {"vanishing", "too_small"}
            if finding is None or finding.kind in self._told or explained:
                continue
            self._told.add(finding.kind)
            alarms.append(Alarm(finding.kind, finding.message, finding.node, epoch, step))
        return alarms


def _losses(values: list[Number]) -> list[float]:
    """The losses while all of them are finite."""
    return [value for value in values if value is not None and isfinite(value)] if None not in values else []


def _units(event: ActivationHealth) -> Iterator[Finding | None]:
    dead = {name: share for name, share in event.dead.items() if share >= DEAD}
    saturated = {name: share for name, share in event.saturated.items() if share >= SATURATED}
    if dead:
        name = max(dead, key=dead.__getitem__)
        yield Finding(
            "dead",
            f"{_layers(name, len(dead))} dead: {dead[name]:.0%} of the units of '{name}' give zero for every sample, so"
            " nothing learns by them; try a smaller learning_rate, other initial weights, or LeakyReLU.",
            name,
        )
    if saturated:
        name = max(saturated, key=saturated.__getitem__)
        yield Finding(
            "saturated",
            f"{_layers(name, len(saturated))} saturated: for {saturated[name]:.0%} of its values '{name}' is next to "
            "flat and lets hardly any gradient pass; try smaller initial weights, scaled inputs, or normalization "
            "before it.",
            name,
        )


def _layers(name: str, count: int) -> str:
    return f"'{name}' is" if count == 1 else f"'{name}' and {count - 1:,} more are"

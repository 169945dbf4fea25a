"""How long the steps of a run took that count: those of whole epochs, and of one that was begun."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from training.protocol import EpochEnded, Event, Finished, Progress, Started
from training.runs.events import read_events

_HEADS = tuple(f'{{"type":"{kind}"'.encode() for kind in ("epoch", "started", "progress"))


def seconds_taken(run: Path, events: Iterable[Event]) -> float:
    """The seconds of a run, with neither pauses nor what was done twice.

    ``events`` are those of the run, with or without its steps: where all epochs are whole these say all, else the steps
    are read.

    Raises:
        OSError: they cannot be read.
    """
    told = [event for event in events if isinstance(event, Started | EpochEnded | Finished)]
    whole = bool(told) and isinstance(told[-1], Finished) and told[-1].reason == "completed"
    if not whole or sum(isinstance(event, Started) for event in told) > 1:
        steps, _ = read_events(run, _HEADS)
        return _added(steps)
    return _added(told)


def _added(events: Iterable[Event]) -> float:
    """What whole epochs say they took and, for parts of one, what follows from how fast their steps were.

    An epoch that was begun by one process and ended by another says how long the other was at it.
    """
    epochs: dict[int, float] = {}
    before: list[tuple[int, float]] = []
    now: list[tuple[int, float]] = []
    started: Started | None = None
    for event in events:
        match event:
            case Started():
                started, before, now = event, before + now, []
                epochs = {epoch: seconds for epoch, seconds in epochs.items() if epoch <= event.epoch}
            case Progress():
                first = event.step - len(event.losses) + 1
                before = [part for part in before if part[0] < first]
                now.append((event.step, _seconds(event, started)))
            case EpochEnded():
                epochs[event.epoch] = event.seconds + sum(seconds for _, seconds in before)
                before, now = [], []
    return round(sum(epochs.values()) + sum(seconds for _, seconds in before + now), 3)


def _seconds(event: Progress, started: Started | None) -> float:
    """How long the steps of a message took, whose samples are a share of those of an epoch."""
    if started is None or not event.samples_per_second:
        return 0.0
    samples = len(event.losses) / max(1, started.steps_per_epoch) * started.training_samples
    return samples / event.samples_per_second

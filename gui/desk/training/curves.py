"""What a training run has said so far, in the shape that plots and read-outs need."""

from __future__ import annotations

from array import array
from math import nan

from training.protocol import EpochEnded, Event, Number, Progress, Started


class Series:
    """Points of a curve over epochs."""

    def __init__(self) -> None:
        self.x = array("d")
        self.y = array("d")

    def add(self, x: float, y: Number) -> None:
        """Append a point; a value that is not a finite number leaves a gap."""
        self.x.append(x)
        self.y.append(nan if y is None else y)


class History:
    """The curves of one run: the loss of every step, and the means over every epoch by name."""

    def __init__(self) -> None:
        self.started: Started | None = None
        self.step = 0
        self.epoch = 0
        self.samples_per_second = 0.0
        self.losses = Series()
        self.training: dict[str, Series] = {}
        self.validation: dict[str, Series] = {}

    @property
    def total_steps(self) -> int:
        """The steps the whole run takes."""
        return self.started.epochs * self.started.steps_per_epoch if self.started else 0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the present speed, where that is known."""
        if self.started is None or not self.samples_per_second:
            return None
        samples = (self.total_steps - self.step) / max(1, self.started.steps_per_epoch) * self.started.training_samples
        return samples / self.samples_per_second

    def metrics(self) -> list[str]:
        """What was measured beside the loss."""
        return [name for name in self.started.metrics if name != "loss"] if self.started else []

    def add(self, event: Event) -> bool:
        """Take up an event; whether it had anything to draw."""
        match event:
            case Started():
                self.started = event
                self.epoch, self.step = event.epoch, event.epoch * event.steps_per_epoch
            case Progress():
                self._add_steps(event)
            case EpochEnded():
                self._add_epoch(event)
            case _:
                return False
        return True

    def _add_steps(self, event: Progress) -> None:
        self.step, self.epoch = event.step, event.epoch
        before, now = self.samples_per_second, event.samples_per_second
        self.samples_per_second = 0.9 * before + 0.1 * now if before else now
        per_epoch = max(1, self.started.steps_per_epoch if self.started else 1)
        first = event.step - len(event.losses) + 1
        for place, loss in enumerate(event.losses):
            self.losses.add((first + place) / per_epoch, loss)

    def _add_epoch(self, event: EpochEnded) -> None:
        self.epoch = event.epoch
        for curves, values in ((self.training, event.training), (self.validation, event.validation)):
            for name, value in values.items():
                curves.setdefault(name, Series()).add(event.epoch, value)

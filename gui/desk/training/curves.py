"""What a training run has said so far, in the shape that plots and read-outs need."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gui.desk.charts.series import Series
from training.protocol import Alarm, EpochEnded, Event, GradientHealth, Progress, Started
from training.runs.health.alarms import Alarms

ACCURACY = "accuracy"
RATE, SPEED, MEMORY = "learning rate", "samples a second", "memory in MiB"


class History:
    """The curves of one run over its steps: the loss of every step, and the means over every epoch by name.

    ``epochs`` and ``seconds`` say which epoch a step was in and how long training had taken, ``best`` after which
    steps the model was the best so far, ``alarm`` what was found wrong last and ``alarm_node`` at which layer,
    ``health`` the newest figures of the layers; ``rates`` are the learning rates by turn, ``memory`` bytes. ``paces``
    are the learning rates, the samples a second and the memory held, as they were told on the way.
    """

    def __init__(self) -> None:
        self.started: Started | None = None
        self.step = 0
        self.epoch = 0
        self.samples_per_second = 0.0
        self.rates: dict[str, float] = {}
        self.memory = 0
        self.losses = Series()
        self.training: dict[str, Series] = {}
        self.validation: dict[str, Series] = {}
        self.epochs = Series()
        self.seconds = Series()
        self.best = Series()
        self.paces: dict[str, Series] = {}
        self.alarm = self.alarm_node = ""
        self.health: GradientHealth | None = None
        self._alarms = Alarms()

    @staticmethod
    def of(events: Iterable[Event]) -> History:
        """The history of a run whose events were kept."""
        history = History()
        for event in events:
            history.add(event)
        return history

    @property
    def total_steps(self) -> int:
        """The steps the whole run takes."""
        return self.started.epochs * self.started.steps_per_epoch if self.started else 0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the present speed, where that is known."""
        if self.started is None or not self.samples_per_second:
            return None
        return self._samples(self.total_steps - self.step) / self.samples_per_second

    @property
    def steps_per_epoch(self) -> int:
        """The steps of an epoch, 1 while that is not known."""
        return max(1, self.started.steps_per_epoch) if self.started else 1

    def metrics(self) -> list[str]:
        """What was measured beside the loss."""
        return [name for name in self.started.metrics if name != "loss"] if self.started else []

    def figures(self) -> list[str]:
        """What can be shown beside the loss: accuracy, what else was measured, and how training went."""
        measured = [name for name in {**self.training, **self.validation} if name != "loss"]
        others = [name for name in measured if not name.startswith(ACCURACY)]
        return [ACCURACY, *others, *self.paces]

    def add(self, event: Event) -> bool:
        """Take up an event; whether it had anything to draw."""
        self._be_alarmed(event)
        match event:
            case Started():
                self.started = event
                self.epoch, self.step = event.epoch, event.epoch * event.steps_per_epoch
            case Progress():
                self._add_steps(event)
            case EpochEnded():
                self._add_epoch(event)
            case GradientHealth():
                self._add_health(event)
            case Alarm():
                return True
            case _:
                return False
        return True

    def _add_health(self, event: GradientHealth) -> None:
        """Take up the newest figures; parts that learn in turns tell of their layers one after the other."""
        known = self.health
        if known is not None and (known.epoch, known.step) == (event.epoch, event.step):
            event = msgspec.structs.replace(event, nodes={**known.nodes, **event.nodes})
        self.health = event

    def _be_alarmed(self, event: Event) -> None:
        """Runs of an older version do not tell of alarms; what they tell of themselves is judged here."""
        found = self._alarms.take(event)
        for alarm in [event] if isinstance(event, Alarm) else found:
            self.alarm, self.alarm_node = alarm.message, alarm.node

    def _samples(self, steps: int) -> float:
        samples = self.started.training_samples if self.started else 0
        return steps / self.steps_per_epoch * samples

    def _add_steps(self, event: Progress) -> None:
        self.step, self.epoch = event.step, event.epoch
        self.rates, self.memory = event.rates, event.memory
        before, now = self.samples_per_second, event.samples_per_second
        self.samples_per_second = 0.9 * before + 0.1 * now if before else now
        first = event.step - len(event.losses) + 1
        self._go_back(first)
        self.losses.extend(first, event.losses)
        told = {f"{RATE} of {turn}" if turn else RATE: rate for turn, rate in event.rates.items()}
        told[SPEED] = now
        told |= {MEMORY: event.memory / 2**20} if event.memory else {}
        for name, value in told.items():
            self.paces.setdefault(name, Series()).add(event.step, value)
        taken = self._samples(len(event.losses)) / now if now else 0.0
        self.seconds.add(event.step, (self.seconds.y[-1] if self.seconds.y else 0.0) + taken)

    def _go_back(self, step: int) -> None:
        """Forget what a resumed run does once more from ``step`` on."""
        if self.losses.x and self.losses.x[-1] >= step:
            means = (*self.training.values(), *self.validation.values(), *self.paces.values())
            for series in (self.losses, self.seconds, self.epochs, self.best, *means):
                series.cut(step)

    def _add_epoch(self, event: EpochEnded) -> None:
        self.epoch = event.epoch
        self.epochs.add(event.step, event.epoch)
        if event.best:
            self.best.add(event.step, event.epoch)
        for curves, values in ((self.training, event.training), (self.validation, event.validation)):
            for name, value in values.items():
                curves.setdefault(name, Series()).add(event.step, value)

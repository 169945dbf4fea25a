"""What a run is shown over: its steps, its epochs or the time it took."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gui.desk.charts.series import Series
from gui.desk.charts.ticks import Tick, clock, linear_ticks, time_ticks
from gui.desk.charts.track import Floats, Track

Unit = Literal["step", "epoch", "time"]


class Axis:
    """Translates steps into what the axis shows, and back."""

    def __init__(self) -> None:
        self.unit: Unit = "epoch"
        self.last = 0.0
        self._per_epoch = 1.0
        self._epochs, self._seconds = Track(), Track()

    def take(self, steps_per_epoch: int, epochs: Series, seconds: Series, last: int = 0) -> None:
        """Learn when the epochs ended and how long the steps took; ``last`` is the step up to which all charts show."""
        self.last = float(last)
        self._per_epoch = float(steps_per_epoch)
        self._epochs.take(epochs)
        self._seconds.take(seconds)

    @property
    def state(self) -> tuple[object, ...]:
        """Other values once steps are elsewhere on the axis."""
        knots = {"step": (), "epoch": (self._per_epoch, *self._epochs.state), "time": self._seconds.state}
        return (self.unit, *knots[self.unit])

    @property
    def least(self) -> float:
        """How much an axis shows at least: one step, one epoch, one second."""
        return 1.0

    def shown(self, steps: Floats) -> Floats:
        """Where steps are on the axis."""
        if self.unit == "step":
            return steps
        knots, values, slope = self._knots()
        return _interpolate(steps, knots, values, slope)

    def epochs(self, steps: Floats) -> Floats:
        """The epochs, and parts of them, that were over after steps."""
        knots, values = _from_nothing(self._epochs)
        return _interpolate(steps, knots, values, 1.0 / self._per_epoch)

    def steps(self, shown: Floats) -> Floats:
        """The steps at places on the axis."""
        if self.unit == "step":
            return shown
        knots, values, slope = self._knots()
        return _interpolate(shown, values, knots, 1.0 / slope)

    def ticks(self, low: float, high: float, most: int) -> list[Tick]:
        """The ticks between two places."""
        if self.unit == "time":
            return time_ticks(low, high, most)
        return linear_ticks(low, high, most, 1.0 if self.unit == "step" else 0.0)

    def word(self, place: float) -> str:
        """A place in words, such as ``epoch 2.50``."""
        if self.unit == "step":
            return f"step {round(place):,}"
        return f"epoch {place:.2f}" if self.unit == "epoch" else clock(place)

    def _knots(self) -> tuple[Floats, Floats, float]:
        track = self._epochs if self.unit == "epoch" else self._seconds
        knots, values = _from_nothing(track)
        if self.unit == "epoch":
            return knots, values, 1.0 / self._per_epoch
        steps, seconds = float(knots[-1]), float(values[-1])
        return knots, values, seconds / steps if steps > 0 and seconds > 0 else 1.0


def _from_nothing(track: Track) -> tuple[Floats, Floats]:
    return np.concatenate(([0.0], track.x)), np.concatenate(([0.0], track.y))


def _interpolate(at: Floats, knots: Floats, values: Floats, slope: float) -> Floats:
    """Linear between the knots, and after the last as steep as ``slope`` says."""
    inside: Floats = np.interp(at, knots, values)
    return np.where(at > knots[-1], values[-1] + (at - knots[-1]) * slope, inside)

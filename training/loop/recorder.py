"""Gathers what is measured on every step and reports it a few times a second."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, isnan
from time import perf_counter

from training.errors import NotFiniteError
from training.job.control import Emit
from training.metrics.metrics import Means, Row, values_of
from training.protocol import Number, Progress

# Each report wakes whoever listens, on a core that training could have.
INTERVAL = 1 / 10


class Recorder:
    """Holds the rows of the latest steps on the device until there is time to report them.

    ``beside`` is called at every report, to tell of what else has gathered; ``rates`` and ``memory`` are what a report
    says of the learning rates and of the memory that is held.
    """

    def __init__(
        self,
        emit: Emit,
        means: Means,
        step: int,
        beside: Callable[[], None] = lambda: None,
        rates: Callable[[], dict[str, float]] = dict,
        memory: Callable[[], int] = int,
    ) -> None:
        self.means = means
        self._emit, self._beside, self._rates, self._memory = emit, beside, rates, memory
        self._step = step
        self._rows: list[Row | None] = []
        self._counts: list[int] = []
        self._losses: list[Number] = []
        self._samples = 0
        self._since = self._next = perf_counter()

    def add(self, row: Row, samples: int) -> bool:
        """Take what a step has measured; whether it is time to report."""
        self._rows.append(row)
        self._counts.append(samples)
        return perf_counter() >= self._next

    def skip(self) -> bool:
        """Take that nothing counted in a step, as where all labels are ignored; whether it is time to report."""
        self._rows.append(None)
        self._counts.append(0)
        return perf_counter() >= self._next

    def pass_by(self, samples: int) -> None:
        """Count samples that were learned from beside those that are measured."""
        self._samples += samples

    def report(self, epoch: int) -> None:
        """Send what has not been sent; called when it is time, and before training is held or ends.

        Raises:
            NotFiniteError: a loss was not a finite number.
        """
        self.drain()
        if not self._losses:
            return
        now = perf_counter()
        speed = round(self._samples / max(now - self._since, 1e-9), 1)
        self._emit(Progress(epoch, self._step, self._losses, speed, self._rates(), self._memory()))
        self._beside()
        self._losses, self._samples = [], 0
        self._since, self._next = now, now + INTERVAL

    def drain(self) -> None:
        """Fetch the rows and count them in ``means``.

        Raises:
            NotFiniteError: a loss was not a finite number.
        """
        rows, self._rows = self._rows, []
        counts, self._counts = self._counts, []
        values = iter(values_of([row for row in rows if row is not None]))
        for row, samples in zip(rows, counts, strict=True):
            self._step += 1
            self._samples += samples
            loss = None if row is None else self.means.add(next(values), samples)
            if loss is not None and not isfinite(loss):
                raise NotFiniteError(diverged(loss, self._step))
            self._losses.append(None if loss is None else float(f"{loss:.6g}"))

    def forget(self) -> None:
        """Count the epoch anew, all of which was reported."""
        self.means = self.means.anew()

    def resume(self) -> None:
        """Leave out the time of a pause."""
        self._since = perf_counter()


def diverged(loss: float, step: int) -> str:
    """That a loss is not a finite number, as a sentence."""
    what = "NaN (not a number)" if isnan(loss) else "infinite"
    return f"The loss became {what} at step {step}; try a smaller learning_rate, or less extreme values in the data."

"""A worker that holds the samples of a drawing and shows what augmentation makes of them, as often as it is asked."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.workers.asking import Asking
from gui.workers.pool import Workers
from training.protocol import Event, ResultsJob, SamplesJob, SamplesShown


class SamplesReading(Asking):
    """While an answer is awaited, only the last of what is asked for is kept: a slider is followed as fast as the
    worker.
    """

    answer = SamplesShown

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(workers, parent)
        self._next: SamplesJob | ResultsJob | None = None

    def ask(self, job: SamplesJob | ResultsJob) -> None:
        if self.active:
            self._next = job
        else:
            super().ask(job)

    def close(self, *, rewarm: bool = True) -> None:
        self._next = None
        super().close(rewarm=rewarm)

    def _take(self, event: Event) -> None:
        super()._take(event)
        if not self.active and self._next is not None:
            waiting, self._next = self._next, None
            self.ask(waiting)

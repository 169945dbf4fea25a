"""A worker's one job: who has the worker, from the job's begin until it ends, is given up or is lost."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.workers.pool import Workers
from gui.workers.process import Outcome, Worker
from training.protocol import (
    DataJob,
    ExportJob,
    Failed,
    Pause,
    RangeJob,
    ResultsJob,
    Resume,
    SamplesJob,
    Stop,
    SweepJob,
    TrainJob,
)


class Lease(QObject):
    """At most one job at a time.

    ``received`` carries the job's events, ``lost`` a ``Failed`` where the process ended before the job. After
    ``end`` neither is heard of that job again.
    """

    received = Signal(object)
    lost = Signal(object)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._worker: Worker | None = None

    @property
    def worker(self) -> Worker | None:
        """The worker that has the job, None between jobs."""
        return self._worker

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self._worker is not None

    def begin(self, job: TrainJob | ExportJob | RangeJob | DataJob | SamplesJob | ResultsJob | SweepJob) -> None:
        """Hand out a job; what a worker is still at is given up."""
        self.end(kill=True, rewarm=False)
        self._worker = self._workers.begin(job)
        self._worker.received.connect(self.received)
        self._worker.ended.connect(self._lose)

    def send(self, message: Pause | Resume | Stop | ResultsJob | SamplesJob) -> None:
        """Tell the worker something; nothing between jobs."""
        if self._worker is not None:
            self._worker.send(message)

    def end(self, *, kill: bool = False, rewarm: bool = True) -> bool:
        """Let the worker go, which ends by itself or, to ``kill``, at once; whether there was one.

        The next worker is warmed, but where another job begins at once or the window closes.
        """
        worker, self._worker = self._worker, None
        if worker is None:
            return False
        worker.received.disconnect(self.received)
        worker.ended.disconnect(self._lose)
        worker.dismiss()
        if kill:
            worker.kill()
        if rewarm:
            self._workers.rewarm()
        return True

    def _lose(self, outcome: Outcome) -> None:
        self.end()
        self.lost.emit(Failed(outcome.sentence, traceback=outcome.stderr))

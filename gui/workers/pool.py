"""The worker kept warm: it imports torch before it is needed and answers source jobs until a longer job takes it."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import QObject, Signal

from gui.workers import process
from gui.workers.process import COMMAND, Outcome, Worker
from training.protocol import (
    DataJob,
    ExportJob,
    Failed,
    RangeJob,
    ResultsJob,
    SamplesJob,
    SourceJob,
    SourceReady,
    SweepJob,
    TrainJob,
)


class Workers(QObject):
    """Hands out workers; ``source`` carries a ``SourceReady`` or why there is none, as a ``Failed``."""

    source = Signal(object)

    def __init__(self, command: Sequence[str] = COMMAND, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._waiting: Worker | None = None
        self._all: list[Worker] = []
        self._request = 0
        self._closed = False

    @property
    def running(self) -> list[Worker]:
        """The workers whose processes live."""
        return [worker for worker in self._all if worker.alive]

    def warm(self) -> Worker:
        """The worker that waits, started where there is none."""
        if self._waiting is None or not self._waiting.alive:
            self._waiting = self._start()
        return self._waiting

    def rewarm(self) -> None:
        """Warm the next worker after a job; not while all are being closed, which ends jobs too."""
        if not self._closed:
            self.warm()

    def ask_source(self, document: str) -> int:
        """Ask for the source of a drawing; its answer carries the number returned here."""
        self._request += 1
        self.warm().send(SourceJob(document, self._request))
        return self._request

    def begin(self, job: TrainJob | ExportJob | RangeJob | DataJob | SamplesJob | ResultsJob | SweepJob) -> Worker:
        """Give a job to the waiting worker, which is the caller's from now on.

        The next is warmed when it is asked for, or when the caller has no more use for this one: importing torch
        takes seconds of the cores that the job could have.
        """
        worker = self.warm()
        self._waiting = None
        worker.send(job)
        return worker

    def close(self) -> int:
        """End every worker, all within one grace; how many went by force. None is left behind."""
        self._closed = True
        for worker in self.running:
            worker.dismiss()
        until = monotonic() + process.GRACE_MS / 1000
        return sum(not worker.close(max(0, round(1000 * (until - monotonic())))) for worker in self.running)

    def _start(self) -> Worker:
        worker = Worker(self._command, self)
        worker.source.connect(self.source)
        worker.ended.connect(lambda outcome: self._forget(worker, outcome))
        self._all.append(worker)
        return worker

    def _forget(self, worker: Worker, outcome: Outcome) -> None:
        self._all.remove(worker)
        if worker is not self._waiting:
            return
        # Not started again at once: one that cannot live would be started for ever.
        self._waiting = None
        if not outcome.asked:
            self.source.emit(Failed(outcome.sentence, traceback=outcome.stderr))


__all__ = ["SourceReady", "Workers"]

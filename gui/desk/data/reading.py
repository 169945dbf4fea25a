"""Data read by a worker: one job at a time, given up as soon as other data is wanted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.workers.pool import Workers
from gui.workers.process import Outcome, Worker
from training.protocol import DataDescribed, DataFound, DataJob, Event, Failed, Notice, Stage


class DataReading(QObject):
    """Reads data out of the window's way.

    ``changed`` tells that reading began or ended, ``said`` what it is at, ``found`` the setting for a path,
    ``described`` carries what was read, ``failed`` a sentence.
    """

    changed = Signal()
    said = Signal(str)
    found = Signal(str)
    described = Signal(object)
    failed = Signal(str)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._worker: Worker | None = None

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self._worker is not None

    def start(self, job: DataJob) -> None:
        """Read; what was being read is given up."""
        self._end(kill=True)
        self._worker = self._workers.begin(job)
        self._worker.received.connect(self._take)
        self._worker.ended.connect(self._lose)
        self.changed.emit()

    def cancel(self) -> None:
        """Give it up."""
        if self._end(kill=True):
            self._workers.rewarm()
            self.changed.emit()

    def close(self) -> None:
        """Give it up for good: the window closes."""
        self._end(kill=True)

    def _take(self, event: Event) -> None:
        match event:
            case Stage() | Notice():
                self.said.emit(event.message)
            case DataFound():
                self.found.emit(event.data)
            case DataDescribed():
                self._finish()
                self.described.emit(event)
            case Failed():
                self._finish()
                self.failed.emit(event.message)

    def _lose(self, outcome: Outcome) -> None:
        self._finish()
        self.failed.emit(outcome.sentence)

    def _finish(self) -> None:
        self._end(kill=False)
        self._workers.rewarm()
        self.changed.emit()

    def _end(self, *, kill: bool) -> bool:
        worker, self._worker = self._worker, None
        if worker is None:
            return False
        worker.received.disconnect(self._take)
        worker.ended.disconnect(self._lose)
        worker.dismiss()
        if kill:
            worker.kill()
        return True

"""Data read by a worker: one job at a time, given up as soon as other data is wanted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.workers.lease import Lease
from gui.workers.pool import Workers
from training.protocol import DataDescribed, DataFound, DataJob, Event, Failed, Notice, Stage


class DataReading(QObject):
    """Reads data out of the window's way.

    ``changed`` tells that reading began or ended, ``said`` what it is at and how much of it is done, where that is
    known, ``found`` the setting for a path, ``described`` carries what was read, ``failed`` a sentence.
    """

    changed = Signal()
    said = Signal(str, object)
    found = Signal(str)
    described = Signal(object)
    failed = Signal(str)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lease = Lease(workers, self)
        self._lease.received.connect(self._take)
        self._lease.lost.connect(self._fail)

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self._lease.active

    def start(self, job: DataJob) -> None:
        """Read; what was being read is given up."""
        self._lease.begin(job)
        self.changed.emit()

    def cancel(self) -> None:
        """Give it up."""
        if self._lease.end(kill=True):
            self.changed.emit()

    def close(self) -> None:
        """Give it up for good: the window closes."""
        self._lease.end(kill=True, rewarm=False)

    def _take(self, event: Event) -> None:
        match event:
            case Stage(message=message, fraction=done):
                self.said.emit(message, done)
            case Notice():
                self.said.emit(event.message, None)
            case DataFound():
                self.found.emit(event.data)
            case DataDescribed():
                self._finish()
                self.described.emit(event)
            case Failed():
                self._fail(event)

    def _fail(self, failure: Failed) -> None:
        self._finish()
        self.failed.emit(failure.message)

    def _finish(self) -> None:
        self._lease.end()
        self.changed.emit()

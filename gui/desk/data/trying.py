"""A worker that holds the samples of a drawing and shows what augmentation makes of them, as often as it is asked."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, Signal

from gui.workers.lease import Lease
from gui.workers.pool import Workers
from training.protocol import Event, Failed, SamplesJob, SamplesShown


class SamplesReading(QObject):
    """``changed`` tells that it began or ended, ``shown`` carries a ``SamplesShown``, ``failed`` a sentence.

    While an answer is awaited, only the last of what is asked for is kept: a slider is followed as fast as the worker.
    """

    changed = Signal()
    shown = Signal(object)
    failed = Signal(str)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lease = Lease(workers, self)
        self._lease.received.connect(self._take)
        self._lease.lost.connect(self._fail)
        self._request = 0
        self._next: SamplesJob | None = None
        self.active = False

    def ask(self, job: SamplesJob) -> None:
        """Ask for samples, as soon as those are there that were asked for before."""
        if self.active:
            self._next = job
            return
        self._request += 1
        asked = msgspec.structs.replace(job, request=self._request)
        if self._lease.active:
            self._lease.send(asked)
        else:
            self._lease.begin(asked)
        self._set_active(True)

    def close(self, *, rewarm: bool = True) -> None:
        """Let the worker go, with all that it holds."""
        self._next = None
        self._lease.end(kill=True, rewarm=rewarm)
        self._set_active(False)

    def _take(self, event: Event) -> None:
        match event:
            case SamplesShown() if event.request == self._request:
                self._set_active(False)
                self.shown.emit(event)
                waiting, self._next = self._next, None
                if waiting is not None and not self.active:
                    self.ask(waiting)
            case Failed():
                self._fail(event)

    def _fail(self, failure: Failed) -> None:
        self.close()
        self.failed.emit(failure.message)

    def _set_active(self, active: bool) -> None:
        if active != self.active:
            self.active = active
            self.changed.emit()

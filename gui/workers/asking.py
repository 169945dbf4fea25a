"""A worker that stays ready and is asked again and again: what a page shows comes in answers."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from PySide6.QtCore import QObject, Signal

from gui.workers.lease import Lease
from gui.workers.pool import Workers
from training.protocol import Event, Failed, ResultsJob, ResultsShown, SamplesJob, SamplesShown


class Asking(QObject):
    """``changed`` tells that it began or ended, ``shown`` carries an ``answer``, ``failed`` a sentence.

    An answer to what was asked before the last is passed over.
    """

    changed = Signal()
    shown = Signal(object)
    failed = Signal(str)
    answer: ClassVar[type[SamplesShown] | type[ResultsShown]]

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lease = Lease(workers, self)
        self._lease.received.connect(self._take)
        self._lease.lost.connect(self._fail)
        self._request = 0
        self.active = False

    def ask(self, job: SamplesJob | ResultsJob) -> None:
        """Ask, with a worker that is taken where there is none yet."""
        self._request += 1
        asked = msgspec.structs.replace(job, request=self._request)
        if self._lease.active:
            self._lease.send(asked)
        else:
            self._lease.begin(asked)
        self._set_active(True)

    def close(self, *, rewarm: bool = True) -> None:
        """Let the worker go, with all that it holds."""
        self._lease.end(kill=True, rewarm=rewarm)
        self._set_active(False)

    def _take(self, event: Event) -> None:
        if isinstance(event, self.answer):
            if event.request == self._request:
                self._set_active(False)
                self.shown.emit(event)
        elif isinstance(event, Failed):
            self._fail(event)

    def _fail(self, failure: Failed) -> None:
        self.close()
        self.failed.emit(failure.message)

    def _set_active(self, active: bool) -> None:
        if active != self.active:
            self.active = active
            self.changed.emit()

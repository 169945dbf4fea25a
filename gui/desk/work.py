"""What a window has a worker do, one thing at a time: its state, its news, and what was made of which document."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from graph.document import Document
from graph.errors import LayerloomError
from gui.workers.lease import Lease
from gui.workers.pool import Workers
from training.protocol import Event, Failed


class Work(QObject):
    """At most one job at a time.

    ``changed`` tells of another state, ``measured`` of something new to show, ``said`` of a sentence, ``failed`` of a
    ``Failed``; ``sentence`` is what either said last.
    """

    changed = Signal()
    measured = Signal()
    said = Signal(str)
    failed = Signal(object)

    state: str

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workers = workers
        self._lease = Lease(workers, self)
        self._lease.received.connect(self._take)
        self._lease.lost.connect(self._fail)
        self.sentence = ""
        self.said.connect(self._keep)
        self.failed.connect(lambda failure: self._keep(failure.message))
        self._made: list[tuple[weakref.ref[Document], Path]] = []

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self.state != "idle"

    def _keep(self, sentence: str) -> None:
        self.sentence = sentence

    def _made_of(self, document: Document) -> list[Path]:
        """The folders of what was made of a document since it was opened, the latest first."""
        return [folder for made_of, folder in self._made if made_of() is document]

    def _tell_file(self, folders: Iterable[Path], note: Callable[[Path, Path], None], drawing: Path) -> None:
        """Have what was made of a drawing know its file, if it had none then."""
        try:
            for folder in folders:
                note(folder, drawing)
        except LayerloomError as error:
            self.said.emit(str(error))

    def _take(self, event: Event) -> None:
        raise NotImplementedError

    def _end(self, *, kill: bool = False) -> None:
        raise NotImplementedError

    def _fail(self, failure: Failed) -> None:
        self._end()
        self.failed.emit(failure)

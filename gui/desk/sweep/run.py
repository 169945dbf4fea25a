"""A sweep as the editor steers it: one worker conducts it, each trial is a process of its own below that."""

from __future__ import annotations

import weakref
from contextlib import suppress
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.loom import dumps
from gui.desk.sweep.shown import ShownSweep, read_shown
from gui.desk.wording import duration
from gui.desk.work import Work
from gui.workers.pool import Workers
from training.protocol import Event, Failed, Finished, Importance, Notice, Stage, Stop, SweepJob, Trial
from training.runs.sweeps.folder import is_sweep, new_sweep_dir, remember_drawing

State = Literal["idle", "starting", "running", "stopping"]
# A trial gets fifteen seconds to write its checkpoint, and the conductor a little more.
GRACE_MS = 30_000


class SweepRun(Work):
    """At most one sweep at a time.

    ``changed`` tells of another state, ``measured`` of news of a trial, ``said`` of a sentence, ``failed`` of a
    ``Failed``.
    """

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(workers, parent)
        self._patience = QTimer(self, singleShot=True, interval=GRACE_MS)
        self._patience.timeout.connect(self._miss)
        self.state: State = "idle"
        self.sweep: ShownSweep | None = None

    @property
    def may_stop(self) -> bool:
        """Whether there is something to end that was not told to yet."""
        return self.state in ("starting", "running")

    def start(self, document: Document, runs: Path, drawing: Path | None, wanted: int) -> None:
        """Sweep as the document says, into a new folder under ``runs``; ``drawing`` is its file."""
        if self.active:
            return
        try:
            folder = new_sweep_dir(runs, document.name)
        except LayerloomError as error:
            self.failed.emit(Failed(str(error)))
            return
        self.remember(document, folder)
        home = str(drawing.parent) if drawing is not None else ""
        job = SweepJob(dumps(document), str(folder), drawing=str(drawing or ""), folder=home)
        self._begin(job, ShownSweep(folder, document.sweep.over, wanted=wanted))

    def resume(self, folder: Path) -> None:
        """Go on with a sweep that was stopped or killed."""
        if self.active:
            return
        try:
            sweep = read_shown(folder)
        except LayerloomError as error:
            self.failed.emit(Failed(str(error)))
            return
        self._begin(SweepJob("", str(folder), resume=True), sweep)

    def stop(self) -> None:
        """Have the trials that are on their way write a checkpoint, and end."""
        if self.may_stop:
            self._lease.send(Stop())
            self._set("stopping")
            self._patience.start()

    def close(self) -> None:
        """Let go of what goes on: with the window it ends, and its trials write their checkpoints as they do."""
        self._patience.stop()
        self._lease.end(rewarm=False)

    def remember(self, document: Document, folder: Path) -> None:
        """Have a sweep count as one of a document: it was made of it, or the document is that of a trial."""
        self._made.insert(0, (weakref.ref(document), folder))

    def remember_file(self, document: Document, drawing: Path) -> None:
        """Have the document's sweeps know its file, if it had none when they began."""
        self._tell_file(self.sweeps_of(document), remember_drawing, drawing)

    def sweeps_of(self, document: Document) -> list[Path]:
        """The sweeps that belong to a document since it was opened, the latest first."""
        return [folder for folder in self._made_of(document) if is_sweep(folder)]

    def _begin(self, job: SweepJob, sweep: ShownSweep) -> None:
        self.sweep = sweep
        self._lease.begin(job)
        self._set("starting")
        self.measured.emit()

    def _take(self, event: Event) -> None:
        assert self.sweep is not None
        match event:
            case Trial():
                self.sweep.trials[event.number] = event
                self._set("running")
                self.measured.emit()
            case Importance():
                self.sweep.importance = event
                self.measured.emit()
            case Notice() | Stage():
                self.said.emit(event.message)
            case Finished():
                self._finish(event)
            case Failed():
                self._fail(event)

    def _finish(self, event: Finished) -> None:
        self._end()
        how = "is done" if event.reason == "completed" else "was stopped, and can be continued"
        self.said.emit(f"The sweep {how}, after {duration(event.seconds)}.")

    def _miss(self) -> None:
        self._end(kill=True)
        self.said.emit("The sweep did not stop in time and its process was ended; what its trials saved is kept.")

    def _end(self, *, kill: bool = False) -> None:
        self._patience.stop()
        self._lease.end(kill=kill)
        if self.sweep is not None:
            with suppress(OSError):
                self.sweep.folder.rmdir()  # only where it is empty: the sweep did not begin
            with suppress(LayerloomError):
                self.sweep = read_shown(self.sweep.folder)
        self._set("idle")
        self.measured.emit()

    def _set(self, state: State) -> None:
        # A worker told to stop still tells of its trials.
        if state == self.state or (self.state == "stopping" and state != "idle"):
            return
        self.state = state
        self.changed.emit()

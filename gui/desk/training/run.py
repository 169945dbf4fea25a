"""A training run as the editor steers it: one worker, one state, one history."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from graph.document import Document
from graph.names import identifier
from graph.storage.loom import dumps
from gui.desk.training.curves import History
from gui.workers.pool import Workers
from gui.workers.process import Outcome, Worker
from training.protocol import (
    Event,
    Failed,
    Finished,
    Notice,
    Pause,
    Paused,
    Resume,
    Resumed,
    Stage,
    Started,
    Stop,
    TrainJob,
)

State = Literal["idle", "starting", "running", "paused", "stopping"]


class TrainRun(QObject):
    """At most one run at a time.

    ``changed`` tells of another state, ``measured`` of something new to draw, ``said`` of a sentence, ``failed`` of
    a ``Failed``.
    """

    changed = Signal()
    measured = Signal()
    said = Signal(str)
    failed = Signal(object)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._worker: Worker | None = None
        self._drawn: object = None
        self.state: State = "idle"
        self.history = History()
        self.run_dir: Path | None = None

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self.state != "idle"

    def start(self, document: Document, runs: Path) -> None:
        """Train the document as it is now into a new folder under ``runs``."""
        if self.active:
            return
        self.run_dir = new_folder(runs, document.name)
        self._drawn = what_learns(document)
        self.history = History()
        self._worker = self._workers.begin(TrainJob(dumps(document), str(self.run_dir)))
        self._worker.received.connect(self._take)
        self._worker.ended.connect(self._lose)
        self._set("starting")
        self.measured.emit()

    def pause_or_resume(self) -> None:
        """Hold training, or go on with it."""
        if self._worker is not None and self.state in ("running", "paused"):
            self._worker.send(Resume() if self.state == "paused" else Pause())

    def stop(self) -> None:
        """End training after the current step."""
        if self._worker is not None and self.state in ("running", "paused", "starting"):
            self._worker.send(Stop())
            self._set("stopping")

    def weights_for(self, document: Document) -> str:
        """The folder of the last run if it trained the layers and wires that are drawn now, else ""."""
        best = self.run_dir is not None and bool(self.history.training)
        return str(self.run_dir) if best and self._drawn == what_learns(document) else ""

    def _take(self, event: Event) -> None:
        if self.history.add(event):
            self.measured.emit()
        match event:
            case Started() | Resumed():
                self._set("running")
            case Paused():
                self._set("paused")
            case Notice() | Stage():
                self.said.emit(event.message)
            case Finished():
                self._finish(event)
            case Failed():
                self._end()
                self.failed.emit(event)

    def _finish(self, event: Finished) -> None:
        how = "finished" if event.reason == "completed" else event.reason
        self._end()
        self.said.emit(f"Training {how} after {duration(event.seconds)}; the run is in {self.run_dir}.")

    def _lose(self, outcome: Outcome) -> None:
        self._end()
        self.failed.emit(Failed(outcome.sentence, traceback=outcome.stderr))

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.received.disconnect(self._take)
            worker.ended.disconnect(self._lose)
            worker.dismiss()
        self._set("idle")
        self._workers.warm()

    def _set(self, state: State) -> None:
        # A worker told to stop may still say that it started.
        if self.state == "stopping" and state != "idle":
            return
        self.state = state
        self.changed.emit()


def new_folder(runs: Path, name: str) -> Path:
    """A folder under ``runs`` that is not there yet, called by time and model."""
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{identifier(name).lower()}"
    folder, number = runs / stem, 2
    while folder.exists():
        folder, number = runs / f"{stem}-{number}", number + 1
    return folder


def what_learns(document: Document) -> object:
    """What of a document decides whether weights fit it: layers and wires, its blocks' too; not places or settings."""
    drawn = {
        key: (
            {name: (node.layer, node.expressions, node.shares) for name, node in graph.nodes.items()},
            sorted(graph.wires()),
        )
        for key, graph in document.graphs.items()
    }
    return drawn, dict(document.definitions)


def duration(seconds: float) -> str:
    """A time as people say it: ``42 s``, ``3 min 20 s``, ``2 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"

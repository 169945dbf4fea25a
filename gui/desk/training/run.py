"""A training run as the editor steers it: one worker, one state, one history."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject

from graph.document import Document
from graph.errors import LayerloomError
from gui.desk.training.curves import History
from gui.desk.training.order import Order
from gui.desk.wording import duration
from gui.desk.work import Work
from gui.workers.patience import Patience
from gui.workers.pool import Workers
from training.protocol import (
    Event,
    Failed,
    Finished,
    Notice,
    Pause,
    Paused,
    RegionsSeen,
    Resume,
    Resumed,
    Stage,
    Started,
    Stop,
    TrainJob,
)
from training.runs.origin import remember_drawing
from training.runs.runs import new_run_dir, read_run

State = Literal["idle", "starting", "running", "paused", "stopping"]


class TrainRun(Work):
    """At most one run at a time.

    ``changed`` tells of another state, ``measured`` of something new to draw, ``said`` of a sentence, ``failed`` of
    a ``Failed``. ``resumed`` is the drawing, as a file, with which a run went on last.
    """

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(workers, parent)
        self._patience = Patience(self)
        self._patience.lost.connect(self._miss)
        self.state: State = "idle"
        self.history = History()
        self.run_dir: Path | None = None
        self.resumed = ""
        self.regions: RegionsSeen | None = None
        self._staged = False
        self._noticed = ""

    @property
    def may_start(self) -> bool:
        """Whether another run can begin."""
        return self.state == "idle"

    @property
    def may_pause(self) -> bool:
        """Whether there is something to hold or to go on with."""
        return self.state in ("running", "paused")

    @property
    def may_stop(self) -> bool:
        """Whether there is something to end that was not told to yet."""
        return self.state in ("starting", "running", "paused")

    @property
    def pause_word(self) -> str:
        """What pausing would do now, in a word."""
        return "Resume" if self.state == "paused" else "Pause"

    def start(
        self, document: Document, runs: Path, drawing: Path | None = None, start_from: Path | None = None
    ) -> None:
        """Train the document as it is now into a new folder under ``runs``; ``drawing`` is its file.

        ``start_from`` is a run whose best weights it begins with, wherever they fit.
        """
        if not self.active:
            self.begin(Order.of(document, runs, drawing, start_from))

    def begin(self, order: Order) -> None:
        """Train what was asked for, as it was then."""
        if self.active:
            return
        if order.continues is not None:
            self.resume(order.continues, order.text)
            return
        try:
            self.run_dir = new_run_dir(order.runs, order.name)
        except LayerloomError as error:
            self.failed.emit(Failed(str(error)))
            return
        self._made.insert(0, (order.document, self.run_dir))
        folder = str(order.drawing.parent) if order.drawing is not None else ""
        file, begun = str(order.drawing or ""), str(order.start_from or "")
        self._begin(
            TrainJob(order.text, str(self.run_dir), drawing=file, folder=folder, start_from=begun, regions=True),
            History(),
        )

    def resume(self, run: Path, document: str, *, accept_data: bool = False) -> None:
        """Go on with a run that was, as one curve; ``document`` is its drawing with the settings to go on with."""
        if self.active:
            return
        try:
            history = History.of(read_run(run).events)
        except LayerloomError as error:
            self.failed.emit(Failed(str(error)))
            return
        self.run_dir, self.resumed = run, document
        self._begin(TrainJob(document, str(run), resume=True, accept_data=accept_data, regions=True), history)

    def show(self, run: Path | None, events: Iterable[Event]) -> None:
        """Show a run that was, or none; not while one goes on."""
        if not self.active:
            self.run_dir, self.history, self.regions = run, History.of(events), None
            self.said.emit("")
            self.measured.emit()

    def _begin(self, job: TrainJob, history: History) -> None:
        self.history, self.regions, self._noticed = history, None, ""
        self._lease.begin(job)
        self._patience.begin()
        self._set("starting")
        self.measured.emit()

    def pause_or_resume(self) -> None:
        """Hold training, or go on with it."""
        if self.may_pause:
            self._lease.send(Resume() if self.state == "paused" else Pause())
            self._patience.expect()

    def stop(self) -> None:
        """End training after the current step, and by force where the worker does not answer."""
        if self.may_stop:
            self._lease.send(Stop())
            self._set("stopping")
            self._patience.expect()

    def close(self) -> None:
        """Let go of what goes on: it ends after the current step, and its worker writes a checkpoint as it does."""
        self.stop()
        self._patience.rest()
        self._lease.end(rewarm=False)

    def runs_of(self, document: Document) -> list[Path]:
        """The runs that were made of a document since it was opened, the latest first."""
        return self._made_of(document)

    def remember(self, document: Document, drawing: Path) -> None:
        """Have the document's runs know its file, if it had none when they began."""
        self._tell_file(self.runs_of(document), remember_drawing, drawing)

    def _take(self, event: Event) -> None:
        if self.history.add(event):
            self.measured.emit()
        self._patience.hear()
        match event:
            case Started() | Resumed():
                if self._staged:
                    self.said.emit("")  # what it was at is done
                self._go_on("running")
            case Paused():
                self._go_on("paused")
            case RegionsSeen():
                self.regions = event
                self.measured.emit()
            case Stage(message=message, fraction=done):
                self._staged = True
                self.said.emit(message if done is None else f"{message}: {done:.0%}")
            case Notice():
                self._staged = False
                self._noticed = event.message if self.state == "running" else ""
                self.said.emit(event.message)
            case Finished():
                self._finish(event)
            case Failed():
                self._fail(event)

    def _go_on(self, state: State) -> None:
        if self.state != "stopping":
            self._patience.rest()
        if state == "running":
            self._patience.hear()
        self._set(state)

    def _miss(self, seconds: float) -> None:
        """A command was not answered: a worker that was to stop is ended, any other is named."""
        if self.state != "stopping":
            self.said.emit(f"The worker has not answered for {seconds:.0f} s: a long step, or it hangs. Stop ends it.")
            return
        self._end(kill=True)
        kept = f"the run keeps what was saved before, in {self.run_dir}"
        self.said.emit(f"The worker did not stop within {seconds:.0f} s and its process was ended; {kept}.")

    def _finish(self, event: Finished) -> None:
        how = "finished" if event.reason == "completed" else event.reason
        self._end()
        # What was told on the way, such as why training ended early, stays to be read.
        said = f"Training {how} after {duration(event.seconds)}; the run is in {self.run_dir}."
        self.said.emit(" ".join(filter(None, (self._noticed, said))))

    def _end(self, *, kill: bool = False) -> None:
        self._patience.rest()
        self._lease.end(kill=kill)
        if self.run_dir is not None:
            with suppress(OSError):
                self.run_dir.rmdir()  # only where it is empty: the run did not begin
        self._set("idle")

    def _set(self, state: State) -> None:
        # A worker told to stop may still say that it started.
        if self.state == "stopping" and state != "idle":
            return
        self.state = state
        self.changed.emit()

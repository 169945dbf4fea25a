"""The job that sweeps: begins trials, hears what becomes of them, and writes both into the ledger."""

from __future__ import annotations

import os
import platform
import queue
import uuid
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import msgspec

from graph.document import Document
from graph.edits.setting.sweeping import check_sweep, trial_of
from graph.errors import LayerloomError
from graph.storage.loom import dumps, loads
from training.errors import SweepError
from training.job.control import Commands, Emit
from training.protocol import EpochEnded, Event, Finished, Notice, Started, Stop, SweepJob, TrainJob, Trial
from training.runs.events import EVENTS
from training.runs.runs import SETTINGS, read_run
from training.runs.sweeps.folder import begin_sweep, keep_importance, read_origin, read_swept
from training.runs.sweeps.ledger import ENDED, best_of, orphans, owning, read_trials, turn, write_trial
from training.sweeps.importance import importance_of
from training.sweeps.process import Heard, TrialProcess
from training.sweeps.searching import Searcher, searcher_for
from training.sweeps.trial import Course

# How long a worker has to write a checkpoint and end, a little more than it takes for itself.
_GRACE = 15.0
_TICK = 0.2


def conduct(job: SweepJob, emit: Emit, commands: Commands) -> None:
    """Sweep, with the trials told to ``emit`` as they go.

    Raises:
        LayerloomError: the sweep cannot be carried out, or its folder cannot be used.
    """
    folder = Path(job.sweep_dir)
    document = read_swept(folder) if job.resume else loads(job.document)
    check_sweep(document)
    if not job.resume:
        begin_sweep(folder, dumps(document), job.drawing, job.folder)
    owner = f"{platform.node() or 'unknown'}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    with owning(folder, owner):
        Conductor(folder, document, owner, emit, commands).conduct()


class Conductor:
    """Keeps as many trials going as the sweep says, until all there are to be have ended."""

    def __init__(self, folder: Path, document: Document, owner: str, emit: Emit, commands: Commands) -> None:
        self._folder, self._document, self._owner = folder, document, owner
        self._emit, self._commands = emit, commands
        self._drawing, self._home = read_origin(folder)
        self._searcher: Searcher = searcher_for(document, folder)
        self._heard: queue.Queue[Heard] = queue.Queue()
        self._going: dict[int, TrialProcess] = {}
        self._courses: dict[int, Course] = {}
        self._started: set[int] = set()
        self._stopping = False
        self._over = False
        self._waits = False

    def conduct(self) -> None:
        """Do all trials there are to do, or as many as there is time for until a stop."""
        began = perf_counter()
        self._say()
        try:
            while True:
                self._heed()
                self._fill()
                if not self._going and (self._stopping or (self._over and not self._waits)):
                    break
                self._hear()
        finally:
            for process in self._going.values():
                process.close(_GRACE)
        trials = read_trials(self._folder)
        reason = "stopped" if self._stopping else "completed"
        self._emit(Finished(reason, _results(trials), round(perf_counter() - began, 3)))

    def _say(self) -> None:
        """What there is so far, and how the ranges are taken."""
        for trial in read_trials(self._folder).values():
            self._emit(trial)
        for axis in self._document.sweep.over:
            if not axis.values:
                scale = "logarithmic: equal factors count alike" if axis.log else "linear: equal steps count alike"
                self._emit(Notice(f"{axis.name} goes from {axis.low:g} to {axis.high:g} on a scale that is {scale}."))
        if self._document.sweep.parallel > 1:
            cores = "1 core" if self._threads() == 1 else f"{self._threads()} cores"
            self._emit(Notice(f"{self._document.sweep.parallel} trials at a time, each on {cores}."))

    def _threads(self) -> int | None:
        parallel = self._document.sweep.parallel
        return max(1, (os.cpu_count() or 1) // parallel) if parallel > 1 else None

    def _heed(self) -> None:
        while not self._commands.empty():
            if isinstance(self._commands.get(), Stop) and not self._stopping:
                self._stopping = True
                for number, process in self._going.items():
                    # One that has not begun to train has nothing to keep, and would first import all it needs.
                    process.stop() if number in self._started else process.kill()

    def _fill(self) -> None:
        self._waits = False
        while not (self._stopping or self._over or len(self._going) >= self._document.sweep.parallel):
            trial = self._claim()
            if trial is None:
                return
            self._begin(trial)

    def _claim(self) -> Trial | None:
        """The next trial, ours from now on: one that nobody is at any more, else a new one."""
        with turn(self._folder) as alone:
            if not alone:
                raise SweepError(
                    f"The file system of {self._folder} knows no locks, which a sweep needs; choose another."
                )
            trials = read_trials(self._folder)
            left, self._waits = orphans(self._folder, trials)
            if left:
                trial = msgspec.structs.replace(left[0], owner=self._owner, state="running")
            elif (asked := self._searcher.ask(trials)) is not None:
                number = len(trials)
                trial = Trial(number, asked.values, "running", f"trial-{number:04d}", self._owner, asked=asked.asked)
            else:
                # Only what others are at, or are just about to leave, is not done yet.
                self._over = not self._waits
                return None
            write_trial(self._folder, trial)
            return trial

    def _begin(self, trial: Trial) -> None:
        run = self._folder / trial.run
        self._courses[trial.number] = course = Course(trial)
        resume = (run / SETTINGS).exists() or (run / EVENTS).exists()
        try:
            if resume:
                course.remember(read_run(run))
                if course.over:  # the process ended that should have written it down
                    self._end(course)
                    return
            made = trial_of(self._document, trial.values)
        except LayerloomError as error:
            course.fail(str(error))
            self._end(course)
            return
        self._emit(course.trial)
        job = TrainJob(dumps(made), str(run), resume, drawing=self._drawing, folder=self._home)
        self._going[trial.number] = TrialProcess(trial.number, job, self._heard, self._threads())

    def _hear(self) -> None:
        try:
            number, event = self._heard.get(timeout=_TICK)
        except queue.Empty:
            return
        if number not in self._going:
            return
        course = self._courses[number]
        if event is None:
            how = self._going.pop(number).close(_GRACE)
            if not (course.over or course.stopped or self._stopping):
                course.fail(f"Trial {number} failed: {how}.")
            self._end(course)
        elif not course.over:
            self._take(course, event)

    def _take(self, course: Course, event: Event) -> None:
        course.take(event)
        if isinstance(event, Started):
            self._started.add(course.trial.number)
        if isinstance(event, Notice) and course.trial.number == 0:
            self._emit(event)  # what is said of the data is the same for all
        if isinstance(event, Started | EpochEnded):
            self._emit(course.trial)
        if isinstance(event, EpochEnded) and self._ends_early(course, event.epoch):
            course.prune(event.epoch)
            self._going[course.trial.number].stop()

    def _ends_early(self, course: Course, epoch: int) -> bool:
        if course.cost is None or self._stopping:
            return False
        early = self._searcher.ends_early(course.trial, epoch, course.cost)
        return early and epoch < course.trial.epochs

    def _end(self, course: Course) -> None:
        """Write down what became of a trial; of one that was stopped on the way, that it is to be gone on with."""
        trial = course.ended(stopping=self._stopping)
        with turn(self._folder):
            if trial.state in ENDED:
                self._searcher.tell(trial)
            write_trial(self._folder, trial)
            trials = read_trials(self._folder)
        self._emit(trial)
        if trial.state != "complete":
            return
        found = importance_of(self._document.sweep.over, trials)
        if found is not None:
            keep_importance(self._folder, found)
            self._emit(found)


def _results(trials: Mapping[int, Trial]) -> dict[str, float | None]:
    """How many trials ended how, and the best."""
    found: dict[str, float | None] = {state: float(sum(t.state == state for t in trials.values())) for state in ENDED}
    best = best_of(trials)
    if best is not None:
        found |= {"best_trial": float(best.number), "best_value": best.value}
    return found

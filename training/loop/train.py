"""The job that trains a drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from graph.document import Document
from graph.recipe.flat import all_values
from graph.storage.loom import dumps, loads
from training.checkpoints.resume import check_exists, look_around, look_back
from training.devices import choose_device, in_order
from training.errors import NotFiniteError
from training.job.control import Commands, Control, Emit
from training.job.failures import blaming, failure_of
from training.loop.epochs import Kinds
from training.loop.prepare import Plan, prepare, trainable
from training.loop.reliving import relived
from training.loop.rundata import RunData, read_run_data
from training.loop.threads import threads_for
from training.protocol import Event, Finished, Notice, Stage, TrainJob
from training.runs.choices import choose
from training.runs.events import EventLog
from training.runs.lock import locked
from training.runs.origin import DRAWING, STARTED_FROM, drawing_of, started_from, written_as
from training.runs.runs import Run, begin, read_document
from training.runs.versions import versions

Team = Callable[[Document, Emit], tuple[Control, Kinds]]
"""Makes, for a drawing, what heeds commands and takes the steps of several processes."""

_UNLOCKED = "The file system of {} knows no locks; see to it that no other process trains into the same directory."


def train(job: TrainJob, emit: Emit, commands: Commands, team: Team | None = None) -> None:
    """Train, reporting to ``emit`` and to the run's own log; with a ``team``, as the first of several processes.

    Raises:
        Exception: what ended it; once the run has a log, its last event says so too.
    """
    run = Path(job.run_dir)
    document = loads(job.document) if job.document else read_document(run)
    if job.resume:
        check_exists(run)
    drawing = written_as(Path(job.drawing) if job.drawing else drawing_of(run), run)
    given = given_to(job, run)
    with locked(run) as alone:
        before, notices = look_back(run, document) if job.resume else look_around(run)
        # Before anything is written: a run that is not gone on with, for its data is gone or another, stays as it was.
        early: list[Event] = []
        data = _read_first(job, document, early, emit) if before else None
        begin(run, dumps(document), {**_settings(document, drawing), **_origin(given, run)})
        with _logged(run, emit, early) as tell:
            for notice in notices if alone else [*notices, _UNLOCKED.format(run)]:
                tell(Notice(notice))
            control, kinds = team(document, tell) if team else (Control(commands, tell), Kinds())
            kinds.ranks.from_first(lambda: before is not None)  # the others look at the run now
            _train(job, document, before, data, given, tell, control, kinds, emit if job.regions else None)


@contextmanager
def _logged(run: Path, emit: Emit, early: list[Event]) -> Iterator[Emit]:
    """Give what tells of events and logs them; the ``early`` ones, told already, are logged first.

    An error inside is logged and raised again: whoever gave the job tells of it.
    """
    log = EventLog(run)

    def tell(event: Event) -> None:
        log.write(event)
        emit(event)

    try:
        for event in early:
            log.write(event)
        yield tell
    except Exception as error:
        log.write(failure_of(error))
        raise
    finally:
        log.close()


def _read_first(job: TrainJob, document: Document, told: list[Event], emit: Emit) -> RunData:
    """The data of a run that is gone on with; ``told`` is what the run's log is still to get."""

    def tell(event: Event) -> None:
        told.append(event)
        emit(event)

    return read_run_data(job, document, trainable(document), tell)


def given_to(job: TrainJob, run: Path) -> Path | None:
    """The run whose weights a new one begins with; one that is gone on with before its first checkpoint knows it.

    Raises:
        RunError: it has no weights.
    """
    given = started_from(run) if job.resume else Path(job.start_from) if job.start_from else None
    if given is not None and not job.resume:
        choose(given)
    return given


def _origin(given: Path | None, run: Path) -> dict[str, object]:
    return {} if given is None else {STARTED_FROM: written_as(given, run)}


def _train(
    asked: TrainJob,
    document: Document,
    before: Run | None,
    data: RunData | None,
    given: Path | None,
    tell: Emit,
    control: Control,
    kinds: Kinds,
    show: Emit | None,
) -> None:
    began = perf_counter()
    settings, source = document.training, trainable(document)
    device, together = kinds.ranks.device(choose_device(settings.device)), kinds.ranks.count
    remedy = f"lower batch_size (now {settings.batch_size}), or make the layers or the data smaller"
    steady = in_order(device, settings.deterministic)
    with blaming(source, remedy), threads_for(document, settings.batch_size // together), steady:
        data = data or read_run_data(asked, document, source, tell)
        plan = Plan(document, source, Path(asked.run_dir), data, before, device, given, kinds, None, show)
        loop, at = prepare(plan, tell, control)
        try:
            reason = loop.train(settings.epochs, settings.patience)
        except NotFiniteError as error:
            if together > 1:
                raise
            tell(Stage("Looking for where it arose"))
            raise relived(plan._replace(computing=loop.computing)) or error from None
    tell(Finished(reason, at.results, round(perf_counter() - began, 3)))


def _settings(document: Document, drawing: str) -> dict[str, object]:
    settings = all_values(document.training)
    return {"name": document.name, DRAWING: drawing, "settings": settings, "versions": versions()}

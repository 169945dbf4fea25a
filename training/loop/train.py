"""The job that trains a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import torch
from torch import nn
from torch.optim import Optimizer

from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_source
from graph.document import Document
from graph.recipe.flat import all_values
from graph.storage.loom import dumps, loads
from training.checkpoints.checkpoint import damaged, load_last, save_last
from training.checkpoints.position import Position, pack, unpack
from training.checkpoints.resume import check_exists, look_around, look_back, surroundings
from training.data.checks.company import in_need_of_company
from training.data.feed import Feed, Split
from training.devices import choose_device
from training.errors import TrainingError
from training.job.control import Commands, Control, Emit
from training.job.failures import blaming, guarded
from training.loop.epochs import Loop
from training.loop.optimizers import apply_settings, make_optimizer
from training.loop.rundata import RunData, read_run_data
from training.loop.threads import threads_for
from training.loop.usable import check_usable
from training.metrics.metrics import Metrics, may_be_sums
from training.protocol import Event, Finished, Notice, Started, TrainJob
from training.runs.events import EventLog
from training.runs.lock import locked
from training.runs.origin import DRAWING, drawing_of, written_as
from training.runs.runs import Run, begin, read_document
from training.runs.versions import versions

_UNLOCKED = "The file system of {} knows no locks; see to it that no other process trains into the same directory."


class _Job(NamedTuple):
    document: Document
    source: Source
    run: Path
    data: RunData
    before: Run | None
    device: torch.device


class _Learner(NamedTuple):
    module: nn.Module
    optimizer: Optimizer
    at: Position


def train(job: TrainJob, emit: Emit, commands: Commands) -> None:
    """Train, reporting to ``emit`` and to the run's own log.

    Raises:
        LayerloomError: there is nothing to log to yet; later failures are events.
    """
    run = Path(job.run_dir)
    document = loads(job.document) if job.document else read_document(run)
    if job.resume:
        check_exists(run)
    drawing = written_as(Path(job.drawing) if job.drawing else drawing_of(run), run)
    with locked(run) as alone:
        before, notices = look_back(run, document) if job.resume else look_around(run)
        # Before anything is written: a run that is not gone on with, for its data is gone or another, stays as it was.
        early: list[Event] = []
        data = _read_first(job, document, early, emit) if before else None
        begin(run, dumps(document), _settings(document, drawing))
        with _logged(run, emit, early) as tell:
            for notice in notices if alone else [*notices, _UNLOCKED.format(run)]:
                tell(Notice(notice))
            guarded(lambda: _train(job, document, before, data, tell, Control(commands, tell)), tell)


@contextmanager
def _logged(run: Path, emit: Emit, early: list[Event]) -> Iterator[Emit]:
    """Give what tells of events and logs them; the ``early`` ones, told already, are logged first."""
    log = EventLog(run)

    def tell(event: Event) -> None:
        log.write(event)
        emit(event)

    try:
        for event in early:
            log.write(event)
        yield tell
    finally:
        log.close()


def _read_first(job: TrainJob, document: Document, told: list[Event], emit: Emit) -> RunData:
    """The data of a run that is gone on with; ``told`` is what the run's log is still to get."""

    def tell(event: Event) -> None:
        told.append(event)
        emit(event)

    return read_run_data(job, document, _source(document), tell)


def _source(document: Document) -> Source:
    source = compile_source(document)
    if not source.objectives:
        raise TrainingError(
            "The drawing has no objective to train for: add a CrossEntropy or MSE and connect its inputs."
        )
    return source


def _train(
    asked: TrainJob, document: Document, before: Run | None, data: RunData | None, tell: Emit, control: Control
) -> None:
    began = perf_counter()
    settings, source = document.training, _source(document)
    device = choose_device(settings.device)
    remedy = f"lower batch_size (now {settings.batch_size}), or make the layers or the data smaller"
    with blaming(source, remedy), threads_for(document, settings.batch_size):
        data = data or read_run_data(asked, document, source, tell)
        loop, at = _prepare(_Job(document, source, Path(asked.run_dir), data, before, device), tell, control)
        reason = loop.train(settings.epochs)
    tell(Finished(reason, at.results, round(perf_counter() - began, 3)))


def _prepare(job: _Job, tell: Emit, control: Control) -> tuple[Loop, Position]:
    settings, data = job.document.training, job.data.samples
    samples = data.training
    module, optimizer, at = _learner(job)
    job.data.keep(job.run)
    split = Split(len(samples[0]), settings.validation, settings.seed, job.device, data.validation)
    feed = Feed([tensor.to(job.device) for tensor in samples], settings.batch_size)
    counting = check_usable(job.document, job.source, samples, split, feed.batch_size, lambda text: tell(Notice(text)))
    metrics = Metrics(job.document, job.source, samples)
    if not may_be_sums(at.sums, metrics):
        raise damaged(job.run, ValueError("its sums are not those of this drawing's measures"))
    started = Started(
        run_dir=str(job.run),
        device=str(job.device),
        epochs=settings.epochs,
        epoch=at.epoch,
        steps_per_epoch=-(-split.epoch_samples // feed.batch_size),
        training_samples=split.training_samples,
        validation_samples=len(split.validation),
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        metrics=metrics.names,
        seed=settings.seed,
        threads=torch.get_num_threads(),
    )
    for sentence in surroundings(job.before, versions(), started) if job.before else ():
        tell(Notice(sentence))
    tell(started)
    company = bool(in_need_of_company(job.document, job.source, samples, training=False))
    return Loop(module, optimizer, metrics, counting, feed, split, at, job.run, control, tell, company), at


def _learner(job: _Job) -> _Learner:
    """The module on its device, and all that goes with it: new, or as the run's checkpoint has it."""
    settings = job.document.training
    torch.manual_seed(settings.seed)
    module = build(job.source)
    state = load_last(job.run, module) if job.before else None
    module.to(job.device)
    optimizer = make_optimizer(module, settings)
    if state is None:
        return _Learner(module, optimizer, Position())
    try:
        at = unpack(state, optimizer, job.device)
    except (torch.OutOfMemoryError, MemoryError):
        raise
    except Exception as error:
        raise damaged(job.run, error) from error
    apply_settings(optimizer, settings)
    if job.data.changed:
        at = _at_epoch_begun(at)
        # Before the run's record speaks of the new data: killed in between, it is asked about once more.
        save_last(job.run, module, pack(at, optimizer, job.device), at.step)
    return _Learner(module, optimizer, at)


def _at_epoch_begun(at: Position) -> Position:
    """Other data makes the epoch begun another one, and losses of before no measure of what is best."""
    at.batch, at.sums, at.samples, at.best = 0, [], 0, None
    return at


def _settings(document: Document, drawing: str) -> dict[str, object]:
    settings = all_values(document.training)
    return {"name": document.name, DRAWING: drawing, "settings": settings, "versions": versions()}

"""Carries out jobs: the worker does so in a process of its own, the command line in its own process.

Torch is imported by the jobs that need it, so source is written without.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from compiler.to_python.source import Source, compile_source
from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.loom import loads
from training.job.control import Commands, Emit
from training.job.failures import guarded
from training.protocol import (
    DataDescribed,
    DataFound,
    DataJob,
    Evaluated,
    EvaluateJob,
    Exported,
    ExportJob,
    Finished,
    Job,
    Notice,
    RangeJob,
    ResultsJob,
    SamplesJob,
    SourceJob,
    SourceReady,
    Stage,
    SweepJob,
    TrainJob,
    Weights,
)
from training.runs.choices import Choice, choose
from training.runs.fitting import tensors_of
from training.runs.runs import read_document
from training.runs.wording import weights_used
from training.worker.runtime import prepare_process

if TYPE_CHECKING:
    import numpy as np
    import torch

_REAL_SAMPLES = 8


def run_job(job: Job, emit: Emit, commands: Commands) -> None:
    """Do a job, with its events given to ``emit``; it never raises for a job that fails: the last event says so."""
    prepare_process()
    guarded(lambda: _do(job, emit, commands), emit)


def _do(job: Job, emit: Emit, commands: Commands) -> None:
    match job:
        case SourceJob():
            source = compile_source(loads(job.document))
            emit(SourceReady(job.request, source.text, source.lines))
        case TrainJob(together=True):
            from training.together.train import train_together

            train_together(job, emit, commands)
        case TrainJob():
            from training.loop.train import train

            train(job, emit, commands)
        case RangeJob():
            from training.loop.rangetest import try_rates

            try_rates(job, emit, commands)
        case EvaluateJob():
            _evaluate(job, emit)
        case ExportJob():
            _export(job, emit)
        case DataJob():
            _describe(job, emit)
        case ResultsJob():
            from training.results.judged import results

            emit(results(job))
        case SweepJob():
            from training.sweeps.conduct import conduct

            conduct(job, emit, commands)
        case SamplesJob():
            from training.results.preview import preview

            emit(preview(job))


def _describe(job: DataJob, emit: Emit) -> None:
    from training.data.described import describe
    from training.data.preview.guess import guess
    from training.data.preview.preview import preview

    document = loads(job.document)
    if job.path:
        found = guess(job.path)
        emit(DataFound(found.text()))
        with document.edit("Choose"):
            document.set_training(data=found.text())
    settings = document.training
    emit(Stage(f"Reading {settings.data.text()}"))

    def stage(what: str, done: float) -> None:
        emit(Stage(what, done))

    if job.samples:
        emit(preview(document, job.folder, job.samples, stage))
    else:
        emit(DataDescribed(describe(settings, job.folder, stage)))


def _evaluate(job: EvaluateJob, emit: Emit) -> None:
    from training.results.evaluate import evaluation

    began = perf_counter()
    emit(Stage("Measuring on samples that were not trained on"))
    found = evaluation(
        job.run_dir, job.data, lambda text: emit(Notice(text)), lambda what, done: emit(Stage(what, done))
    )
    emit(Evaluated(found))
    results = {**found["figures"], "samples": float(found["samples"])}
    emit(Finished("completed", results, round(perf_counter() - began, 3)))


def _export(job: ExportJob, emit: Emit) -> None:
    import torch

    from compiler.to_onnx.export import export

    gc.freeze()  # what torch made while it was imported is not looked through for garbage again and again
    emit(Stage("Writing ONNX and comparing it with PyTorch"))
    run = Path(job.run_dir) if job.run_dir else None
    document = loads(job.document) if job.document or run is None else read_document(run)
    source = compile_source(document)
    torch.manual_seed(document.training.seed)
    state, weights = _weights(document, source, choose(run, job.weights) if run else None)
    samples = _real_samples(document, source, run, job.folder, emit) if run else None
    report = export(document, state, job.path, samples, embed_drawing=job.embed_drawing)
    emit(Exported(report.path, report.opset, report.max_abs_diff, report.checked, weights, report.notices))


def _weights(
    document: Document, source: Source, choice: Choice | None
) -> tuple[Mapping[str, torch.Tensor] | None, Weights]:
    """The weights to export, and what is to be said of those that the exported part of the drawing has."""
    from training.checkpoints.fitted import fitted_weights

    exported = tensors_of(document, "output")
    if choice is None:
        return None, Weights(len(exported), fresh=dict.fromkeys(exported, ""))
    state, found = fitted_weights(document, source, choice)
    return state, weights_used(choice, found.only(exported))


def _real_samples(
    document: Document, source: Source, run: Path, folder: str, emit: Emit
) -> dict[str, np.ndarray[Any, Any]] | None:
    import torch

    from training.data.held import take
    from training.data.places import locate_for
    from training.data.samples import load_samples
    from training.runs.data_record import read_record, rule_of

    try:
        place = locate_for(run, document.training.data, folder)
        record = read_record(run)
        learned, rule = record.learned if record else None, rule_of(run)
        samples = load_samples(document, source, place, lambda _: None, _REAL_SAMPLES, rule=rule, learned=learned)
    except LayerloomError as error:
        emit(Notice(f"The ONNX model is compared on random samples only: {error}"))
        return None
    found = samples.test or samples.training
    return {node: take(held, torch.arange(len(held))).numpy() for node, held in zip(source.inputs, found, strict=False)}

"""What a run's best weights make of samples they were not trained on, to be looked at.

What was judged last is kept, so that other samples of it are shown at once; ``forget`` gives the memory back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.errors import LayerloomError
from training.checkpoints.checkpoint import load_weights
from training.data.checks.company import in_need_of_company
from training.data.feed import Feed
from training.devices import choose_device
from training.errors import TrainingError
from training.job.failures import blaming
from training.methods.classweights import weighted
from training.metrics.accuracy import objective
from training.metrics.answers import Answers, answers_of
from training.metrics.measure import measure
from training.metrics.metrics import Metrics
from training.metrics.tallies import Arguments
from training.protocol import ClassFigures, ResultsJob, ResultsShown, Write, Written
from training.results.evaluate import class_names, part_of, per_class
from training.results.judgement import Judged
from training.results.latent import decoding_of, latent_of, like_of, through_of
from training.results.plane import plane_of
from training.results.scores import Scores, ordered_by, scores_of
from training.results.views import views_of
from training.results.writing import writer_of
from training.results.written import writing_of, written
from training.runs.choices import Choice, choose
from training.runs.data_record import class_weights_of, read_record
from training.runs.runs import read_document

_MOST, _PAIRS, _CLASSES = 200, 4000, 1000


_last: list[tuple[tuple[str, int, str], Judged]] = []


def forget() -> None:
    """Keep nothing of what was judged."""
    _last.clear()


def results(job: ResultsJob) -> ResultsShown:
    """What a job asks for, or why there is nothing to show."""
    try:
        return _shown(job)
    except LayerloomError as error:
        writes = job.write is not None
        return ResultsShown(job.request, job.run_dir, refused=str(error), part=job.part, writes=writes)


def _shown(job: ResultsJob) -> ResultsShown:
    judged = _judged(Path(job.run_dir), job.part)
    names = list(judged.answers)
    if job.write is not None:
        text = _written(judged, job.write)
        return ResultsShown(job.request, job.run_dir, part=judged.part.name, writes=True, written=text)
    if not names:
        return _reconstructed(job, judged)
    name = job.objective if job.objective in names else names[0]
    answers, scores = judged.answers[name], judged.scores[name]
    found = _found(job, scores)
    page = found[max(0, job.first) : max(0, job.first) + min(max(0, job.count), _MOST)]
    classes = _classes(judged, name, answers)
    table = _table(scores, len(classes))
    return ResultsShown(
        job.request,
        job.run_dir,
        judged.weights.which,
        int(judged.weights.epoch or 0),
        judged.part.name,
        len(judged.part.chosen),
        names,
        name,
        answers.kind,
        classes,
        table,
        judged.pairs[name],
        plane_of(judged, name),
        judged.latent,
        _figures(classes, table),
        ordered_by(answers),
        len(found),
        job.first,
        views_of(judged, name, page, classes) if len(page) else [],
        judged.notices,
        parts=[*judged.part.names],
        figures=judged.figures,
        writing=writing_of(judged.writer) if judged.writer else None,
    )


def _written(judged: Judged, asked: Write) -> Written:
    """What the model of a run writes by itself."""
    if judged.writer is None:
        raise TrainingError("This model does not write: none of its Targets has the tokens of an Input one place on.")
    return written(judged, judged.writer, asked)


def _reconstructed(job: ResultsJob, judged: Judged) -> ResultsShown:
    """What is shown where no objective judges samples one by one: what goes in beside what comes out."""
    count, samples = len(judged.part.chosen), []
    if judged.decoding is not None:
        like = like_of(judged.source, judged.record, judged.part)
        asked = min(max(0, job.count), _MOST)
        samples = through_of(judged.decoding, max(0, job.first), asked, like, judged.source.inputs[0])
    return ResultsShown(
        job.request,
        job.run_dir,
        judged.weights.which,
        int(judged.weights.epoch or 0),
        judged.part.name,
        count,
        latent=judged.latent,
        found=count,
        first=job.first,
        samples=samples,
        notices=judged.notices,
        parts=[*judged.part.names],
        figures=judged.figures,
    )


def _found(job: ResultsJob, scores: Scores) -> Tensor:
    """The places of the samples that are asked for, in the order that is; one in which nothing counts comes last."""
    places = torch.arange(len(scores.wrong))
    for wanted, column in ((job.true, scores.true), (job.predicted, scores.guess)):
        if wanted >= 0:
            places = places[column[places] == wanted]
    if job.order == "data":
        return places
    bad = scores.wrong[places].nan_to_num(-torch.inf if job.order == "worst" else torch.inf)
    return places[bad.argsort(descending=job.order == "worst", stable=True)]


def _table(scores: Scores, classes: int) -> list[list[int]]:
    """How often each class was predicted for each true one; none where a sample does not have one class."""
    kept = (scores.true >= 0) & (scores.guess >= 0)
    if not classes or not bool(kept.any()):
        return []
    pairs = torch.bincount(scores.true[kept] * classes + scores.guess[kept], minlength=classes * classes)
    return pairs.view(classes, classes).tolist()


def _figures(classes: list[str], table: list[list[int]]) -> list[ClassFigures]:
    return [
        ClassFigures(row["class"], row["precision"], row["recall"], row["samples"])
        for row in (per_class(classes, table) if table else [])
    ]


def _classes(judged: Judged, name: str, answers: Answers) -> list[str]:
    if answers.kind == "yes_no":
        return ["no", "yes"]
    if answers.kind in ("values", "masks") or not 1 < answers.classes <= _CLASSES:
        return []
    return class_names(judged.document, name, judged.record, answers.classes)


def _judged(run: Path, wanted: str) -> Judged:
    weights = choose(run)
    key = str(run.resolve()), weights.path.stat().st_mtime_ns, wanted
    if not _last or _last[0][0] != key:
        forget()
        _last.append((key, _judge(run, weights, wanted)))
    return _last[0][1]


def _judge(run: Path, weights: Choice, wanted: str) -> Judged:
    document = weighted(read_document(run), class_weights_of(run))
    source = compile_source(document)
    record = read_record(run)
    notices: list[str] = []
    part = part_of(run, document, source, "", notices.append, wanted)
    found = {name: answers_of(document, source, name, part.held) for name in source.objectives}
    answers = {name: each for name, each in found.items() if each is not None}
    device = choose_device(document.training.device)
    with blaming(source, "use a smaller batch_size or fewer samples"):
        module = build(source)
        load_weights(weights.path, module)
        module.to(device).eval()
        feed = Feed([tensor.to(device) for tensor in part.held], document.training.batch_size)
        part = part._replace(chosen=part.chosen.to(device))
        decoding = decoding_of(document, source, module, feed, part)
        if not answers and decoding is None:
            raise TrainingError(
                "None of the drawing's objectives compares predictions with right answers, so there is nothing to show "
                "sample by sample."
            )
        like = like_of(source, record, part)
        latent = latent_of(decoding, document.training.seed, like) if decoding else None
        writer = writer_of(document, source, module, feed, part, record, answers)
        company = bool(in_need_of_company(document, source, part.held, training=False))
        scores: dict[str, list[Scores]] = {name: [] for name in answers}
        pairs: dict[str, list[list[float]]] = {name: [] for name in answers}

        def look(compared: Mapping[str, Arguments]) -> None:
            for name, each in answers.items():
                prediction, target = compared[name][1:3]
                scores[name].append(scores_of(objective(document, name), each, prediction, target))
                _pair(pairs[name], each, prediction, target)

        metrics = Metrics(document, source, part.held)
        counted = metrics.judging.begin(metrics.judging.all)
        figures = measure(module, metrics, feed, part.chosen, company=company, counted=counted, look=look)
    joined = {name: Scores.joined(parts) for name, parts in scores.items()}
    return Judged(
        run, weights, document, source, record, part, module, feed, answers, joined, pairs, notices, company, decoding,
        latent, writer, figures,
    )  # fmt: skip


def _pair(pairs: list[list[float]], answers: Answers, prediction: Tensor, target: Tensor) -> None:
    """Note true and predicted numbers, where a sample has one."""
    if answers.kind == "values" and prediction[0].numel() == 1 and len(pairs) < _PAIRS:
        rows = torch.stack([target.float().flatten(), prediction.float().flatten()], 1)
        pairs += rows[: _PAIRS - len(pairs)].cpu().tolist()

"""How good a run's best weights are: every metric that suits, on samples they were not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_source
from graph.document import Document
from graph.recipe.metrics.catalogue import METRICS
from graph.recipe.metrics.classes import F1, Precision, Recall
from graph.recipe.part import chosen
from graph.recipe.sources import Source as DataSource
from training.checkpoints.checkpoint import best_weights, load_weights
from training.data.binding import Notify
from training.data.checks.company import in_need_of_company
from training.data.dataset import Stage
from training.data.described import names_of
from training.data.feed import Feed, Split
from training.data.fingerprint import differences
from training.data.held import Held
from training.data.places import locate, locate_for
from training.data.samples import load_samples, load_test_samples
from training.devices import choose_device
from training.errors import DataError, TrainingError
from training.job.failures import blaming
from training.methods.classweights import weighted
from training.metrics.counting import Counting
from training.metrics.judging import Counted
from training.metrics.measure import measure
from training.metrics.metrics import Metrics
from training.runs.choices import choose
from training.runs.data_record import DataRecord, class_weights_of, read_record, rule_of
from training.runs.runs import read_document


class Part(NamedTuple):
    """Samples to measure on: ``chosen`` of those ``held``; ``name`` says what they are, ``names`` what there is."""

    name: str
    data: str
    held: list[Held]
    chosen: Tensor
    names: Sequence[str] = ()


def evaluate(run: str | Path, data: str = "", notify: Notify = lambda _: None) -> dict[str, float | None]:
    """The figures of a run's best weights by name, and the number of samples as "samples"; see ``evaluation``.

    Raises:
        LayerloomError: the run, its weights or the data cannot be used.
    """
    found = evaluation(run, data, notify)
    figures: dict[str, float | None] = found["figures"]
    return {**figures, "samples": float(found["samples"])}


def evaluation(
    run: str | Path, data: str = "", notify: Notify = lambda _: None, stage: Stage = lambda _what, _done: None
) -> dict[str, Any]:
    """All there is to say of a run's best weights, as one JSON object.

    They are measured on the test samples of the data the run was trained with or, where it has none, on the run's own
    validation samples. Of other ``data`` the test samples are taken, or all where it names none. It is prepared as the
    run's own was.

    Raises:
        LayerloomError: the run, its weights or the data cannot be used.
    """
    run = Path(run)
    document = weighted(read_document(run), class_weights_of(run))
    source = compile_source(document)
    if not source.objectives:
        raise TrainingError("The drawing has no objective to measure: add a CrossEntropy or MSE.")
    weights = choose(run)
    notices: list[str] = []

    def tell(text: str) -> None:
        notices.append(text)
        notify(text)

    part = part_of(run, document, source, data, tell, stage=stage)
    with blaming(source, "use a smaller batch_size or fewer samples"):
        metrics = Metrics(document, source, part.held)
        counted = metrics.judging.begin(metrics.judging.all, confusion=True)
        figures = _measured(run, document, source, part, metrics, counted)
    for text in counted.notices():
        tell(text)
    return {
        "run": str(run),
        "weights": weights.which,
        "epoch": weights.epoch,
        "data": part.data,
        "part": part.name,
        "samples": len(part.chosen),
        "figures": figures,
        "meanings": {name: _meaning(name, metrics) for name in figures if _meaning(name, metrics)},
        "objectives": _objectives(document, source, metrics, counted, read_record(run)),
        "notices": notices,
    }


def part_of(
    run: Path,
    document: Document,
    source: Source,
    data: str,
    tell: Notify,
    wanted: str = "",
    stage: Stage = lambda _what, _done: None,
) -> Part:
    """The samples to measure on: those of the part ``wanted`` of the run's own data, "" for such as nothing saw before.

    Raises:
        DataError: there are none, or the data cannot be used.
    """
    settings, record = document.training, read_record(run)
    place = locate(chosen(DataSource, data, settings.data)) if data else locate_for(run, settings.data)
    learned = record.learned if record else None
    other = bool(data) and (record is None or place.text() != record.source)
    rule = rule_of(run)
    names = _names(document, record)
    if wanted in ("", "test"):
        held = load_test_samples(document, source, place, tell, rule=rule, learned=learned, whole=other, stage=stage)
        if held:
            return Part("test", place.text(), held, torch.arange(len(held[0])), ["test", *names])
    samples = load_samples(document, source, place, tell, rule=rule, learned=learned, stage=stage)
    held, count = samples.training, len(samples.training[0])
    names = ["test", *names] if samples.test else names
    if other:
        tell(f"{place.text()} names no test samples: all of its {count:,} samples are measured.")
        return Part("all", place.text(), held, torch.arange(count))
    split = Split(count, settings.validation, settings.seed, torch.device("cpu"), samples.validation)
    changed = differences(record.prints, samples.prints) if record else []
    told = f"The data is not what the run was trained on: {', '.join(changed)}."
    if wanted == "training":
        if changed:
            tell(told)
        return Part("training", place.text(), held, split.training.sort().values, names)
    if wanted == "test" or not len(split.validation):
        raise DataError(_nothing_in(wanted, place.text(), data or settings.data.text()))
    if changed:
        tell(f"{told} The samples measured may have been trained on.")
    return Part("validation", place.text(), held, split.validation, names)


def _names(document: Document, record: DataRecord | None) -> list[str]:
    """The parts a run has beside test samples, as it was told of its data."""
    printed = next(iter(record.prints.values()), None) if record else None
    held = bool(document.training.validation) and (printed is None or printed.samples > 1)
    return ["validation", "training"] if held or (printed and printed.validation) else ["training"]


def _nothing_in(wanted: str, place: str, asked: str) -> str:
    if wanted:
        return f"{place} has no {wanted} samples for this run; choose another part."
    return (
        f"The data '{asked}' has no test samples, and the run held none back to validate on: an IDX folder needs "
        "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, an .npz file arrays such as image_test and label_test, a "
        "folder of images or texts a subfolder called test, and others a test_share; or name other data with --data."
    )


def _measured(
    run: Path, document: Document, source: Source, part: Part, metrics: Metrics, counted: Counted
) -> dict[str, float | None]:
    settings = document.training
    device = choose_device(settings.device)
    module = build(source)
    load_weights(best_weights(run), module)
    module.to(device)
    chosen = part.chosen.to(device)
    Counting(document, source, part.held).check(part.chosen, part.name)
    node = in_need_of_company(document, source, part.held, training=False)
    if node and len(chosen) == 1:
        raise DataError(
            f"'{node}' compares the samples of a batch with each other, but there is one {part.name} sample; add "
            "others.",
            node.partition("/")[0],
        )
    feed = Feed([tensor.to(device) for tensor in part.held], settings.batch_size)
    return measure(module, metrics, feed, chosen, company=bool(node), counted=counted)


def _meaning(figure: str, metrics: Metrics) -> str:
    found = next((judged.metric for judged in metrics.judging.all if judged.figure == figure), None)
    if found is None and figure.startswith("accuracy"):
        found = METRICS["accuracy"]
    return found.meaning() if found else ""


def _objectives(
    document: Document, source: Source, metrics: Metrics, counted: Counted, record: DataRecord | None
) -> dict[str, Any]:
    """What each objective compares, which figures judge it, and its classes, if it has such."""
    tables, found = counted.tables(), {}
    for name in source.objectives:
        answers = metrics.judging.answers.get(name)
        entry: dict[str, Any] = {"kind": type(document.model.node(name).layer).__name__}
        entry["answers"] = answers.kind if answers else None
        entry["figures"] = [judged.figure for judged in metrics.judging.all if judged.objective == name]
        if name in tables:
            yes_no = answers is not None and answers.kind == "yes_no"
            names = ["no", "yes"] if yes_no else class_names(document, name, record, len(tables[name]))
            entry |= {"classes": names, "confusion_matrix": tables[name], "per_class": per_class(names, tables[name])}
        found[name] = entry
    return found


def class_names(document: Document, name: str, record: DataRecord | None, count: int) -> list[str]:
    """What the data calls the classes; their numbers where it has no names for them."""
    node = document.model.inputs(name)["target"].source
    printed = record.prints.get(node) if record else None
    known = names_of(printed.field, record.learned) if record and printed else []
    return [known[place] if place < len(known) else str(place) for place in range(count)]


def per_class(names: Sequence[str], table: Sequence[Sequence[int]]) -> list[Mapping[str, Any]]:
    """Precision, recall and F1 of each class, and how many samples it has."""
    rows: list[Mapping[str, Any]] = []
    for place, name in enumerate(names):
        hits, true = table[place][place], sum(table[place])
        predicted = sum(row[place] for row in table)
        figures = {
            metric.name(): metric().of_class(hits, predicted, true) if predicted or true else None
            for metric in (Precision, Recall, F1)
        }
        rows.append({"class": name, **figures, "samples": true, "predicted": predicted})
    return rows

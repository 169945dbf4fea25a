"""The samples a drawing is trained and tested on: bound, scaled, adapted and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from compiler.to_python.source import Source
from graph.document import Document
from graph.recipe.sources import Source as DataSource, read_text
from training.data.adapt import adapt, image_size
from training.data.binding import Binding, Notify, bind
from training.data.checks.labels import check_labels
from training.data.dataset import Dataset, Fields, Reading, Stage
from training.data.files.store import joined
from training.data.fingerprint import prints_of
from training.data.fit.scaling import check_alike, decide
from training.data.fit.sizes import check_suits
from training.data.held import Held
from training.data.holding import hold_back
from training.data.parts import chosen, tell_unused
from training.data.sources import load_data
from training.errors import DataError
from training.runs.data_record import Learned, Print, Rule


class Samples(NamedTuple):
    """Tensors in the order a module's ``loss`` takes them, the first axis counting samples.

    The last ``validation`` of ``training`` are to validate on: samples the data brings or, where ``held`` says so, such
    as were held back while it was read. ``prints`` say what the data was like; they are empty where only part of it was
    asked for. ``learned`` is what reading found out of the training samples. ``bindings`` are what takes the tensors,
    ``shapes`` those of a sample in the data, by node.
    """

    training: list[Held]
    test: list[Held]
    validation: int
    rule: Rule
    prints: dict[str, Print]
    held: bool = False
    learned: Learned = Learned()
    bindings: Sequence[Binding] = ()
    shapes: Mapping[str, tuple[int, ...]] = {}


def load_samples(
    document: Document,
    source: Source,
    data: DataSource | str,
    notify: Notify,
    limit: int | None = None,
    *,
    rule: Rule | None = None,
    learned: Learned | None = None,
    folder: str = "",
    stage: Stage = lambda _what, _done: None,
) -> Samples:
    """Read ``data`` and fit it to a drawing; with ``limit``, only that many samples of each part.

    ``rule`` is how a run scaled its data and ``learned`` what it learned from it, ``None`` to find that from the
    training samples; ``folder`` is where a relative path starts. ``stage`` is told how far long readings have come.

    Raises:
        DataError: it cannot be read, or does not fit; naming the node.
    """
    settings = document.training
    reading = Reading(settings.validation, settings.seed, learned, notify, stage)
    dataset, bindings = bound(document, source, load_data(data, folder, reading), notify)
    return fit_samples(document, source, data, dataset, bindings, notify, limit, rule=rule)


def fit_samples(
    document: Document,
    source: Source,
    data: DataSource | str,
    dataset: Dataset,
    bindings: Sequence[Binding],
    notify: Notify,
    limit: int | None = None,
    *,
    rule: Rule | None = None,
) -> Samples:
    """Fit what was read to a drawing; ``dataset`` holds the fields that are used alone.

    Raises:
        DataError: it does not fit; naming the node.
    """
    if not dataset.training:
        raise DataError(
            f"{dataset.name} holds no training samples, only others; save arrays without '_test' to train on, such as "
            "image and label."
        )
    if getattr(read_text(data) if isinstance(data, str) else data, "split", "") == "stratified":
        dataset = hold_back(dataset, bindings, document.training.validation, document.training.seed)
    decided = rule or decide(bindings, dataset.training, document.training.scaling, notify)
    training = _part(document, source, bindings, _joined(dataset, limit), decided, notify)
    parts = {"training": dataset.training, "validation": dataset.validation, "test": dataset.test}
    for part, fields in parts.items():
        _check_part(bindings, fields, decided, part)
    test: list[Held] = []
    if dataset.test:
        test = _test_part(document, source, bindings, _first(dataset.test, limit), decided, lambda _: None)
    prints = prints_of(bindings, dataset) if limit is None else {}
    count = _count(_first(dataset.validation, limit))
    shapes = {binding.node: tuple(dataset.training[binding.field].shape[1:]) for binding in bindings}
    return Samples(training, test, count, decided, prints, dataset.held, dataset.learned, bindings, shapes)


def load_test_samples(
    document: Document,
    source: Source,
    data: DataSource | str,
    notify: Notify,
    *,
    rule: Rule,
    learned: Learned | None = None,
    folder: str = "",
    whole: bool = False,
    stage: Stage = lambda _what, _done: None,
) -> list[Held]:
    """Read the test samples of ``data`` alone and fit them to a drawing; nothing where there are none.

    With ``whole``, all samples of a table or folder are test samples where it names none itself.

    Raises:
        DataError: the data cannot be read, or does not fit; naming the node.
    """
    reading = Reading(document.training.validation, document.training.seed, learned, notify, stage)
    dataset, bindings = bound(document, source, load_data(data, folder, reading), notify)
    if whole and not dataset.test:
        dataset = _all_to_test(dataset, notify)
    if not dataset.test:
        return []
    _check_part(bindings, dataset.test, rule, "test")
    return _test_part(document, source, bindings, dataset.test, rule, notify)


def _all_to_test(dataset: Dataset, notify: Notify) -> Dataset:
    """What was read as a whole, to be held back as the settings ask, as test samples."""
    if not dataset.held:
        return dataset
    test = _joined(dataset, None)
    notify(f"{dataset.name} names no test samples: all of its {_count(test):,} samples are measured.")
    return dataset._replace(test=test)


def bound(document: Document, source: Source, dataset: Dataset, notify: Notify) -> tuple[Dataset, list[Binding]]:
    """Data that was read with the fields that are used alone, and what uses them.

    Raises:
        DataError: a field is missing, or parts do not belong together.
    """
    bindings = bind(document, source, dataset, notify)
    if not bindings:
        raise DataError("The drawing has no Input to train: add one and connect it.")
    used = list(dict.fromkeys(binding.field for binding in bindings))
    tell_unused(dataset, used, notify)
    return chosen(dataset, used), bindings


def _joined(dataset: Dataset, limit: int | None) -> Fields:
    """The training samples, and behind them those to validate on."""
    training, validation = _first(dataset.training, limit), _first(dataset.validation, limit)
    if not validation:
        return training
    return {name: joined(array, validation[name]) for name, array in training.items()}


def _first(fields: Fields, limit: int | None) -> Fields:
    return {name: array[:limit] for name, array in fields.items()}


def _count(fields: Fields) -> int:
    return len(next(iter(fields.values()))) if fields else 0


def _check_part(bindings: Sequence[Binding], fields: Fields, rule: Rule, part: str) -> None:
    try:
        for binding in bindings if fields else ():
            check_alike(rule, binding, fields[binding.field])
    except DataError as error:
        raise DataError(f"In the {part} samples, {error}", error.node) from None


def _test_part(
    document: Document, source: Source, bindings: Sequence[Binding], fields: Fields, rule: Rule, notify: Notify
) -> list[Held]:
    try:
        return _part(document, source, bindings, fields, rule, notify)
    except DataError as error:
        raise DataError(f"In the test samples, {error}", error.node) from None


def _part(
    document: Document, source: Source, bindings: Sequence[Binding], fields: Fields, rule: Rule, notify: Notify
) -> list[Held]:
    images = {
        binding.field: size for binding in bindings if (size := image_size(binding, fields[binding.field])) is not None
    }
    tensors = {binding.node: adapt(binding, fields[binding.field], rule, images, notify) for binding in bindings}
    check_suits(document, bindings, {node: tuple(tensor.shape[1:]) for node, tensor in tensors.items()})
    check_labels(document, source, tensors, notify)
    return [tensors[binding.node] for binding in bindings]

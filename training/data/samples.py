"""The samples a drawing is trained and tested on: bound, adapted and checked."""

from __future__ import annotations

from typing import NamedTuple

from compiler.to_python.source import Source
from graph.document import Document
from training.data.adapt import adapt
from training.data.binding import Binding, Notify, bind
from training.data.checks.labels import check_labels
from training.data.dataset import Fields
from training.data.resized import Held
from training.data.sources import load_data
from training.errors import DataError


class Samples(NamedTuple):
    """Tensors in the order a module's ``loss`` takes them, the first axis counting samples."""

    training: list[Held]
    test: list[Held]


def load_samples(document: Document, source: Source, data: str, notify: Notify, limit: int | None = None) -> Samples:
    """Read ``data`` and fit it to a drawing; with ``limit``, only that many samples of each part.

    Raises:
        DataError: it cannot be read, or does not fit; naming the node.
    """
    dataset = load_data(data)
    bindings = bind(document, source, dataset, notify)
    if not bindings:
        raise DataError("The drawing has no Input to train: add one and connect it.")
    parts = [{name: array[:limit] for name, array in part.items()} for part in (dataset.training, dataset.test)]
    training = _part(document, source, bindings, parts[0], notify)
    test = _test_part(document, source, bindings, parts[1]) if parts[1] else []
    return Samples(training, test)


def _test_part(document: Document, source: Source, bindings: list[Binding], fields: Fields) -> list[Held]:
    try:
        return _part(document, source, bindings, fields, lambda _: None)
    except DataError as error:
        raise DataError(f"In the test samples, {error}", error.node) from None


def _part(document: Document, source: Source, bindings: list[Binding], fields: Fields, notify: Notify) -> list[Held]:
    tensors = {binding.node: adapt(binding, fields[binding.field], notify) for binding in bindings}
    _check_sizes(bindings, tensors)
    check_labels(document, source, tensors, notify)
    return [tensors[binding.node] for binding in bindings]


def _check_sizes(bindings: list[Binding], tensors: dict[str, Held]) -> None:
    """Refuse data in which a named size, such as T, is one number here and another there."""
    found: dict[str, tuple[str, int]] = {}
    for node, _, declared in bindings:
        for dim, size in zip(declared.shape[1:], tensors[node].shape[1:], strict=True):
            other, known = found.setdefault(str(dim), (node, size))
            if known != size:
                raise DataError(
                    f"'{dim}' is {known} in the data of '{other}' but {size} in that of '{node}'; "
                    "give the sizes two names, or the data one length.",
                    node,
                )

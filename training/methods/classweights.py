"""Class weights from the balance of the training samples, given to the objectives that compare classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.document import Document
from graph.storage.loom import dumps, loads
from training.data.held import Held, parts
from training.errors import TrainingError
from training.metrics.accuracy import objective, samples_of

ClassWeights = dict[str, list[float]]


def balanced(
    document: Document, source: Source, samples: Sequence[Held], chosen: Tensor, notify: Callable[[str], None]
) -> ClassWeights:
    """For each objective, weights of its classes such that each class counts as much as another in ``chosen``.

    A class with a tenth of the samples has ten times the weight of one with all of them; over the samples the weights
    are 1 in the mean. A class of which there is no sample has the weight 1.

    Raises:
        TrainingError: no objective compares classes that the data gives.
    """
    found = {name: _weights(document, source, name, samples, chosen) for name in source.objectives}
    weights = {name: values for name, values in found.items() if values}
    if not weights:
        raise TrainingError(
            "The setting class_weights is balanced, but no objective of the drawing compares scores with class labels "
            "straight from the data and without weights of its own; set class_weights to none."
        )
    for name, values in weights.items():
        notify(
            f"'{name}' weighs its {len(values)} classes by their balance in the training samples, from "
            f"{min(values):.4g} to {max(values):.4g}; so do its figures on validation and test samples."
        )
    return weights


def weighted(document: Document, weights: Mapping[str, Sequence[float]]) -> Document:
    """The drawing with these class weights in its objectives."""
    if not weights:
        return document
    found = loads(dumps(document))
    with found.edit("Class weights"):
        for name, values in weights.items():
            found.model.set(name, weight=tuple(values))
    return found


def _weights(
    document: Document, source: Source, name: str, samples: Sequence[Held], chosen: Tensor
) -> list[float] | None:
    layer = objective(document, name)
    target = samples_of(document, source, name, samples)
    wire = document.model.inputs(name).get("prediction")
    if getattr(layer, "weight", None) != () or layer.class_axis is None or wire is None:
        return None
    if target is None or target.dtype != torch.int64:
        return None
    kind = document.types()[wire.source][document.model.output_index(wire.source, wire.source_port)]
    classes = kind.shape[layer.class_axis]
    if not isinstance(classes, int):
        return None
    return _balance(target, chosen, classes, getattr(layer, "ignore_index", -100))


def _balance(labels: Held, chosen: Tensor, classes: int, ignored: int) -> list[float]:
    counts = [0] * classes
    for part in parts(labels, chosen):
        found = torch.bincount(part[part.ne(ignored)], minlength=classes).tolist()
        counts = [before + now for before, now in zip(counts, found, strict=True)]
    there, kept = sum(1 for count in counts if count), sum(counts)
    return [float(f"{kept / (there * count):.7g}") if count else 1.0 for count in counts]

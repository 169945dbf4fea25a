"""Accuracy: the share of right answers, of classes and of yes or no."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.document import Document
from graph.layers.objectives.base import Objective
from training.data.held import Held, parts
from training.metrics.tallies import Arguments, Counted, Counts, Tally


def objective(document: Document, name: str) -> Objective:
    """The objective of that name."""
    layer = document.model.node(name).layer
    assert isinstance(layer, Objective)
    return layer


def samples_of(document: Document, source: Source, name: str, samples: Sequence[Held]) -> Held | None:
    """The targets an objective gets straight from the data; none where they are computed."""
    arguments, node = [*source.inputs, *source.targets], target_of(document, name)
    return samples[arguments.index(node)] if node in arguments else None


def are_yes_or_no(target: Held) -> bool:
    """Whether targets are 0 and 1."""
    return all(bool((part.eq(0) | part.eq(1)).all()) for part in parts(target))


def target_of(document: Document, name: str) -> str:
    """The node that gives an objective its targets; "" where it has none."""
    wire = document.model.inputs(name).get("target")
    return wire.source if wire else ""


def accuracies(
    document: Document, source: Source, samples: Sequence[Held], voids: Collection[str] = ()
) -> dict[str, Tally]:
    """What can be measured, by objective: predictions that meet class indices, or 0 and 1, straight from the data.

    Of the targets ``voids`` some labels may come not to count.
    """
    found = {}
    for name in source.objectives:
        layer = objective(document, name)
        target = samples_of(document, source, name, samples) if layer.metric else None
        if target is not None and layer.metric == "accuracy" and target.dtype == torch.int64:
            # Labels of a class of the weight 0 do not count; other weights say what to learn, not what is right.
            weight = getattr(layer, "weight", ())
            counting = tuple(float(each > 0) for each in weight) if 0.0 in weight else ()
            counts = Counts(getattr(layer, "ignore_index", -100), counting)
            found[name] = _of_classes(name, counts, target, target_of(document, name) in voids)
        if target is not None and layer.metric == "binary_accuracy" and are_yes_or_no(target):
            found[name] = Tally(name, partial(_binary, getattr(layer, "threshold", 0.5)))
    for name, tally in found.items():
        tally.name = f"accuracy_{name}" if len(found) > 1 else "accuracy"
    return found


def _of_classes(name: str, counts: Counts, target: Held, void: bool) -> Tally:
    # Looked at once: a mask costs every step as much again as the measurement.
    if not void and all(map(counts.are_one, parts(target))):
        return Tally(name, _classes)
    return Counted(name, counts.total, partial(_kept_classes, counts))


def _classes(entry: Arguments) -> Tensor:
    # Labels that were mixed are shares of classes: the largest is what is right.
    right = entry[2].argmax(1) if entry[2].is_floating_point() else entry[2]
    return entry[1].detach().argmax(1).eq(right).mean(dtype=torch.float32)


def _kept_classes(counts: Counts, entry: Arguments) -> Tensor:
    kept = counts(entry[2])
    return entry[1].detach().argmax(1).eq(entry[2]).logical_and_(kept).sum() / kept.sum()


def _binary(threshold: float, entry: Arguments) -> Tensor:
    return entry[1].detach().gt(threshold).eq(entry[2]).mean(dtype=torch.float32)

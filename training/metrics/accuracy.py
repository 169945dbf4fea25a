"""Accuracy: the share of right answers, of classes and of yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.document import Document
from training.data.labels import class_targets
from training.data.resized import Held


class Accuracy(NamedTuple):
    """Measures the prediction of ``objective`` by the tensor at ``place`` among the arguments of ``loss``."""

    objective: str
    place: int
    share: Callable[[Tensor, Tensor], Tensor]


def accuracies(document: Document, source: Source, samples: Sequence[Held]) -> list[Accuracy]:
    """What can be measured where predictions meet ``samples``, class indices or 0 and 1, straight from the data."""
    found = {}
    for target in class_targets(document, source):
        # Looked at once: a mask costs every step as much again as the measurement.
        labels = samples[target.place]
        masked = isinstance(labels, Tensor) and bool(labels.eq(target.ignored).any())
        share = partial(_kept_classes, target.ignored) if masked else _classes
        found[target.objective] = Accuracy(target.objective, target.place, share)
    for name in source.objectives:
        layer = document.model.node(name).layer
        if getattr(layer, "metric", "") != "binary_accuracy":
            continue
        place = _place(document, source, name)
        if place is not None and _is_binary(samples[place]):
            found[name] = Accuracy(name, place, partial(_binary, getattr(layer, "threshold", 0.5)))
    return [found[name] for name in source.objectives if name in found]


def _place(document: Document, source: Source, objective: str) -> int | None:
    """Where the objective's target stands among the arguments of ``loss``; None for what is computed."""
    arguments, node = [*source.inputs, *source.targets], document.model.inputs(objective)["target"].source
    return arguments.index(node) if node in arguments else None


def _is_binary(samples: Held) -> bool:
    return isinstance(samples, Tensor) and bool((samples.eq(0) | samples.eq(1)).all())


def _classes(prediction: Tensor, target: Tensor) -> Tensor:
    return prediction.argmax(1).eq(target).mean(dtype=torch.float32)


def _kept_classes(ignored: int, prediction: Tensor, target: Tensor) -> Tensor:
    kept = target.ne(ignored)
    return prediction.argmax(1).eq(target).logical_and_(kept).sum() / kept.sum()


def _binary(threshold: float, prediction: Tensor, target: Tensor) -> Tensor:
    return prediction.gt(threshold).eq(target).mean(dtype=torch.float32)

"""What is measured on every batch, and its mean over many."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.document import Document
from training.data.resized import Held
from training.metrics.accuracy import accuracies

Result = tuple[Tensor, dict[str, tuple[Tensor, Tensor]]]


class Metrics:
    """The loss, each objective where there are several, and accuracy wherever answers are right or wrong.

    ``samples`` are what will be measured on, or part of it, in the order a module's ``loss`` takes them.
    """

    def __init__(self, document: Document, source: Source, samples: Sequence[Held]) -> None:
        self._objectives = source.objectives if len(source.objectives) > 1 else ()
        self._accuracies = accuracies(document, source, samples)
        several = len(self._accuracies) > 1
        names = [f"accuracy_{accuracy.objective}" if several else "accuracy" for accuracy in self._accuracies]
        self.names = ["loss", *self._objectives, *names]

    def measure(self, result: Result, batch: list[Tensor]) -> list[Tensor]:
        """The values of one batch in the order of ``names``, each a tensor on the device: nothing waits for them."""
        total, objectives = result
        row = [total.detach(), *(objectives[name][0].detach() for name in self._objectives)]
        for objective, place, share in self._accuracies:
            row.append(share(objectives[objective][1].detach(), batch[place]))
        return row


def values_of(rows: list[list[Tensor]]) -> list[list[float]]:
    """Measured rows as numbers, fetched from the device at once."""
    if not rows:
        return []
    values: list[list[float]] = torch.stack([value for row in rows for value in row]).view(len(rows), -1).tolist()
    return values


class Means:
    """Sums of measured values, weighted by the samples behind them."""

    def __init__(self, names: list[str], sums: list[float] | None = None, samples: int = 0) -> None:
        self._names = names
        self.sums = sums or [0.0] * len(names)
        self.samples = samples

    def add(self, row: list[float], samples: int) -> None:
        """Count the values of one batch."""
        self.samples += samples
        for place, value in enumerate(row):
            self.sums[place] += value * samples

    def means(self) -> dict[str, float | None]:
        """The means by name; nothing for one that is no finite number."""
        means = [value / self.samples if self.samples else float("nan") for value in self.sums]
        return {name: mean if isfinite(mean) else None for name, mean in zip(self._names, means, strict=True)}

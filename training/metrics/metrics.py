"""What is measured on every batch, and what comes of it over many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from math import isfinite
from operator import add

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.blocks.expansion import input_types
from graph.document import Document
from graph.layers.objectives.base import Averaging
from training.data.held import Held, parts
from training.metrics.accuracy import accuracies, objective, samples_of, target_of
from training.metrics.judging import Judging
from training.metrics.tallies import Arguments, Counted, Counts, Sum, Tally, Totals

Result = tuple[Tensor, dict[str, Arguments]]
Row = list[list[Tensor]]
Measured = list[tuple[int, list[Tensor]]]  # the place of a tally, and what it takes


class Metrics:
    """The loss, each objective where there are several, and accuracy wherever answers are right or wrong.

    ``samples`` are what will be measured on, or part of it, in the order a module's ``loss`` takes them. Of the targets
    ``voids`` some labels may come not to count while training. ``judging`` has what else can be measured on samples
    that are not trained on, ``judged`` what of it the settings ask for.
    """

    def __init__(
        self, document: Document, source: Source, samples: Sequence[Held], voids: Collection[str] = ()
    ) -> None:
        self._objectives = source.objectives
        self._weights = [objective(document, name).loss_weight for name in source.objectives]
        self.tallies = [_tally(document, source, name, samples, voids) for name in source.objectives]
        measured = accuracies(document, source, samples, voids)
        self.tallies += measured.values()
        self._sources = [*source.objectives, *measured]
        self.names = ["loss", *(source.objectives if len(source.objectives) > 1 else ())]
        self.rising = {tally.name for tally in measured.values()}
        self.names += [tally.name for tally in measured.values()]
        self.judging = Judging(document, source, samples, self.names)
        self.judged = self.judging.chosen(document.training.metrics, document.training.monitor)

    def measure(self, result: Result) -> Row:
        """What each tally takes of one batch, on the device: nothing waits for it."""
        return [tally.measure(result[1][name]) for tally, name in zip(self.tallies, self._sources, strict=True)]

    def measure_of(self, objectives: Mapping[str, Arguments]) -> Measured:
        """What the tallies of some objectives take of one batch, by their places."""
        sources = enumerate(zip(self.tallies, self._sources, strict=True))
        return [(place, tally.measure(objectives[name])) for place, (tally, name) in sources if name in objectives]

    def total(
        self,
        objectives: dict[str, Arguments],
        live: Sequence[str] | None,
        shares: Mapping[str, float] | None = None,
    ) -> Tensor:
        """The weighted sum of the objectives ``live``, ``None`` for all; of each, its share if there are ``shares``."""
        weights = zip(self._objectives, self._weights, strict=True)
        chosen = [(name, weight) for name, weight in weights if live is None or name in live]
        terms = [weight * (shares[name] if shares else 1.0) * objectives[name][0] for name, weight in chosen]
        return torch.stack(terms).sum()

    def loss(self, values: Sequence[float | None]) -> float | None:
        """The weighted sum of the objectives that have a value; nothing if none has, as where no label counts."""
        total = None
        for weight, value in zip(self._weights, values, strict=False):
            if value is not None:
                total = weight * value + (total or 0.0)
        return total

    def figures(self, values: Sequence[float | None]) -> dict[str, float | None]:
        """The values of the tallies by name, behind the loss; nothing for one that is not a finite number."""
        several = len(self._weights) > 1
        shown = [*zip(self.tallies, values, strict=True)][0 if several else 1 :]
        found = {"loss": self.loss(values), **{tally.name: value for tally, value in shown}}
        return {name: value if value is not None and isfinite(value) else None for name, value in found.items()}


def _tally(document: Document, source: Source, name: str, samples: Sequence[Held], voids: Collection[str]) -> Tally:
    """How the value of an objective adds up."""
    layer = objective(document, name)
    match averaging(document, name):
        case "sum":
            return Sum(name)
        case "totals":
            return Totals(name, layer)
        case "counted":
            counts = Counts(getattr(layer, "ignore_index", -100), getattr(layer, "weight", ()))
            given = samples_of(document, source, name, samples)
            certain = target_of(document, name) not in voids
            alike = given is not None and certain and all(map(counts.are_one, parts(given)))
            return Tally(name) if alike else Counted(name, counts.total)
    return Tally(name)


def averaging(document: Document, name: str) -> Averaging:
    """How the values of batches become that of all of them, for an objective."""
    kinds = (kind for kind in input_types(document.model, document.types(), name) if kind)
    return objective(document, name).averaging(*kinds)


def values_of(rows: Sequence[Row]) -> list[list[list[float]]]:
    """Measured rows as numbers, fetched from the device at once."""
    if not rows:
        return []
    numbers = torch.stack([number for row in rows for part in row for number in part]).tolist()
    ends = [*accumulate(map(len, rows[0]), initial=0)]
    width = ends[-1]
    return [[numbers[at + i : at + j] for i, j in pairwise(ends)] for at in range(0, len(numbers), width)]


class Means:
    """What has added up over batches, and the figures that follow from it."""

    def __init__(self, metrics: Metrics, packed: Sequence[float] = (), samples: int = 0) -> None:
        self._metrics = metrics
        self._sums: list[list[float]] = _unpack(packed, len(metrics.tallies))
        self.samples = samples

    def add(self, row: list[list[float]], samples: int) -> float | None:
        """Count what a batch gave; its own loss, nothing if nothing in it counts."""
        self.samples += samples
        tallies = enumerate(self._metrics.tallies)
        return self._metrics.loss([tally.settle(self.add_at(place, row[place], samples)) for place, tally in tallies])

    def add_at(self, place: int, values: list[float], samples: float) -> list[float]:
        """Count what a tally took of a batch, as if it were of so many samples."""
        sums, known = self._metrics.tallies[place].sums(values, samples), self._sums[place]
        self._sums[place] = [*map(add, known, sums)] if known else sums
        return sums

    def figures(self) -> dict[str, float | None]:
        """The figures by name; nothing for one that is not a finite number."""
        pairs = zip(self._metrics.tallies, self._sums, strict=True)
        return self._metrics.figures([tally.settle(sums) if sums else None for tally, sums in pairs])

    def anew(self) -> Means:
        """Means of the same figures, of nothing yet."""
        return Means(self._metrics)

    def packed(self) -> list[float]:
        """The sums as one list, for a checkpoint: each tally's behind their number."""
        return [number for sums in self._sums for number in (float(len(sums)), *sums)]


def may_be_sums(packed: Sequence[float], metrics: Metrics) -> bool:
    """Whether a checkpoint's sums are of these metrics, or one a measure, as in checkpoints of an older version."""
    return not packed or len(packed) == len(metrics.names) or Means(metrics, packed).packed() == list(packed)


def _unpack(packed: Sequence[float], count: int) -> list[list[float]]:
    """Sums of so many tallies; empty ones where ``packed`` is not of them, as in checkpoints of an older version."""
    found: list[list[float]] = []
    rest = list(packed)
    while rest and len(found) < count and 1 <= rest[0] < len(rest):
        end = 1 + int(rest[0])
        found.append(rest[1:end])
        rest = rest[end:]
    whole = len(found) == count and not rest and list(packed) == [n for sums in found for n in (len(sums), *sums)]
    return found if whole else [[] for _ in range(count)]

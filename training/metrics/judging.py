"""The metrics that suit the objectives of a drawing, measured over a set that is not trained on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from compiler.to_python.source import Source
from graph.document import Document
from graph.recipe.metrics.catalogue import Kind, suiting
from graph.recipe.metrics.metric import Areas, ClassCounts, Distances, Likelihood, Ranks, Sequences
from training.data.held import Held
from training.metrics.answers import Answers, answers_of
from training.metrics.areas import AreaGauge
from training.metrics.confusion import ConfusionGauge, has_confusion
from training.metrics.gauges import (
    ClassGauge,
    DistanceGauge,
    Gauge,
    LikelihoodGauge,
    RankGauge,
    SequenceGauge,
)
from training.metrics.tallies import Arguments

_GAUGES: Mapping[type[Any], type[Gauge]] = {
    ClassCounts: ClassGauge,
    Ranks: RankGauge,
    Likelihood: LikelihoodGauge,
    Sequences: SequenceGauge,
    Distances: DistanceGauge,
    Areas: AreaGauge,
}


class Judged(NamedTuple):
    """A figure's name, the objective it judges, and the metric it is."""

    figure: str
    objective: str
    metric: Kind


class Judging:
    """What is measured of each objective beside its value; ``taken`` are names that other figures have.

    Where several objectives have the same metric, the objective's name stands behind that of the metric; what has such
    a name in ``taken`` is not measured once more.
    """

    def __init__(self, document: Document, source: Source, samples: Sequence[Held], taken: Collection[str]) -> None:
        found = {name: answers_of(document, source, name, samples) for name in source.objectives}
        self.answers: dict[str, Answers] = {name: answers for name, answers in found.items() if answers}
        pairs = [(name, metric) for name, answers in self.answers.items() for metric in _metrics(answers)]
        times = [metric for _, metric in pairs]
        self.all = []
        for name, metric in pairs:
            figure = metric.name()
            if times.count(metric) > 1 or figure in source.objectives:
                figure = f"{figure}_{name}"
            if figure not in taken and f"{figure}_{name}" not in taken:
                self.all.append(Judged(figure, name, metric))
        self.rising = {judged.figure for judged in self.all if judged.metric.rises}

    def chosen(self, which: str, monitor: str = "") -> list[Judged]:
        """Those that the setting ``metrics`` asks for, before them the one that is watched."""
        asked = [judged for judged in self.all if which == "all" or (which == "usual" and judged.metric.usual)]
        watched = [judged for judged in self.all if judged.figure == monitor]
        return [*watched, *(judged for judged in asked if judged not in watched)]

    def figures(self) -> list[str]:
        """The names of all figures there are."""
        return [judged.figure for judged in self.all]

    def begin(self, chosen: Sequence[Judged], *, confusion: bool = False) -> Counted:
        """Gauges for these figures that have counted nothing yet, and for tables of the classes if asked for."""
        return Counted(self.answers, chosen, confusion)


def _metrics(answers: Answers) -> list[Kind]:
    suited = suiting(answers.kind, answers.classes, answers.weighted)
    # What has no probabilities has no perplexity.
    return [metric for metric in suited if answers.likely or metric.counts is not Likelihood]


class Counted:
    """What has been counted over the batches of a set so far."""

    def __init__(self, answers: Mapping[str, Answers], chosen: Sequence[Judged], confusion: bool) -> None:
        self._chosen = chosen
        self._gauges: dict[tuple[str, type[Any]], Gauge] = {}
        for judged in chosen:
            key = (judged.objective, judged.metric.counts)
            self._gauges.setdefault(key, _GAUGES[judged.metric.counts](answers[judged.objective]))
        tables = {name: ConfusionGauge(each) for name, each in answers.items() if confusion and has_confusion(each)}
        self._tables = tables

    def add(self, objectives: Mapping[str, Arguments]) -> None:
        """Count a batch."""
        for (name, _), gauge in self._gauges.items():
            gauge.add(objectives[name][1].detach(), objectives[name][2])
        for name, table in self._tables.items():
            table.add(objectives[name][1].detach(), objectives[name][2])

    def told(self) -> list[Any]:
        """What has been counted for figures, to be told to another process."""
        return [gauge.told() for gauge in self._gauges.values()]

    def join(self, told: Sequence[Any]) -> None:
        """Count what was counted elsewhere over later batches."""
        for gauge, each in zip(self._gauges.values(), told, strict=True):
            gauge.join(each)

    def figures(self) -> dict[str, float | None]:
        """The figures by name; nothing for one that is not a finite number, and where nothing counts."""
        counts = {key: gauge.counts() for key, gauge in self._gauges.items()}
        found = {}
        for judged in self._chosen:
            known = counts[judged.objective, judged.metric.counts]
            value = None if known is None else judged.metric().of(known)
            found[judged.figure] = value if value is not None and isfinite(value) else None
        return found

    def tables(self) -> dict[str, Sequence[Sequence[int]]]:
        """How often each class was predicted for each true one, by objective."""
        counted = {name: table.counts() for name, table in self._tables.items()}
        return {name: table for name, table in counted.items() if table is not None}

    def notices(self) -> list[str]:
        """What is to be said of what was left out."""
        return list(dict.fromkeys(gauge.notice for gauge in self._gauges.values() if gauge.notice))

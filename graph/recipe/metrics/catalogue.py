"""Every metric there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from graph.recipe.metrics import classes, values
from graph.recipe.metrics.metric import Answer, Metric

Kind = type[Metric[Any]]


def _declared(module: object) -> Iterator[Kind]:
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Metric) and found is not Metric and found.__name__[0] != "_":
            yield found


_all = [*_declared(classes), *_declared(values)]
METRICS: Mapping[str, Kind] = MappingProxyType({kind.name(): kind for kind in _all})
"""The metrics by name, in the order they are shown."""


def suiting(answer: Answer, number_of_classes: int, weighted: bool) -> list[Kind]:
    """The metrics that suit predictions of a kind; ``weighted`` where classes have weights."""
    return [
        kind
        for kind in METRICS.values()
        if answer in kind.suits
        and (answer in ("values", "masks", "yes_no") or number_of_classes > kind.more_classes_than)
        and (weighted or not kind.weighted)
    ]


def metric_of(figure: str) -> Kind | None:
    """The metric that a figure's name stands for, such as "f1" or "f1_entropy"; none for a loss."""
    found = [name for name in METRICS if figure == name or figure.startswith(f"{name}_")]
    return METRICS[max(found, key=len)] if found else None

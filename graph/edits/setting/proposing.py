"""What a sweep over a field begins with: values around the one it has, or a range where it is a rate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graph.document import Document
from graph.edits.setting.parameters import fields_for
from graph.edits.setting.sweeping import (
    check_axis,
    field_of,
    is_whole,
    may_vary,
    name_for,
    names_of_augmentations,
    value_now,
    vary,
)
from graph.edits.setting.usage import ARGUMENT
from graph.errors import LayerloomError, ParameterError
from graph.fields import Field, fields_of
from graph.recipe.flat import all_values
from graph.recipe.sweep.axis import Axis
from graph.recipe.sweep.counting import wanted

# A rate is tried from a tenth to ten times what it is.
_FACTOR = 10.0
# What stands for a rate that is off.
_FIRST_RATE = 1e-4
# Below this, what could be a share is taken for a rate.
_SHARE = 0.05
# Sizes up to this one, such as those of kernels, keep being odd or even.
_SMALL = 7


def can_vary(document: Document, name: str) -> bool:
    """Whether a sweep can vary what it would call ``name``."""
    try:
        return may_vary(field_of(document, name))
    except ParameterError:
        return False


def names_to_vary(document: Document) -> list[str]:
    """Everything that a sweep can vary: settings, augmentations, then the parameters of every node."""
    augmentations = document.training.augmentation
    found = list(all_values(document.training))
    for entry, name in zip(augmentations, names_of_augmentations(augmentations), strict=True):
        found += [f"{name}.{field}" for field in fields_of(type(entry))]
    for graph, drawing in document.graphs.items():
        for node in drawing.nodes.values():
            fields = fields_for(document, graph, [node])
            found += [name_for(graph, node.name, key.removeprefix(ARGUMENT)) for key in fields]
    return [name for name in dict.fromkeys(found) if can_vary(document, name)]


def begin_varying(document: Document, name: str) -> Axis:
    """Have the document's sweep vary a field, over what is proposed where it does not yet; one undo step.

    Raises:
        ParameterError: a sweep cannot vary it.
    """
    known = document.sweep.axis(name)
    return known if known is not None else vary(document, name, proposed(document, name).span())


def proposed(document: Document, name: str) -> Axis:
    """What a field may well be tried over, all of which it takes.

    Raises:
        ParameterError: a sweep cannot vary it.
    """
    field, now = field_of(document, name), value_now(document, name)
    if field.kind == "float" and isinstance(now, int | float) and not isinstance(now, bool):
        axis = _range(name, field, float(now))
        if axis is not None and _takes(document, axis):
            return axis
    values = [value for value in _values(field, now) if _takes(document, Axis(name=name, values=(value,)))]
    if not values:
        check_axis(document, Axis(name=name, values=(now,)))
        values = [now]
    return Axis(name=name, values=tuple(dict.fromkeys(values)))


def trials_wanted(document: Document) -> int:
    """How many trials the document's sweep is to have.

    Raises:
        ParameterError: something that is varied is not in the document.
    """
    sweep = document.sweep
    whole = [is_whole(field_of(document, axis.name)) for axis in sweep.over]
    return wanted(sweep.search, sweep.over, whole) if sweep.over else 0


def _range(name: str, field: Field, now: float) -> Axis | None:
    """A range around a number: of shares linear, of rates logarithmic."""
    low, high = field.minimum, field.maximum
    if low is not None and high is not None and 0 <= low < high <= 1 and (now == 0 or now >= _SHARE):
        first, last = _share(now)
        return Axis(name=name, low=_round(max(first, low)), high=_round(min(last, high)), scale="linear")
    if now < 0:
        return None
    middle = now or _FIRST_RATE
    first, last = middle / _FACTOR, middle * _FACTOR
    first = first if low is None else max(first, low)
    last = last if high is None else min(last, high)
    return Axis(name=name, low=_round(first), high=_round(last)) if first < last else None


def _share(now: float) -> tuple[float, float]:
    """A range around a share; of one near to 1, such as a momentum, it is what is left that is varied."""
    if now == 0:
        return 0.0, 0.5
    return (0.5 * now, 1.5 * now) if now <= 0.5 else (1 - 2 * (1 - now), 1 - (1 - now) / _FACTOR)


def _values(field: Field, now: Any) -> Iterator[Any]:
    """Values of a field that is not a plain number, the one it has among them."""
    if field.kind == "choice":
        yield from ((None, *field.choices) if field.optional else field.choices)
    elif field.kind == "bool":
        yield from (False, True)
    elif isinstance(now, bool) or not isinstance(now, int | tuple) or field.kind not in ("int", "size"):
        yield now
    elif isinstance(now, int):
        yield from _around(now)
    elif all(isinstance(each, int) for each in now):
        shifts = zip(*map(_around, now), strict=False)
        yield from shifts
    else:
        yield now


def _around(now: int) -> list[int]:
    """A whole number between its neighbours: small ones by steps, others by halves and doubles."""
    if now <= 1:
        return [now, now + 1, now + 2]
    if now <= _SMALL and now % 2:
        return [now - 2, now, now + 2]
    return [now // 2, now, 2 * now]


def _takes(document: Document, axis: Axis) -> bool:
    try:
        json.dumps(axis.values)
        check_axis(document, axis)
    except (LayerloomError, TypeError, ValueError):
        return False
    return True


def _round(value: float) -> float:
    return float(f"{value:.6g}")

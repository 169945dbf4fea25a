"""The values that a sweep may try, by a number for each combination or by shares of the way along each axis."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import msgspec
import numpy as np

from graph.document import Document
from graph.edits.setting.sweeping import field_of, is_whole
from graph.recipe.sweep.axis import Axis
from graph.recipe.sweep.counting import size

Values = dict[str, Any]
# Combinations that may be listed to find one that was not tried yet.
_LISTED = 100_000
_ATTEMPTS = 1000


class Asked(NamedTuple):
    """What the next trial tries; ``asked`` is the number that Optuna knows it by."""

    values: Values
    asked: int | None = None


class Space:
    """The axes of a document's sweep."""

    def __init__(self, document: Document) -> None:
        self.axes = document.sweep.over
        self.whole = [is_whole(field_of(document, axis.name)) for axis in self.axes]

    def combination(self, number: int, points: int) -> Values:
        """One of a grid, by its number; the last axis turns the fastest."""
        lines = self._lines(points)
        found: list[Any] = []
        for values in reversed(lines):
            number, place = divmod(number, len(values))
            found.append(values[place])
        return self.named(found[::-1])

    def size(self) -> int | None:
        """How many combinations there are; nothing where a range has numbers without end."""
        return size(self.axes, self.whole)

    def at_random(self, seed: int, number: int, tried: Collection[bytes]) -> Values | None:
        """What trial ``number`` tries: the same whenever it is asked, given what was ``tried``; nothing if that is all.

        Of a list, every value is as likely as another; of a range, every stretch of its scale.
        """
        for attempt in range(_ATTEMPTS):
            draws = np.random.default_rng((seed, number, attempt)).random(len(self.axes))
            each = zip(self.axes, draws, self.whole, strict=True)
            values = self.named([axis.at(float(share), whole=whole) for axis, share, whole in each])
            if key_of(values) not in tried:
                return values
        return self._left_over(seed, number, tried)

    def named(self, values: Sequence[Any]) -> Values:
        """Values by the names of their axes."""
        return {axis.name: value for axis, value in zip(self.axes, values, strict=True)}

    def _left_over(self, seed: int, number: int, tried: Collection[bytes]) -> Values | None:
        size = self.size()
        if size is None or size > _LISTED:
            return None
        lines = [_all_of(axis) for axis in self.axes]
        left = [values for each in product(*lines) if key_of(values := self.named(each)) not in tried]
        return left[int(np.random.default_rng((seed, number)).integers(len(left)))] if left else None

    def _lines(self, points: int) -> list[list[Any]]:
        return [axis.points(points, whole=whole) for axis, whole in zip(self.axes, self.whole, strict=True)]


def key_of(values: Mapping[str, Any]) -> bytes:
    """What two trials have in common that try the same."""
    return msgspec.json.encode({name: values[name] for name in sorted(values)})


def _all_of(axis: Axis) -> list[Any]:
    if axis.values:
        return list(axis.values)
    assert axis.low is not None
    assert axis.high is not None
    return list(range(int(axis.low), int(axis.high) + 1))

"""Where the values of one thing stand on its axis, from 0 to 1, and the words beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, isfinite, log10
from typing import Any

from graph.recipe.sweep.axis import Axis
from gui.desk.charts.ticks import Tick, linear_ticks, log_ticks
from gui.desk.sweep.shown import written
from gui.widgets.text import shortened

MIDDLE = 0.5
# Figures that are positive and so far apart are shown by their powers of ten.
_DECADES = 100.0
_LONGEST = 16


class Spread:
    """An axis with ``kinds`` at equal distances or, without any, numbers from ``low`` to ``high``.

    One kind, or numbers that are all the same, stand in the middle.
    """

    def __init__(
        self, name: str, kinds: Sequence[Any] = (), low: float = 0.0, high: float = 0.0, *, log: bool = False
    ) -> None:
        self.name = name
        self.log = log and low > 0
        self._known = True
        self._words = [written(kind) for kind in kinds]
        self._kinds = [_plain(kind) for kind in kinds]
        self._low, self._high = (log10(low), log10(high)) if self.log else (low, high)

    @classmethod
    def of_axis(cls, axis: Axis) -> Spread:
        """The axis of something that is varied; numbers of a list stand in their order, at equal distances."""
        if axis.values:
            numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values)
            return cls(axis.name, sorted(axis.values) if numbers else axis.values)
        assert axis.low is not None
        assert axis.high is not None
        return cls(axis.name, (), axis.low, axis.high, log=axis.log)

    @classmethod
    def of_figure(cls, name: str, values: Iterable[float | None]) -> Spread:
        """The axis of what trials came to."""
        known = [value for value in values if value is not None and isfinite(value)]
        low, high = (min(known), max(known)) if known else (0.0, 0.0)
        made = cls(name, (), low, high, log=low > 0 and high / low >= _DECADES)
        made._known = bool(known)
        return made

    @property
    def flat(self) -> bool:
        """Whether there is one number alone."""
        return not self._kinds and self._high <= self._low

    def place(self, value: Any) -> float | None:
        """Where a value stands; nothing for what is not a finite number where numbers are, or not among the kinds."""
        if self._kinds:
            plain = _plain(value)
            if plain not in self._kinds:
                return None
            return self._kinds.index(plain) / (len(self._kinds) - 1) if len(self._kinds) > 1 else MIDDLE
        if not isinstance(value, int | float) or not isfinite(value) or (self.log and value <= 0):
            return None
        if self.flat:
            return MIDDLE
        return ((log10(value) if self.log else value) - self._low) / (self._high - self._low)

    def ticks(self, most: int, longest: int = _LONGEST) -> list[Tick]:
        """At most about ``most`` places with what stands there."""
        if self._kinds:
            last = max(1, len(self._kinds) - 1)
            placed = [(at / last if len(self._kinds) > 1 else MIDDLE, word) for at, word in enumerate(self._words)]
            return [(at, shortened(word, longest)) for at, word in placed[:: ceil(len(placed) / max(1, most))]]
        low, high = (10.0**self._low, 10.0**self._high) if self.log else (self._low, self._high)
        if self.flat:
            return [(MIDDLE, written(float(low)))] if self._known else []
        found = log_ticks(low, high, most) if self.log else linear_ticks(low, high, most)
        return [(place, word) for value, word in found if (place := self.place(value)) is not None]


def _plain(value: Any) -> Any:
    """A value to compare by: a list as a file has it, and yes and no apart from 1 and 0."""
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return (value,) if isinstance(value, bool) else value

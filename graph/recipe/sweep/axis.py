"""One thing that a sweep varies: a parameter of a node or a setting, over values or a range."""

from __future__ import annotations

import json
from math import exp, floor, isfinite, log
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from graph.errors import ParameterError
from graph.fields import shorten

MOST_VALUES = 1000
# From a range of so many times its lower end on, equal factors are taken for equal steps.
DECADE = 10.0
Scale = Literal["auto", "log", "linear"]
_WRITE = "write NAME=1,2,3 or NAME=1e-4..1e-1"


class Axis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``values`` to choose from or, without any, all numbers from ``low`` to ``high``.

    ``name`` is a training setting, or ``node.field``, with ``Block/`` before it for a node inside a block.
    """

    name: Annotated[str, Meta(min_length=1, max_length=400)]
    values: Annotated[tuple[Any, ...], Meta(max_length=MOST_VALUES)] = ()
    low: float | int | None = None
    high: float | int | None = None
    scale: Scale = "auto"

    def __post_init__(self) -> None:
        if self.values:
            if self.low is not None or self.high is not None or self.scale != "auto":
                raise ValueError(f"{self.name} has values, and so no range")
            if len({json.dumps(value) for value in self.values}) < len(self.values):
                raise ValueError(f"{self.name} has a value twice")
            return
        if self.low is None or self.high is None:
            raise ValueError(f"{self.name} needs values or a range; {_WRITE}")
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise ValueError(f"the range of {self.name} must rise, got {self.low:g}..{self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"the range of {self.name} begins at {self.low:g}, which has no logarithm; take linear")

    @property
    def log(self) -> bool:
        """Whether equal factors count as equal steps: where that is said, and by itself for ranges over decades."""
        if self.values or self.scale == "linear" or self.low is None or self.high is None:
            return False
        return self.scale == "log" or (self.low > 0 and self.high / self.low >= DECADE)

    def at(self, share: float, *, whole: bool) -> Any:
        """The value at a share of the way, from 0 up to but not including 1, all values with equal right."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        assert self.low is not None
        assert self.high is not None
        # A whole number stands for the stretch around it: else the ends would come half as often.
        low, high = (self.low - 0.5, self.high + 0.5) if whole else (self.low, self.high)
        if self.log:
            low = max(low, self.low / 2)
            value = exp(log(low) + share * (log(high) - log(low)))
        else:
            value = low + share * (high - low)
        if whole:
            return min(max(floor(value + 0.5), int(self.low)), int(self.high))
        return float(f"{min(max(value, self.low), self.high):.6g}")

    def points(self, count: int, *, whole: bool) -> list[Any]:
        """The values of a grid: all there are, or ``count`` of the range, its ends among them."""
        if self.values:
            return list(self.values)
        assert self.low is not None
        assert self.high is not None
        shares = [index / (count - 1) for index in range(count)]
        if self.log:
            found = [exp(log(self.low) + share * (log(self.high) - log(self.low))) for share in shares]
        else:
            found = [self.low + share * (self.high - self.low) for share in shares]
        made: list[Any] = [round(value) if whole else float(f"{value:.6g}") for value in found]
        return list(dict.fromkeys(made))

    def text(self) -> str:
        """How it is written, as in ``learning_rate=0.0001..0.1``."""
        return f"{self.name}={self.span()}"

    def span(self) -> str:
        """The values or the range, as they are written."""
        if self.values:
            plain = all(_is_plain(value) if isinstance(value, str) else _is_number(value) for value in self.values)
            return ",".join(map(_word, self.values)) if plain else json.dumps(list(self.values))
        suffix = "" if self.scale == "auto" else f":{self.scale}"
        return f"{self.low:g}..{self.high:g}{suffix}" if _short(self) else f"{self.low!r}..{self.high!r}{suffix}"


def read_axis(text: str) -> Axis:
    """What a text such as ``conv1.out_channels=8,16,32`` or ``learning_rate=1e-4..1e-1`` stands for.

    Raises:
        ParameterError: it stands for nothing.
    """
    name, equals, span = (part.strip() for part in text.partition("="))
    if not equals or not name or not span:
        raise ParameterError(f"Sweep: {shorten(text)} is not understood; {_WRITE}.")
    return axis_of(name, span)


def axis_of(name: str, span: str) -> Axis:
    """An axis by its name and what it goes over, as that is written.

    Raises:
        ParameterError: the values or the range are wrong.
    """
    try:
        if span.startswith("["):
            return Axis(name=name, values=tuple(_listed(name, span)))
        if ".." in span:
            return _ranged(name, span)
        return Axis(name=name, values=tuple(_value(part.strip()) for part in span.split(",") if part.strip()))
    except ValueError as error:
        raise ParameterError(f"Sweep: {error}.") from None


def _ranged(name: str, span: str) -> Axis:
    ends, _, scale = span.partition(":")
    low, high = (_value(end.strip()) for end in ends.split("..", 1))
    scale = scale.strip() or "auto"
    if not (_is_number(low) and _is_number(high)) or isinstance(low, bool) or isinstance(high, bool):
        raise ParameterError(f"Sweep: the range of {name} must have numbers at its ends, got {shorten(span)}.")
    if scale not in ("auto", "log", "linear"):
        raise ParameterError(f"Sweep: the scale of {name} must be log or linear, got {shorten(scale)}.")
    return Axis(name=name, low=low, high=high, scale=scale)  # type: ignore[arg-type]


def _listed(name: str, span: str) -> list[Any]:
    try:
        found = json.loads(span)
    except (ValueError, RecursionError):
        raise ParameterError(f"Sweep: the values of {name} are not a list in JSON: {shorten(span)}.") from None
    return [tuple(value) if isinstance(value, list) else value for value in found]


def _value(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float) else text


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float)


def _is_plain(text: str) -> bool:
    """Whether a text can stand in a list between commas and is read as itself there."""
    return (
        bool(text)
        and text == text.strip()
        and _value(text) == text
        and not any(sign in text for sign in ",[=")
        and (".." not in text)
    )


def _short(axis: Axis) -> bool:
    return float(f"{axis.low:g}") == axis.low and float(f"{axis.high:g}") == axis.high

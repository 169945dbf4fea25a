"""Reckons a formula of the manual with numbers, as a reader would: a tree of ``graph.manual.formulas`` and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, erf, exp, floor, log, sin, sqrt, tanh
from typing import Any

from graph.manual.formulas import Cases, Fence, Fraction, Part, Root, Row, Script, Sign

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "max": max,
    "min": min,
    "tanh": tanh,
    "log": log,
    "ln": log,
    "erf": erf,
    "sin": sin,
    "cos": cos,
    "σ": lambda x: 1 / (1 + exp(-x)),
}
RELATIONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "≥": lambda a, b: a >= b,
    "≤": lambda a, b: a <= b,
}
MINUS, TIMES = "\N{MINUS SIGN}", ("·", "⊙", "\N{MULTIPLICATION SIGN}")


def reckon(formula: Row, names: Mapping[str, Any]) -> float:
    """What stands behind the last equals sign of a formula, for these values of its names."""
    items = list(formula.items)
    last = max(at for at, item in enumerate(items) if _is(item, "="))
    return _Reckoner(items[last + 1 :], names).whole()


def _is(item: Part | None, *texts: str) -> bool:
    return isinstance(item, Sign) and item.text in texts


def _base(item: Part | None) -> Part | None:
    """What a raised part stands at: a bracket that closes, say."""
    return item.base if isinstance(item, Script) else item


class _Reckoner:
    """Goes through what stands beside one another, sums of products of factors."""

    def __init__(self, items: list[Part], names: Mapping[str, Any]) -> None:
        self._items = [item for item in items if not _is(item, "\N{THIN SPACE}")]
        self._names, self._at = names, 0

    @property
    def _item(self) -> Part | None:
        return self._items[self._at] if self._at < len(self._items) else None

    def whole(self) -> float:
        value = self._sum()
        assert self._item is None, f"{self._item} is left over"
        return value

    def _sum(self) -> float:
        value = self._product()
        while _is(self._item, "+", MINUS):
            sign = 1 if _is(self._next(), "+") else -1
            value += sign * self._product()
        return value

    def _next(self) -> Part:
        item = self._items[self._at]
        self._at += 1
        return item

    def _product(self) -> float:
        if _is(self._item, MINUS):
            self._next()
            return -self._product()
        value = self._factor()
        while self._item is not None and not _is(_base(self._item), "+", MINUS, ",", ")", "|", ">", "<", "≥", "≤"):
            if _is(self._item, "/"):
                self._next()
                value /= self._factor()
                continue
            if _is(self._item, *TIMES):
                self._next()
            value *= self._factor()
        return value

    def _factor(self) -> float:
        item = self._next()
        match item:
            case Sign("("):
                return self._until(")")
            case Sign("|"):
                return abs(self._until("|"))
            case Sign(text, _, role) if role == "function" or (text == "σ" and _is(self._item, "(")):
                return self._called(FUNCTIONS[text])
            case Sign(text):
                return float(text) if text[0].isdigit() else float(self._names[text.strip()])
            case Fraction(top, bottom):
                return self._inside(top) / self._inside(bottom)
            case Root(body):
                return sqrt(self._inside(body))
            case Fence(left, body, _):
                return floor(self._inside(body)) if left == "⌊" else self._inside(body)
            case Script(Sign("e"), None, Row() as above):
                return exp(self._inside(above))
            case Script(base, None, Row() as above):
                return float(_Reckoner([base], self._names).whole() ** self._inside(above))
            case Cases(rows):
                return next(self._inside(value) for value, condition in rows if self._holds(condition))
        raise AssertionError(f"{item} cannot be reckoned")

    def _until(self, end: str) -> float:
        value, item = self._sum(), self._next()
        if isinstance(item, Script) and item.above is not None:
            assert _is(item.base, end)
            return float(value ** self._inside(item.above))
        assert _is(item, end)
        return value

    def _called(self, function: Callable[..., float]) -> float:
        if isinstance(self._item, Fence):
            inside = _Reckoner(list(self._item.body.items), self._names)
            self._next()
            return function(*inside.arguments())
        if not _is(self._item, "("):
            return function(self._factor())
        self._next()
        values = self.arguments()
        assert _is(self._next(), ")")
        return function(*values)

    def arguments(self) -> list[float]:
        """Values between commas."""
        values = [self._sum()]
        while _is(self._item, ","):
            self._next()
            values.append(self._sum())
        return values

    def _inside(self, row: Row) -> float:
        return _Reckoner(list(row.items), self._names).whole()

    def _holds(self, condition: Row) -> bool:
        first, *items = condition.items
        if _is(first, "otherwise"):
            return True
        at = next(place for place, item in enumerate(items) if _is(item, *RELATIONS))
        relation = items[at]
        assert isinstance(relation, Sign)
        left, right = _Reckoner(items[:at], self._names).whole(), _Reckoner(items[at + 1 :], self._names).whole()
        return RELATIONS[relation.text](left, right)

"""The operations of expressions on plain values, and on sizes as far as they are decided."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from graph.errors import ParameterError
from graph.expressions.formulas import Formula, Symbolic

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Undecided(Exception):
    """Only a use of the block knows the result."""


def negated(value: Any, text: str) -> Any:
    """Minus a number."""
    _expect_number(value, text)
    return -value


def combined(op: type[ast.operator], a: Any, b: Any, text: str, limit: int) -> Any:
    """What an arithmetic operation of the expression ``text`` gives.

    Raises:
        ParameterError: there is no result, or it is larger than ``limit``.
        Undecided: a value is not known yet, and the result is more than a size.
    """
    for value in (a, b):
        _expect_number(value, text)
    sizes = any(isinstance(value, Symbolic) for value in (a, b))
    if sizes and (op is ast.Div or isinstance(a, float) or isinstance(b, float)):
        raise Undecided
    if op in (ast.FloorDiv, ast.Mod) and isinstance(b, int | float) and b <= 0:
        raise ParameterError(f"'{text}' divides by {b}; a divisor must be a positive integer.")
    try:
        result = _OPERATORS[op](a, b)
    except ZeroDivisionError:
        raise ParameterError(f"'{text}' divides by {b}; a divisor cannot be 0.") from None
    except TypeError:
        raise ParameterError(f"'{text}' divides by something that is not an integer.") from None
    if isinstance(result, int | float) and not abs(result) <= limit:
        raise ParameterError(f"'{text}' is larger than {limit}.")
    return result


def compared(op: type[ast.cmpop], a: Any, b: Any, text: str) -> bool:
    """Whether a comparison of the expression ``text`` holds.

    Raises:
        ParameterError: the two are of different kinds, or have no order.
        Undecided: a value is not known yet.
    """
    if isinstance(a, Symbolic) or isinstance(b, Symbolic):
        return _COMPARISONS[op](_difference(a, b), 0)
    kinds = {"text" if isinstance(value, str) else "bool" if isinstance(value, bool) else "number" for value in (a, b)}
    if len(kinds) > 1:
        raise ParameterError(f"'{text}' compares {a!r:.40} with {b!r:.40}, which are of different kinds.")
    if op not in (ast.Eq, ast.NotEq) and kinds != {"number"}:
        raise ParameterError(f"'{text}' asks which of {a!r:.40} and {b!r:.40} is larger; only numbers have an order.")
    return _COMPARISONS[op](a, b)


def _difference(a: Any, b: Any) -> Any:
    """By how much two sizes differ, where that is a number."""
    if any(isinstance(value, Formula | str | bool | float) for value in (a, b)):
        if isinstance(a, Formula) and isinstance(b, Formula) and a == b:
            return 0
        raise Undecided
    found = a - b
    if isinstance(found, Symbolic):
        raise Undecided
    return found


def _expect_number(value: Any, text: str) -> None:
    if isinstance(value, Formula):
        raise Undecided
    if isinstance(value, bool | str):
        raise ParameterError(f"'{text}' computes with {value!r:.40}, which is not a number.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(f"'{text}' computes with {value}, which is not a number.")

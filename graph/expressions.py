"""Integer expressions typed by the user (``channels * 4``): parsed with ``ast``, never run as Python."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any, TypeVar

from graph.errors import ParameterError

MAX_LENGTH = 200
MAX_MAGNITUDE = 2**53
T = TypeVar("T")

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
}


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """Parse ``text`` into an expression of integers, names and ``+ - * // %``.

    Raises:
        ParameterError: the text is too long, is not an expression, or uses anything else.
    """
    if len(text) > MAX_LENGTH:
        raise ParameterError(f"The expression is {len(text)} characters long; at most {MAX_LENGTH} are allowed.")
    text = _in_one_line(text)
    try:
        with warnings.catch_warnings(action="ignore"):  # Python has its doubts about "1if 2 else 3", on stderr
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ParameterError(
            f"'{text}' is not an expression; write integers and names with + - * // %, such as channels * 4."
        ) from None
    _verify(tree, text)
    return tree


def _in_one_line(text: str) -> str:
    """The text as a sentence can show it: line breaks mean no more to an expression than blanks."""
    return " ".join(text.split())


def _verify(tree: ast.expr, text: str) -> None:
    for part in ast.walk(tree):
        if isinstance(part, ast.Constant) and type(part.value) is int and abs(part.value) <= MAX_MAGNITUDE:
            continue
        if isinstance(part, (ast.Name, ast.BinOp, ast.UnaryOp, ast.USub, ast.Load, *_OPERATORS)):
            continue
        raise ParameterError(f"'{text}' uses {_describe(part)}; an expression has only integers, names and + - * // %.")


def _describe(part: ast.AST) -> str:
    match part:
        case ast.Call():
            return "a function call"
        case ast.Attribute():
            return "an attribute"
        case ast.Constant():
            return f"the value {part.value!r:.40}"
        case _:
            return f"'{type(part).__name__}'"


def names(text: str) -> set[str]:
    """The names an expression refers to."""
    return {part.id for part in ast.walk(parse(text)) if isinstance(part, ast.Name)}


def evaluate(text: str, values: Mapping[str, T]) -> T | int:
    """The value of the expression with ``values`` for its names; integers or symbolic dimensions.

    Raises:
        ParameterError: the text is not an expression, a name is unknown, or a divisor is not positive.
    """
    value: T | int = _evaluate(parse(text), _in_one_line(text), values)
    return value


def _evaluate(tree: ast.expr, text: str, values: Mapping[str, Any]) -> Any:
    match tree:
        case ast.Constant(value=int() as value):
            return value
        case ast.Name(id=name):
            if name in values:
                return values[name]
            known = ", ".join(sorted(values)) or "none"
            raise ParameterError(f"'{text}' uses the unknown name '{name}'; known names: {known}.")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, text, values)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _evaluate(left, text, values), _evaluate(right, text, values)
            if isinstance(op, (ast.FloorDiv, ast.Mod)) and isinstance(b, int) and b <= 0:
                raise ParameterError(f"'{text}' divides by {b}; a divisor must be a positive integer.")
            try:
                result = _OPERATORS[type(op)](a, b)
            except TypeError:
                raise ParameterError(f"'{text}' divides by something that is not an integer.") from None
            if isinstance(result, int) and abs(result) > MAX_MAGNITUDE:
                raise ParameterError(f"'{text}' is larger than {MAX_MAGNITUDE}.")
            return result
    raise ParameterError(f"'{text}' is not an expression.")


def substitute(text: str, values: Mapping[str, int | str]) -> int | str:
    """The expression with numbers or other expressions for some of its names; a number where no name is left.

    Raises:
        ParameterError: an expression is wrong or the result too long.
    """
    changed = {name: value for name, value in values.items() if str(value) != name}
    if not names(text) & changed.keys():
        return text
    replaced = _Substitution({name: parse(str(value)) for name, value in changed.items()}).visit(deepcopy(parse(text)))
    result = ast.unparse(replaced)
    parse(result)
    return result if names(result) else evaluate(result, {})


class _Substitution(ast.NodeTransformer):
    def __init__(self, trees: Mapping[str, ast.expr]) -> None:
        self._trees = trees

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._trees.get(node.id, node)

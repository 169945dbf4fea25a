"""Expressions typed by the user (``channels * 4``): parsed with ``ast``, never run as Python."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any, Literal, TypeVar

from graph.errors import ParameterError
from graph.expressions.formulas import Formula, Symbolic
from graph.expressions.operations import Undecided, combined, compared, negated

MAX_LENGTH = 200
MAX_MAGNITUDE = 2**53
Language = Literal["size", "integer", "value"]
"""What an expression may consist of: a size of integers and names; an integer that may depend on conditions; any
value, also a fraction, a condition, or a text in quotes."""
T = TypeVar("T")

_WORDS: Mapping[Language, str] = {
    "size": "an expression has only integers, names and + - * // %",
    "integer": "an integer has only integers, names and + - * // %, and conditions such as 2 if i == 0 else 1",
    "value": "an expression has only numbers, names, text in quotes, + - * / // %, comparisons, and, or, not, if",
}


@lru_cache(maxsize=4096)
def parse(text: str, language: Language = "size") -> ast.expr:
    """Parse ``text`` into an expression of integers, names and ``+ - * // %``, or of what the language has beside.

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
    _Grammar(text, language).verify(tree, language)
    return tree


def _in_one_line(text: str) -> str:
    """The text as a sentence can show it: line breaks mean no more to an expression than blanks."""
    return " ".join(text.split())


class _Grammar:
    """Which parts an expression may have; inside a condition every value may be compared."""

    def __init__(self, text: str, language: Language) -> None:
        self._text, self._language = text, language

    def verify(self, tree: ast.expr, kind: Language) -> None:
        todo = [(tree, kind)]
        while todo:  # deep text does not fail
            part, kind = todo.pop()
            todo += self._inner(part, kind)

    def _inner(self, part: ast.expr, kind: Language) -> list[tuple[ast.expr, Language]]:
        match part:
            case ast.Name():
                return []
            case ast.Constant(value=value) if _is_value(value, kind):
                return []
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return [(operand, kind)]
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Mod(), right=right):
                return [(left, kind), (right, kind)]
            case ast.BinOp(left=left, op=ast.Div(), right=right) if kind == "value":
                return [(left, kind), (right, kind)]
            case ast.IfExp(test=test, body=body, orelse=orelse) if kind != "size":
                return [(test, "value"), (body, kind), (orelse, kind)]
            case ast.Compare(left=left, ops=ops, comparators=others) if kind == "value" and all(map(_compares, ops)):
                return [(other, kind) for other in (left, *others)]
            case ast.BoolOp(values=values) if kind == "value":
                return [(value, kind) for value in values]
            case ast.UnaryOp(op=ast.Not(), operand=operand) if kind == "value":
                return [(operand, kind)]
        raise ParameterError(f"'{self._text}' uses {_describe(part)}; {_WORDS[self._language]}.")


def _is_value(value: object, kind: Language) -> bool:
    if type(value) is int:
        return abs(value) <= MAX_MAGNITUDE
    if type(value) is float:
        return kind == "value" and abs(value) <= MAX_MAGNITUDE
    return kind == "value" and type(value) in (bool, str)


def _compares(op: ast.cmpop) -> bool:
    return isinstance(op, (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE))


def _describe(part: ast.expr) -> str:
    match part:
        case ast.Call():
            return "a function call"
        case ast.Attribute():
            return "an attribute"
        case ast.Constant():
            return f"the value {part.value!r:.40}"
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp():
            return f"'{type(part.op).__name__}'"
        case _:
            return f"'{type(part).__name__}'"


def names(text: str, language: Language = "size") -> set[str]:
    """The names an expression refers to."""
    return {part.id for part in ast.walk(parse(text, language)) if isinstance(part, ast.Name)}


def evaluate(text: str, values: Mapping[str, T], language: Language = "size") -> T | int:
    """The value of the expression with ``values`` for its names: plain, or one that stands for values.

    Raises:
        ParameterError: the text is not an expression, a name is unknown, or an operation has no result.
    """
    found = _Evaluation(_in_one_line(text), values).of(parse(text, language))
    result: Any = found
    if isinstance(found, ast.expr):
        result = Formula(_unparsed(found), _leaves(found, values))
    return result  # type: ignore[no-any-return]


class _Evaluation:
    """Computes what can be; an expression that only a use decides comes back with the values put in."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self._text, self._values = text, values

    def of(self, tree: ast.expr) -> Any:
        match tree:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._named(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._negated(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                value = self.of(operand)
                return ast.UnaryOp(ast.Not(), _tree(value)) if _is_open(value) else not self._truth(value)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right)
            case ast.Compare(left=left, ops=ops, comparators=others):
                pairs = zip([left, *others], ops, others, strict=False)
                return self._together(True, [self._compared(a, op, b) for a, op, b in pairs])
            case ast.BoolOp(op=op, values=values):
                return self._together(isinstance(op, ast.And), [self.of(value) for value in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._chosen(self.of(test), body, orelse)
        raise ParameterError(f"'{self._text}' is not an expression.")

    def _named(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        known = ", ".join(sorted(self._values)) or "none"
        raise ParameterError(f"'{self._text}' uses the unknown name '{name}'; known names: {known}.")

    def _negated(self, operand: ast.expr) -> Any:
        value = self.of(operand)
        try:
            return ast.UnaryOp(ast.USub(), value) if isinstance(value, ast.expr) else negated(value, self._text)
        except Undecided:
            return ast.UnaryOp(ast.USub(), _tree(value))

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Any:
        a, b = self.of(left), self.of(right)
        try:
            if not isinstance(a, ast.expr) and not isinstance(b, ast.expr):
                return combined(type(op), a, b, self._text, MAX_MAGNITUDE)
        except Undecided:
            pass
        return ast.BinOp(_tree(a), op, _tree(b))

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        a, b = self.of(left), self.of(right)
        try:
            if not isinstance(a, ast.expr) and not isinstance(b, ast.expr):
                return compared(type(op), a, b, self._text)
        except Undecided:
            pass
        return ast.Compare(_tree(a), [op], [_tree(b)])

    def _together(self, every: bool, values: list[Any]) -> Any:
        """All of some conditions, or any; those that are known drop out or decide."""
        left = []
        for value in values:
            if _is_open(value):
                left.append(_tree(value))
            elif self._truth(value) != every:
                return not every
        if len(left) < 2:
            return left[0] if left else every
        return ast.BoolOp(ast.And() if every else ast.Or(), left)

    def _chosen(self, test: Any, body: ast.expr, orelse: ast.expr) -> Any:
        if not _is_open(test):
            return self.of(body if self._truth(test) else orelse)
        return ast.IfExp(_tree(test), _tree(self.of(body)), _tree(self.of(orelse)))

    def _truth(self, value: Any) -> bool:
        if type(value) is bool:
            return value
        raise ParameterError(f"'{self._text}' uses {value!r:.40} as a condition; compare it with something.")


def _is_open(value: Any) -> bool:
    return isinstance(value, (ast.expr, Symbolic))


def _tree(value: Any) -> ast.expr:
    if isinstance(value, ast.expr):
        return value
    text = str(value) if isinstance(value, Symbolic) else repr(value)
    return ast.parse(text, mode="eval").body


def _unparsed(tree: ast.expr) -> str:
    """The text, products closed up as those of sizes are."""
    parts = ast.unparse(tree).split("'")
    return "'".join(part if at % 2 else part.replace(" * ", "*").replace(" // ", "//") for at, part in enumerate(parts))


def _leaves(tree: ast.expr, values: Mapping[str, Any]) -> dict[str, Symbolic]:
    known: dict[str, Symbolic] = {}
    for value in values.values():
        if isinstance(value, Symbolic):
            known |= value.leaves
    return {part.id: known[part.id] for part in ast.walk(tree) if isinstance(part, ast.Name)}


def substitute(text: str, values: Mapping[str, Any], language: Language = "size") -> Any:
    """The expression with plain values or other expressions for some of its names; a value where no name is left.

    A text among ``values`` is an expression.

    Raises:
        ParameterError: an expression is wrong or the result too long.
    """
    changed = {name: value for name, value in values.items() if str(value) != name}
    if not names(text, language) & changed.keys():
        return text
    trees = {name: parse(str(value), "value") for name, value in changed.items()}
    replaced = _Substitution(trees).visit(deepcopy(parse(text, language)))
    result = ast.unparse(replaced)
    parse(result, language)
    return result if names(result, language) else evaluate(result, {}, language)


class _Substitution(ast.NodeTransformer):
    def __init__(self, trees: Mapping[str, ast.expr]) -> None:
        self._trees = trees

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._trees.get(node.id, node)

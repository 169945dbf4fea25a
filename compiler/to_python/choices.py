"""Statements that are run under conditions, written as a person would: neighbours in one ``if``, with its ``else``."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from compiler.to_python.lines import Line, indented

_OPPOSITE = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}


class Statement(NamedTuple):
    """Lines that are run where all conditions hold; elsewhere ``passed`` is, a copy from one name to another.

    Those that are run ``instead`` of the statement before use what that would pass on.
    """

    lines: list[Line]
    conditions: tuple[str, ...] = ()
    passed: Line | None = None
    instead: bool = False


@dataclass
class _If:
    conditions: tuple[str, ...]
    then: _Sequence = field(default_factory=list)
    otherwise: _Sequence = field(default_factory=list)


_Sequence: TypeAlias = list[Line | _If]


def conditions_in(text: str) -> tuple[str, ...]:
    """What all has to hold for a condition to."""
    tree = ast.parse(text, mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    found = [str(ast.get_source_segment(text, part)) for part in parts]
    loose = [len(parts) > 1 and isinstance(part, ast.BoolOp | ast.IfExp) for part in parts]
    return tuple(f"({text})" if held else text for text, held in zip(found, loose, strict=True))


def written(statements: Sequence[Statement], running: str = "") -> list[Line]:
    """The lines of statements in order; the value of ``running`` is used once, by the statement behind it."""
    found: _Sequence = []
    following: dict[int, tuple[str, ...]] = {}  # for each place, the conditions behind it that are others
    for place in reversed(range(len(statements) - 1)):
        behind = statements[place + 1].conditions
        following[place] = behind if behind != statements[place].conditions else following.get(place + 1, ())
    for place, statement in enumerate(statements):
        _place(found, statement, statement.conditions, following.get(place, ()), running)
    return _lines(found)


def _place(
    found: _Sequence, statement: Statement, conditions: tuple[str, ...], following: tuple[str, ...], running: str
) -> None:
    """Put a statement behind others, of whose ``conditions`` those are left that do not hold there anyway."""
    if not conditions:
        found += statement.lines
        return
    last = found[-1] if found and isinstance(found[-1], _If) else None
    if last and conditions[: len(last.conditions)] == last.conditions:
        own, other = last.then, last.otherwise
    elif last and len(last.conditions) == 1 and are_opposite(conditions[:1], last.conditions):
        own, other = last.otherwise, last.then
        if statement.instead:
            _forget(own, running)
    else:
        alike = [ours == theirs for ours, theirs in zip(conditions, following, strict=False)]
        shared = alike.index(False) if False in alike else len(alike)
        found.append(last := _If(conditions[: shared or len(conditions)]))
        own, other = last.then, last.otherwise
    depth = len(last.conditions)
    _place(own, statement, conditions[depth:], following[depth:], running)
    if statement.passed is not None:
        _pass(other, statement.passed, running)


def _pass(found: _Sequence, passed: Line, running: str) -> None:
    """Have a value go by another name behind others; one that is used by nothing else goes by that at once."""
    target, source = passed.text.split(" = ", 1)
    last = found[-1] if found and isinstance(found[-1], Line) else None
    if last and source == running and last.text.startswith(f"{running} = "):
        found[-1] = last._replace(text=f"{target}{last.text.removeprefix(running)}")
    elif last is None or last.text != passed.text:
        found.append(passed)


def _forget(found: _Sequence, running: str) -> None:
    """Leave out the copy that the next statement was written without."""
    if found and isinstance(found[-1], Line) and re.fullmatch(rf"{running} = \w+", found[-1].text):
        found.pop()


def _lines(found: _Sequence) -> list[Line]:
    return [line for each in found for line in ([each] if isinstance(each, Line) else _choice(each))]


def _choice(choice: _If) -> list[Line]:
    then, otherwise = _lines(choice.then), _lines(choice.otherwise)
    condition = " and ".join(choice.conditions)
    if not then:
        return [Line(f"if not ({condition}):"), *indented(otherwise)] if otherwise else []
    if [line.text for line in then] == [line.text for line in otherwise]:
        return then
    head = [Line(f"if {condition}:"), *indented(then)]
    if not otherwise:
        return head
    if len(otherwise) == 1 and _may_go_first(otherwise[0], then):
        return [*otherwise, *head]
    if len(choice.otherwise) == 1 and otherwise[0].text.startswith("if "):
        return [*head, otherwise[0]._replace(text=f"el{otherwise[0].text}"), *otherwise[1:]]
    return [*head, Line("else:"), *indented(otherwise)]


def _may_go_first(line: Line, then: Sequence[Line]) -> bool:
    """Whether a copy in front of the ``if`` is as good as one in its ``else``, for what is run else sets it first."""
    copied = re.fullmatch(r"(\w+) = \w+", line.text)
    if copied is None:
        return False
    name = re.compile(rf"(?<![\w.]){copied[1]}\b")
    for other in then:
        given = other.text.startswith(f"{copied[1]} = ")
        if name.search(other.text, len(copied[1]) if given else 0):
            return False
        if given:
            return True
    return False


def are_opposite(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether conditions differ in the last one, of which exactly one of both holds."""
    return bool(one) and len(one) == len(other) and one[:-1] == other[:-1] and _opposite(one[-1], other[-1])


def _opposite(one: str, other: str) -> bool:
    """Whether of two conditions exactly one holds, as can be seen from how they are written."""
    first, second = (ast.parse(text, mode="eval").body for text in (one, other))
    for each, against in ((first, second), (second, first)):
        if isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.Not) and _equal(each.operand, against):
            return True
    if not (isinstance(first, ast.Compare) and isinstance(second, ast.Compare)):
        return False
    sides = ((each.left, *each.comparators) for each in (first, second))
    if not all(_equal(*pair) for pair in zip(*sides, strict=False)) or len(first.ops) != 1 or len(second.ops) != 1:
        return False
    return _OPPOSITE.get(type(first.ops[0])) is type(second.ops[0])


def _equal(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) == ast.dump(other)

"""Lines that are too long, written as several: one argument, term of a sum, or value a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.to_python.lines import Line

WIDTH = 120
LONGEST = 2000  # wider than that are numbers of a table, which no one reads one a line
_REPEAT = re.compile(r"( *)(.*nn\.Sequential\()\*\((.*) (for \w+ in range\(\w+\))\)\)(,?)")
_SIGNS = re.compile(r"'[^']*'|\"[^\"]*\"|[()\[\]{}]|, | \+ ")


def wrapped(line: Line) -> list[Line]:
    """The line, in parts where it is wider than 120 characters and has a call or a sum to break at."""
    if not WIDTH < len(line.text) <= LONGEST:
        return [line]
    ways = (_broken_targets, _broken_repeat, _broken_call, _broken_sum, _broken_result)
    parts = next((found for way in ways if (found := way(line.text))), [])
    return [inner for text in parts for inner in wrapped(Line(text, line.node))] if parts else [line]


def _broken_call(text: str) -> list[str]:
    """The text broken in the bracket that is closed at its end."""
    ending = ":" if text.endswith("):") else ""
    body = text.removesuffix(":") if ending else text
    opening = _opening(body)
    parts = _split(body[opening + 1 : -1], ", ") if opening >= 0 else []
    if len(parts) < 2:
        return []
    margin = " " * (len(text) - len(text.lstrip()))
    return [body[: opening + 1], *(f"{margin}    {part}," for part in parts), f"{margin}{body[-1]}{ending}"]


def _broken_repeat(text: str) -> list[str]:
    """A comprehension in a sequence, what is made and how often on lines of their own."""
    found = _REPEAT.fullmatch(text)
    if not found:
        return []
    margin, head, made, often, tail = found.groups()
    inner = [f"{margin}        {made}", f"{margin}        {often}"]
    return [f"{margin}{head}", f"{margin}    *(", *inner, f"{margin}    )", f"{margin}){tail}"]


def _opening(text: str) -> int:
    """Where the bracket opens that the last character closes; -1 where that is none."""
    opened: list[int] = []
    for at, sign, _ in _signs(text):
        if sign in "([{":
            opened.append(at)
        elif sign in ")]}" and opened:
            start = opened.pop()
            if at == len(text) - 1:
                return start
    return -1


def _broken_targets(text: str) -> list[str]:
    """Where more values are assigned than fit a line, one each."""
    head, equals, value = text.partition(" = ")
    names = _split(head.strip(), ", ")
    if not equals or len(names) < 2 or "(" in head or len(text) <= WIDTH:
        return []
    margin = " " * (len(text) - len(text.lstrip()))
    return [f"{margin}(", *(f"{margin}    {name}," for name in names), f"{margin}) = {value}"]


def _broken_result(text: str) -> list[str]:
    """The values that are returned, one a line."""
    margin = " " * (len(text) - len(text.lstrip()))
    word, _, values = text.strip().partition(" ")
    parts = _split(values, ", ")
    if word != "return" or len(parts) < 2 or any(_depth(part) for part in parts):
        return []
    return [f"{margin}return (", *(f"{margin}    {part}," for part in parts), f"{margin})"]


def _broken_sum(text: str) -> list[str]:
    head, equals, total = text.partition(" = ")
    terms = _split(total, " + ")
    if not equals or len(terms) < 2:
        return []
    margin = " " * (len(text) - len(text.lstrip()))
    first, *rest = terms
    return [f"{head} = (", f"{margin}    {first}", *(f"{margin}    + {term}" for term in rest), f"{margin})"]


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand in no bracket and no text."""
    parts, start = [], 0
    for at, sign, depth in _signs(text):
        if depth == 0 and sign == separator:
            parts.append(text[start:at])
            start = at + len(separator)
    return [*parts, text[start:]]


def _depth(text: str) -> int:
    """How many brackets are open at the end."""
    return next((depth for _, _, depth in reversed([*_signs(text)])), 0)


def _signs(text: str) -> Iterator[tuple[int, str, int]]:
    """Brackets and separators, where they stand, and how many brackets are open behind them."""
    depth = 0
    for found in _SIGNS.finditer(text):
        sign = found.group()
        depth += (sign in "([{") - (sign in ")]}")
        yield found.start(), sign, depth

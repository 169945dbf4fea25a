"""Lines that are too long, written as several: one argument a line, or one term of a sum."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.to_python.lines import Line

WIDTH = 120
MOST = 40  # more than these are numbers of a table, which no one reads one a line


def wrapped(line: Line) -> list[Line]:
    """The line, in parts where it is wider than 120 characters and has a call or a sum to break at."""
    if len(line.text) <= WIDTH:
        return [line]
    parts = _broken_call(line.text) or _broken_sum(line.text)
    return [inner for text in parts for inner in wrapped(Line(text, line.node))] if parts else [line]


def _broken_call(text: str) -> list[str]:
    """The text broken in the bracket that is closed at its end."""
    ending = ":" if text.endswith("):") else ""
    body = text.removesuffix(":") if ending else text
    opening = _opening(body)
    parts = _split(body[opening + 1 : -1], ", ") if opening >= 0 else []
    if not 1 < len(parts) <= MOST:
        return []
    margin = " " * (len(text) - len(text.lstrip()))
    return [body[: opening + 1], *(f"{margin}    {part}," for part in parts), f"{margin}{body[-1]}{ending}"]


def _opening(text: str) -> int:
    """Where the bracket opens that the last character closes; -1 where that is none."""
    opened: list[int] = []
    before = 0
    for at, depth in _depths(text):
        if depth > before:
            opened.append(at)
        if depth < before:
            start = opened.pop()
            if at == len(text) - 1:
                return start
        before = depth
    return -1


def _broken_sum(text: str) -> list[str]:
    head, equals, total = text.partition(" = ")
    terms = _split(total, " + ")
    if not equals or not 1 < len(terms) <= MOST:
        return []
    margin = " " * (len(text) - len(text.lstrip()))
    first, *rest = terms
    return [f"{head} = (", f"{margin}    {first}", *(f"{margin}    + {term}" for term in rest), f"{margin})"]


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand in no bracket and no text."""
    cuts = [at for at, depth in _depths(text) if depth == 0 and text.startswith(separator, at)]
    starts = [0, *(at + len(separator) for at in cuts)]
    return [text[start:end] for start, end in zip(starts, [*cuts, len(text)], strict=True)]


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """Each place outside of quotes, and how many brackets are open behind it."""
    depth, quote = 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
            continue
        if sign in "'\"":
            quote = sign
        depth += (sign in "([{") - (sign in ")]}")
        yield at, depth

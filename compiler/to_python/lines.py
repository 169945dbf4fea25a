"""Lines of generated code, and the text of values in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from graph.dims import Constant, Sym, is_fixed, symbols
from graph.expressions.formulas import Formula
from graph.layer import Value


class Line(NamedTuple):
    """A line of generated code and the node it is there for."""

    text: str
    node: str = ""


def indented(lines: Sequence[Line]) -> list[Line]:
    """The lines one level deeper."""
    return [Line(f"    {line.text}" if line.text else "", line.node) for line in lines]


def literal(value: Any, owner: str = "") -> str:
    """The Python text of a typed value; a ``Value`` stands for itself.

    The parameters of a block class in a symbolic size are looked up on ``owner``, such as ``self.``.
    """
    if isinstance(value, Value):
        return str(value)
    if isinstance(value, Sym):
        names = [name for name in symbols([value]) if isinstance(name, Constant)]
        return re.sub(rf"\b({'|'.join(names)})\b", rf"{owner}\1", str(value)) if names else str(value)
    if isinstance(value, Formula):
        return _owned(value, owner) if owner else str(value)
    if isinstance(value, (tuple, list)):
        inner = ", ".join(literal(item, owner) for item in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no literal")


def attribute(owner: str, path: str) -> str:
    """The expression for a tensor or module of ``self.owner``; those in a sequence are looked up by their index."""
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", f"self.{owner}.{path}".rstrip("."))


def _owned(formula: Formula, owner: str) -> str:
    """The text of a formula, its block's parameters looked up on ``owner``."""
    tree = ast.parse(str(formula), mode="eval").body
    named = [(part.col_offset, formula.leaves[part.id]) for part in ast.walk(tree) if isinstance(part, ast.Name)]
    places = [place for place, leaf in named if not isinstance(leaf, Sym) or is_fixed(leaf)]
    text = str(formula).encode()
    for place in sorted(places, reverse=True):  # offsets count bytes
        text = text[:place] + owner.encode() + text[place:]
    return text.decode()


def mentions(lines: Sequence[Line], names: Collection[str], owner: str = "") -> list[str]:
    """Which of ``names`` stand in the lines as words, behind ``owner`` if given and not behind a dot otherwise."""
    text = "\n".join(line.text for line in lines)
    behind = rf"(?<={re.escape(owner)})" if owner else r"(?<![\w.])"
    found = set(re.findall(rf"{behind}(\w+)(?!\w|\s*=[^=])", text))
    return [name for name in names if name in found]

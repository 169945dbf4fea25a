"""A function that a user wrote, read as text and never run here."""

from __future__ import annotations

import ast
import re
import warnings
from typing import NamedTuple

_ALWAYS = "code must be one function of tensors, such as def halve(x): return x / 2"


class Function(NamedTuple):
    """The name of a function, those of its arguments, and its text without what stands around it."""

    name: str
    arguments: tuple[str, ...]
    text: str

    def renamed(self, name: str) -> str:
        """Its text under another name."""
        return re.sub(rf"(?m)^def(\s+){self.name}\b", rf"def\g<1>{name}", self.text, count=1)


def read_function(code: str) -> Function:
    """The one function that the code defines.

    Raises:
        ValueError: it is not Python, or more or less than one plain function that returns something.
    """
    tree = _tree(code)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise ValueError(f"{_ALWAYS}; what it needs beside torch and F is imported inside it")
    made = tree.body[0]
    given = made.args
    if made.decorator_list:
        raise ValueError(f"{_ALWAYS}, without a decorator")
    if given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or given.defaults:
        raise ValueError(f"{_ALWAYS}: its arguments are plain names, one for each input")
    names = tuple(argument.arg for argument in given.args)
    if not names:
        raise ValueError(f"{_ALWAYS}: it has no argument, and so no input")
    if not any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(made)):
        raise ValueError(f"{_ALWAYS}: it returns nothing")
    return Function(made.name, names, code.strip())


def _tree(code: str) -> ast.Module:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(code)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        raise ValueError(f"code has a mistake{where}: {error.msg}") from None
    except (ValueError, MemoryError, RecursionError):
        raise ValueError(f"{_ALWAYS}; this cannot be read as Python") from None

"""What a block's parameters are: integers, numbers, yes or no, or words; each is of the kind its default is of."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from graph.errors import ParameterError
from graph.expressions.evaluation import evaluate, names
from graph.expressions.formulas import Symbolic
from graph.fields import shorten

INDEX = "i"
"""What the place in a repetition is called, counted from 0, unless the block around has a parameter of that name."""
MAX_TEXT = 60


def check_default(block: str, key: str, value: object) -> None:
    """Refuse what cannot be the default of a parameter.

    Raises:
        ParameterError: naming the block, the parameter and what was given.
    """
    if type(value) is bool or (type(value) is int and abs(value) <= 2**31):
        return
    if isinstance(value, float) and math.isfinite(value):
        return
    if isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable():
        return
    raise ParameterError(
        f"Block '{block}': {key} must be an integer, a number, true or false, or a word, got {shorten(value)}."
    )


def kind_of(default: object) -> str:
    """The words for the kind of values a parameter takes."""
    kinds = {bool: "true or false", int: "an integer", float: "a number"}
    return kinds.get(type(default), "text")


def fitted(block: str, parameters: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values for all the parameters of a block: those given, and defaults; each of the kind of its default.

    Raises:
        ParameterError: one is of another kind.
    """
    return {
        key: _fitting(block, key, default, given[key]) if key in given else default
        for key, default in parameters.items()
    }


def _fitting(block: str, key: str, default: object, value: Any) -> Any:
    if isinstance(value, Symbolic) or type(value) is type(default):
        return value
    if isinstance(default, float) and type(value) is int:
        return float(value)
    raise ParameterError(f"The block '{block}' takes {key} as {kind_of(default)}, got {shorten(value)}.")


def as_argument(block: str, key: str, default: object, value: Any, known: Collection[str]) -> Any:
    """What a use of a block gives for a parameter as the document keeps it: a word is put in quotes.

    A text that speaks of ``known`` names, those of the block around, is an expression.

    Raises:
        ParameterError: it is of another kind than the parameter.
    """
    if not isinstance(value, str):
        return _fitting(block, key, default, value)
    return repr(value) if isinstance(default, str) and not _is_expression(value, known) else value


def plain_text(argument: str) -> str:
    """A word without its quotes; another expression as it is."""
    try:
        value: Any = None if names(argument, "value") else evaluate(argument, {}, "value")
    except ParameterError:
        return argument
    return value if isinstance(value, str) else argument


def _is_expression(text: str, known: Collection[str]) -> bool:
    try:
        found = names(text, "value")
    except ParameterError:
        return False
    return found <= {*known, INDEX} and text != INDEX

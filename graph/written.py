"""Parameters written as expressions: which fields take them, what they are for given values, with other names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Union

from graph.errors import ParameterError
from graph.expressions.evaluation import Language, evaluate, names, substitute
from graph.fields import Field, Kind

Written = Union[str, tuple[Union[int, float, str], ...]]
"""An expression, or for a list of numbers its items, some of which are expressions."""

_LANGUAGES: Mapping[Kind, Language] = {
    "int": "integer",
    "size": "integer",
    "sizes": "integer",
    "float": "value",
    "floats": "value",
    "bool": "value",
    "choice": "value",
}
_LISTS: Collection[Kind] = ("size", "sizes", "floats")
_WORDS: Collection[Kind] = ("bool", "choice")


def language_of(field: Field) -> Language:
    """What expressions for a field may consist of."""
    return "value" if field.fraction else _LANGUAGES.get(field.kind, "value")


def expression_in(field: Field, value: Any, known: Collection[str]) -> Written | None:
    """What is an expression of a parameter's value; ``known`` are the names there are.

    A word where only a few are possible is an expression only if it speaks of a name that is known.
    """
    if field.kind not in _LANGUAGES or field.hidden:
        return None
    if isinstance(value, str):
        if value in field.choices or (field.kind in _WORDS and not _speaks_of(value, known)):
            return None
        return value
    if field.kind in _LISTS and isinstance(value, (list, tuple)) and any(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _speaks_of(text: str, known: Collection[str]) -> bool:
    try:
        return not names(text, "value").isdisjoint(known)
    except ParameterError:
        return False


def value_of(written: Written, language: Language, values: Mapping[str, Any]) -> Any:
    """The value of what is written, with ``values`` for its names.

    Raises:
        ParameterError: an expression is wrong.
    """
    return _each(written, lambda text: evaluate(text, values, language))


def with_values(written: Any, language: Language, values: Mapping[str, Any]) -> Any:
    """What is written with plain values or other expressions for some of its names."""
    return _each(written, lambda text: substitute(text, values, language))


def argument_with(written: Any, values: Mapping[str, Any]) -> Any:
    """What a use gives for a parameter, with ``values`` for some names; a word stays in quotes."""
    if not isinstance(written, str) or names_in(written).isdisjoint(values):
        return written
    found = substitute(written, values, "value")
    left = names_in(written) - {name for name, value in values.items() if not names_in(value)}
    return repr(found) if isinstance(found, str) and not left else found


def names_in(written: Any, language: Language = "value") -> set[str]:
    """The names that what is written speaks of."""
    texts = [item for item in (written if isinstance(written, tuple) else (written,)) if isinstance(item, str)]
    return {name for text in texts for name in names(text, language)}


def as_expressions(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as expressions have them: a text stands in quotes."""
    return {name: repr(value) if isinstance(value, str) else value for name, value in values.items()}


def _each(written: Any, change: Callable[[str], Any]) -> Any:
    if isinstance(written, (list, tuple)):
        return type(written)(change(item) if isinstance(item, str) else item for item in written)
    return change(written) if isinstance(written, str) else written

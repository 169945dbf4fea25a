"""A choice within the training settings: a class with its own fields, found by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from graph.errors import ParameterError
from graph.fields import convert, fields_of, parameters_of, shorten

OWNER = "Training"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the choices. Its direct subclasses are roles (``Optimizer``); theirs, the choices, bear the names."""


P = TypeVar("P", bound=Part)


def choices_of(role: type[P]) -> Mapping[str, type[P]]:
    """The classes to choose from for a role, by name, in the order they are declared."""
    return MappingProxyType({cls.__name__: cls for cls in role.__subclasses__()})


def choice(role: type[P], name: Any) -> type[P]:
    """The class of a choice, by its name in any case.

    Raises:
        ParameterError: there is no such choice.
    """
    known = choices_of(role)
    named = {cls.lower(): cls for cls in known}
    if not isinstance(name, str) or name.lower() not in named:
        what = role.__name__.lower()
        raise ParameterError(f"{OWNER}: {what} must be one of {', '.join(known)}, got {shorten(name)}.")
    return known[named[name.lower()]]


def read_part(role: type[P], value: Any) -> P:
    """A choice as a file holds it: its name, or a mapping with the name as ``type`` beside its fields.

    Raises:
        ParameterError: there is no such choice, or a field of it is wrong.
    """
    if isinstance(value, role):
        return value
    if not isinstance(value, Mapping):
        return choice(role, value)()
    fields = {str(key): item for key, item in value.items() if key != "type"}
    return convert(choice(role, value.get("type")), fields, OWNER)


def written_part(part: Part) -> Any:
    """The form that ``read_part`` reads: the name alone where every field is at its default."""
    fields = parameters_of(part)
    return {"type": type(part).__name__, **fields} if fields else type(part).__name__


def changed_to(part: P, cls: type[P]) -> P:
    """Another choice for the same role, with the values that were set for fields that both have."""
    return cls(**{name: value for name, value in parameters_of(part).items() if name in fields_of(cls)})


def with_fields(part: P, values: Mapping[str, Any]) -> P:
    """The choice with other values for some of its fields.

    Raises:
        ParameterError: it has no such field, or a value is wrong.
    """
    for name in values:
        if name not in fields_of(type(part)):
            raise ParameterError(
                f"{OWNER}: {type(part).__name__} has no {name}; it has {', '.join(fields_of(type(part)))}."
            )
    return convert(type(part), {**msgspec.structs.asdict(part), **values}, OWNER)

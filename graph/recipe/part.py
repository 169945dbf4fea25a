"""A choice within the training settings: a class with its own fields, found by its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

import msgspec

from graph.errors import ParameterError
from graph.fields import Field, convert, fields_of, parameters_of, shorten

OWNER = "Training"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the choices. Its direct subclasses are roles (``Optimizer``); theirs, the choices, bear the names."""

    noun: ClassVar[str] = ""
    """What sentences call the role; "" for the name of its class."""

    def text(self) -> str:
        """The text that stands for the choice where it has no other fields than the usual ones."""
        return type(self).__name__

    @classmethod
    def of_text(cls, text: str) -> Part:
        """What a text stands for; asked of a role.

        Raises:
            ParameterError: it stands for nothing.
        """
        return choice(cls, text)()

    @classmethod
    def in_text(cls) -> tuple[str, ...]:
        """The fields that ``text`` says, and no form need show again."""
        return ()


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
        what = role.noun or role.__name__.lower()
        raise ParameterError(f"{OWNER}: {what} must be one of {', '.join(known)}, got {shorten(name)}.")
    return known[named[name.lower()]]


def read_part(role: type[P], value: Any) -> P:
    """A choice as a file holds it: its name, or a mapping with the name as ``type`` beside its fields.

    Raises:
        ParameterError: there is no such choice, or a field of it is wrong.
    """
    if isinstance(value, role):
        return value
    if isinstance(value, str):
        return _of_text(role, value)
    if not isinstance(value, Mapping):
        return choice(role, value)()
    fields = {str(key): item for key, item in value.items() if key != "type"}
    return convert(choice(role, value.get("type")), fields, OWNER)


def written_part(part: Part) -> Any:
    """The form that ``read_part`` reads: the name alone where every field is at its default."""
    fields = parameters_of(part)
    said = set(part.in_text())
    # Not every path can be said in a text: one may look like data of another kind.
    if fields.keys() <= said and (not said or _of_text(role_of(type(part)), part.text()) == part):
        return part.text()
    return {"type": type(part).__name__, **fields}


def role_of(cls: type[Part]) -> type[Part]:
    """The role of a choice."""
    return next(base for base in cls.__mro__ if Part in base.__bases__)


def chosen(role: type[P], text: str, now: P) -> P:
    """What a text stands for, with the values that are set now for fields that both have.

    Raises:
        ParameterError: it stands for nothing.
    """
    made = _of_text(role, text)
    fields = own_fields(type(made))
    kept = {name: value for name, value in parameters_of(now).items() if name in fields and name not in now.in_text()}
    return convert(type(made), {**msgspec.structs.asdict(made), **kept}, OWNER) if kept else made


@cache
def own_fields(cls: type[Part]) -> Mapping[str, Field]:
    """The fields of a choice beside its text."""
    return MappingProxyType({name: field for name, field in fields_of(cls).items() if name not in cls.in_text()})


def _of_text(role: type[P], text: str) -> P:
    made = role.of_text(text)
    assert isinstance(made, role)
    return made


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

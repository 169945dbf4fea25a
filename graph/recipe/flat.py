"""The training settings as files hold them, and as one list of fields for forms and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from graph.fields import Field, convert, fields_of, parameters_of
from graph.recipe.augmentations import read_list
from graph.recipe.optimizers import Optimizer
from graph.recipe.part import OWNER, Part, choices_of, chosen, own_fields, read_part, with_fields, written_part
from graph.recipe.regularization import Averaging, Clipping, Penalty
from graph.recipe.schedules import Schedule
from graph.recipe.settings import TrainingSettings
from graph.recipe.sources import Source
from graph.recipe.turns import Turn, read_turns

ROLES: dict[str, type[Part]] = {
    "data": Source,
    "optimizer": Optimizer,
    "schedule": Schedule,
    "penalty": Penalty,
    "clipping": Clipping,
    "averaging": Averaging,
}
"""The settings that are a choice with fields of its own."""

LISTS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "augmentation": lambda value: read_list(value, read_part),
    "turns": read_turns,
}
"""The settings that are a list of what has fields of its own, with what reads it: one text here, fields in it."""


@cache
def general_fields() -> Mapping[str, Field]:
    """The fields of the settings themselves; a role is a choice among the names of its classes, data any text."""
    return MappingProxyType({name: _general(name, field) for name, field in fields_of(TrainingSettings).items()})


def all_names() -> list[str]:
    """The name of every field there is, whatever is chosen: what ``override`` knows."""
    names = dict.fromkeys(general_fields())
    for role in ROLES.values():
        for cls in choices_of(role).values():
            names |= dict.fromkeys(own_fields(cls))
    return list(names)


def kind_of(name: str) -> str:
    """The kind of a field's values, whatever is chosen; "" where there is no such field."""
    fields = [general_fields(), *(own_fields(cls) for role in ROLES.values() for cls in choices_of(role).values())]
    return next((found[name].kind for found in fields if name in found), "")


def field_named(settings: TrainingSettings, name: str) -> Field | None:
    """A field by its name as it is declared for what is chosen; ``None`` where that has no such field."""
    general = general_fields()
    if name in general:
        return general[name]
    return next((own_fields(type(part))[name] for part in _parts(settings) if name in own_fields(type(part))), None)


def general_values(settings: TrainingSettings) -> dict[str, Any]:
    """The values of ``general_fields``."""
    return {name: _named(value) for name, value in msgspec.structs.asdict(settings).items()}


def all_values(settings: TrainingSettings) -> dict[str, Any]:
    """The values of all fields that act, those of what is chosen among them."""
    values = general_values(settings)
    for part in _parts(settings):
        values |= {name: getattr(part, name) for name in own_fields(type(part))}
    return values


def value_named(settings: TrainingSettings, name: str) -> Any:
    """The value of a field that acts."""
    if name in general_fields():
        return _named(getattr(settings, name))
    return next(getattr(part, name) for part in _parts(settings) if name in own_fields(type(part)))


def override(settings: TrainingSettings, values: Mapping[str, Any]) -> TrainingSettings:
    """Other values for some fields; a field of a choice goes by its own name, such as ``momentum``.

    Raises:
        ParameterError: there is no such field for what is chosen, or a value is wrong.
    """
    made = convert(TrainingSettings, _plain(settings) | {k: v for k, v in values.items() if _is_plain(k)}, OWNER)
    lists = {name: read(values[name]) if name in values else getattr(settings, name) for name, read in LISTS.items()}
    parts = {name: _chosen(getattr(settings, name), name, values.get(name, ...)) for name in ROLES}
    rest = {name: value for name, value in values.items() if _is_owned(name)}
    for name, part in parts.items():
        own = {key: value for key, value in rest.items() if _belongs(ROLES[name], key)}
        parts[name] = with_fields(part, own)
    return msgspec.structs.replace(made, **parts, **lists)


def read(values: Mapping[str, Any]) -> TrainingSettings:
    """The settings a file holds; those of before there were choices with fields of their own are understood.

    Raises:
        ParameterError: an entry is unknown or wrong.
    """
    settings = override(TrainingSettings(), {name: values[name] for name in ROLES if name in values})
    rest = {name: value for name, value in values.items() if name not in ROLES}
    # Version 1 kept every optimizer's fields, also those that the one chosen has no use for.
    useless = {name for name in rest if name in all_names() and field_named(settings, name) is None}
    return override(settings, {name: value for name, value in rest.items() if name not in useless})


def written(settings: TrainingSettings) -> dict[str, Any]:
    """What a file holds: only what differs from the defaults."""
    return {
        name: written_part(value)
        if isinstance(value, Part)
        else [item.written() if isinstance(item, Turn) else written_part(item) for item in value]
        if name in LISTS
        else value
        for name, value in parameters_of(settings).items()
    }


def _parts(settings: TrainingSettings) -> list[Part]:
    return [getattr(settings, name) for name in ROLES]


def _general(name: str, field: Field) -> Field:
    if name in LISTS:
        return field._replace(kind="text", default=_named(field.default))
    if name not in ROLES:
        return field
    field = field._replace(default=_named(field.default))
    return field if ROLES[name] is Source else field._replace(kind="choice", choices=tuple(choices_of(ROLES[name])))


def _chosen(now: Part, name: str, value: Any) -> Part:
    if value is ...:
        return now
    role = ROLES[name]
    return chosen(role, value, now) if isinstance(value, str) else read_part(role, value)


def _belongs(role: type[Part], name: str) -> bool:
    """Whether a field is some class's of a role; no two roles share a field's name."""
    return any(name in own_fields(cls) for cls in choices_of(role).values())


def _is_owned(name: str) -> bool:
    """Whether a field is that of a choice."""
    return name not in ROLES and name in _owned()


@cache
def _owned() -> frozenset[str]:
    return frozenset(name for role in ROLES.values() for cls in choices_of(role).values() for name in own_fields(cls))


def _is_plain(name: str) -> bool:
    # An unknown name is among them: the settings themselves refuse it.
    return name not in ROLES and name not in LISTS and not _is_owned(name)


def _plain(settings: TrainingSettings) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(settings).items() if _is_plain(name)}


def _named(value: Any) -> Any:
    if isinstance(value, Part):
        return value.text()
    return ", ".join(item.text() for item in value) if isinstance(value, tuple) else value

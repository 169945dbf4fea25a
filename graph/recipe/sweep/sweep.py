"""A sweep: what is varied, and how to search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from graph.errors import ParameterError
from graph.fields import convert, fields_of, parameters_of, shorten
from graph.recipe.part import choices_of, own_fields, read_part, with_fields, written_part
from graph.recipe.sweep.axis import Axis
from graph.recipe.sweep.search import Random, Search

OWNER = "Sweep"
MOST_AXES = 50


class Sweep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Trainings of one drawing that differ in what ``over`` says; ``seed`` is that of the search."""

    over: Annotated[tuple[Axis, ...], Meta(max_length=MOST_AXES)] = ()
    search: Annotated[Search, Meta(description="how what is tried next is chosen")] = Random()
    search_seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="start of the random numbers of the search")] = 0
    parallel: Annotated[int, Meta(ge=1, le=256, description="trials that are trained at a time")] = 1

    def __post_init__(self) -> None:
        names = [axis.name for axis in self.over]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"{twice} is varied twice")

    def axis(self, name: str) -> Axis | None:
        """What varies something, if anything does."""
        return next((axis for axis in self.over if axis.name == name), None)

    def varying(self, axis: Axis) -> Sweep:
        """The same, with an axis more, or in the place of the one of its name."""
        kept = tuple(axis if each.name == axis.name else each for each in self.over)
        return msgspec.structs.replace(self, over=kept if self.axis(axis.name) else (*self.over, axis))

    def without(self, name: str) -> Sweep:
        """The same, with something left as it is."""
        return msgspec.structs.replace(self, over=tuple(axis for axis in self.over if axis.name != name))

    def following(self, graph: str, gone: Collection[str], made: Sequence[str]) -> Sweep:
        """The same for a drawing in which the nodes ``made`` took the place of those that are ``gone``.

        A node that several took the place of has no field to vary any more.
        """
        start = f"{graph}/" if graph else ""
        over: list[Axis] = []
        for axis in self.over:
            node, dot, field = axis.name.removeprefix(start).partition(".")
            if not dot or not axis.name.startswith(start) or node not in gone:
                over.append(axis)
            elif len(made) == 1:
                over.append(msgspec.structs.replace(axis, name=f"{start}{made[0]}.{field}"))
        return msgspec.structs.replace(self, over=tuple(over))

    def renamed(self, names: Mapping[str, str]) -> Sweep:
        """The same for a drawing in which nodes go by other names; one in a block is called ``Block/node``."""
        parts = [axis.name.partition(".") for axis in self.over]
        found = [f"{names.get(node, node)}{dot}{field}" for node, dot, field in parts]
        return self.with_names({axis.name: name for axis, name in zip(self.over, found, strict=True)})

    def with_names(self, names: Mapping[str, str]) -> Sweep:
        """The same, with some of what is varied under other names; without what is called "" now."""
        named = ((axis, names.get(axis.name, axis.name)) for axis in self.over)
        over = tuple(msgspec.structs.replace(axis, name=name) for axis, name in named if name)
        return msgspec.structs.replace(self, over=over)


def override_sweep(sweep: Sweep, values: Mapping[str, Any]) -> Sweep:
    """Other values for some fields; those of the search go by their own names.

    Raises:
        ParameterError: there is no such field, or a value is wrong.
    """
    search = sweep.search
    if "search" in values:
        made = read_part(Search, values["search"])
        kept = {name: value for name, value in parameters_of(search).items() if name in own_fields(type(made))}
        search = with_fields(made, {**kept, **parameters_of(made)})
    own = {name: value for name, value in values.items() if name not in fields_of(Sweep)}
    search = with_fields(search, own) if own else search
    plain = {"search_seed": sweep.search_seed, "parallel": sweep.parallel}
    plain |= {name: value for name, value in values.items() if name in plain}
    checked = convert(Sweep, plain, OWNER)
    over = values.get("over", sweep.over)
    if not isinstance(over, list | tuple):
        raise ParameterError(f"{OWNER}: over must be a list, got {shorten(over)}.")
    try:
        return msgspec.structs.replace(checked, search=search, over=tuple(map(_axis, over)))
    except ValueError as error:
        raise ParameterError(f"{OWNER}: {error}.") from None


def read_sweep(values: Mapping[str, Any]) -> Sweep:
    """The sweep that a file holds.

    Raises:
        ParameterError: an entry is unknown or wrong.
    """
    if unknown := next((name for name in values if name not in fields_of(Sweep)), None):
        raise ParameterError(f"{OWNER} has no parameter {shorten(unknown)}; it has {', '.join(fields_of(Sweep))}.")
    return override_sweep(Sweep(), values)


def written_sweep(sweep: Sweep) -> dict[str, Any]:
    """What a file holds: only what differs from the defaults."""
    found = parameters_of(sweep)
    if "search" in found:
        found["search"] = written_part(sweep.search)
    if "over" in found:
        found["over"] = [msgspec.to_builtins(axis) for axis in sweep.over]
        for axis in found["over"]:
            for name in ("low", "high"):
                if axis[name] is None:
                    del axis[name]
            if not axis["values"]:
                del axis["values"]
            if axis["scale"] == "auto":
                del axis["scale"]
    return found


def searches() -> list[str]:
    """The names of the ways to search."""
    return list(choices_of(Search))


def _axis(value: Any) -> Axis:
    if isinstance(value, Axis):
        return value
    if not isinstance(value, Mapping):
        raise ParameterError(f"{OWNER}: what is varied must have a name, and values or a range, got {shorten(value)}.")
    fields = {str(key): entry for key, entry in value.items()}
    try:
        if isinstance(fields.get("values"), list):
            fields["values"] = tuple(tuple(item) if isinstance(item, list) else item for item in fields["values"])
        return msgspec.convert(fields, Axis)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        raise ParameterError(f"{OWNER}: what is varied is wrong: {str(error).replace('`', '')}.") from None
    except ValueError as error:
        raise ParameterError(f"{OWNER}: {error}.") from None

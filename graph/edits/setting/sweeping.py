"""What a sweep may vary in a document, and the document of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graph.document import Document
from graph.edits.setting.parameters import WHEN, fields_for, set_value, value_of
from graph.edits.setting.usage import ARGUMENT
from graph.errors import LayerloomError, ParameterError
from graph.fields import Field, fields_of, shorten
from graph.recipe.augmentations import Augmentation
from graph.recipe.flat import all_values, field_named
from graph.recipe.part import own_fields, with_fields
from graph.recipe.sweep.axis import Axis, axis_of
from graph.recipe.sweep.sweep import OWNER, Sweep
from graph.recipe.turns import Turn, with_values
from graph.storage.loom import dumps, loads

TURNS, AUGMENTATION = "turns", "augmentation"
# It says by which figure trials are compared: it is the same for all.
_MONITOR = "monitor"
_NUMBERS = ("int", "float", "size")
# Kinds of fields whose values go into a list by themselves.
_VARIED = (*_NUMBERS, "bool", "choice", "text", "sizes", "shape", "value")


class _Place(NamedTuple):
    """Where a value goes: into a node of a graph, a turn, an augmentation by its place in the list, or the settings."""

    field: Field
    graph: str = ""
    node: str = ""
    turn: str = ""
    entry: int | None = None


def name_for(graph: str, node: str, field: str) -> str:
    """What a sweep calls a field of a node."""
    return f"{graph}/{node}.{field}" if graph else f"{node}.{field}"


def names_of_augmentations(augmentations: Sequence[Augmentation]) -> list[str]:
    """What a sweep calls each of a list, from its first to its last: the second Noise is Noise2."""
    kinds = [type(each).__name__ for each in augmentations]
    counts = [kinds[: place + 1].count(kind) for place, kind in enumerate(kinds)]
    return [f"{AUGMENTATION}.{kind}{count if count > 1 else ''}" for kind, count in zip(kinds, counts, strict=True)]


def field_of(document: Document, name: str) -> Field:
    """The field that a sweep calls ``name``.

    Raises:
        ParameterError: there is none, or a sweep cannot vary it.
    """
    return _place(document, name).field


def may_vary(field: Field) -> bool:
    """Whether a sweep can vary a field of this kind."""
    return field.kind in _VARIED and not field.code and field.name not in (WHEN, "definition", _MONITOR)


def is_whole(field: Field) -> bool:
    """Whether a range over the field takes whole numbers alone."""
    return field.kind == "int" or (field.kind == "size" and not field.fraction)


def value_now(document: Document, name: str) -> Any:
    """What the field holds that a sweep calls ``name``.

    Raises:
        ParameterError: there is none.
    """
    place = _place(document, name)
    if place.turn:
        turn, own = _turn(document, place.turn), place.field.name
        return getattr(turn if own in fields_of(Turn) else turn.optimizer, own)
    if place.entry is not None:
        return getattr(document.training.augmentation[place.entry], place.field.name)
    if place.node:
        field = name.partition("/")[2] if place.graph else name
        key = field.split(".", 1)[1]
        node = document.graphs[place.graph].node(place.node)
        return value_of(document, node, _key(document, place, key))
    return all_values(document.training)[name]


def vary(document: Document, name: str, span: str) -> Axis:
    """Have the document's sweep vary a field over values or a range, as they are written; one undo step.

    Raises:
        ParameterError: there is no such field, or it does not take all of it.
    """
    axis = axis_of(name, span)
    check_axis(document, axis)
    with document.edit(f"Sweep over {name}"):
        document.set_setting("sweep", document.sweep.varying(axis))
    return axis


def set_list(document: Document, setting: str, entries: Sequence[Any], places: Sequence[int | None]) -> None:
    """Write a setting that is a list, ``augmentation`` or ``turns``, inside an edit; the sweep varies what it did.

    ``places`` say where each entry was in the list before, ``None`` for a new one. What is taken away is left.
    """
    before = _names_in(document, setting)
    document.set_training(**{setting: entries})
    after = _names_in(document, setting)
    moved = {before[old]: after[new] for new, old in enumerate(places) if old is not None}
    parts = [(axis.name, *axis.name.rpartition(".")) for axis in document.sweep.over]
    names = {
        name: f"{moved[head]}.{field}" if head in moved else "" for name, head, _, field in parts if head in before
    }
    if any(name != new for name, new in names.items()):
        document.set_setting("sweep", document.sweep.with_names(names))


def _names_in(document: Document, setting: str) -> list[str]:
    """What a sweep calls the entries of a setting that is a list."""
    if setting == TURNS:
        return [f"{TURNS}.{turn.name}" for turn in document.training.turns]
    return names_of_augmentations(document.training.augmentation)


def leave(document: Document, name: str) -> None:
    """Have the document's sweep leave a field as it is; one undo step."""
    with document.edit(f"No sweep over {name}"):
        document.set_setting("sweep", document.sweep.without(name))


def check_sweep(document: Document) -> None:
    """Refuse a sweep that cannot be carried out.

    Raises:
        ParameterError: nothing is varied, or something takes a value that it cannot have.
    """
    if not document.sweep.over:
        raise ParameterError(f"{OWNER}: nothing is varied yet; name what is to be, such as learning_rate=1e-4..1e-1.")
    for axis in document.sweep.over:
        check_axis(document, axis)
    if document.training.monitor == "epoch":
        raise ParameterError(
            f"{OWNER}: the setting monitor is 'epoch', which does not tell a good trial from a bad one; "
            "set it to a figure such as loss or accuracy."
        )


def check_axis(document: Document, axis: Axis) -> None:
    """Refuse what a field does not take.

    Raises:
        ParameterError: there is no such field, or it does not take a value.
    """
    place = _place(document, axis.name)
    field = place.field
    if not may_vary(field):
        raise ParameterError(f"{OWNER}: {axis.name} cannot be varied; its value is {field.expected()}.")
    if place.node and document.graphs[place.graph].node(place.node).bypassed is not None:
        raise ParameterError(
            f"{OWNER}: '{place.node}' is bypassed, so {axis.name} would change nothing; use the node again, or leave "
            "this out."
        )
    if not axis.values and field.kind not in _NUMBERS:
        raise ParameterError(f"{OWNER}: {axis.name} is not a number and has no range; name its values, as in NAME=a,b.")
    if not axis.values and is_whole(field) and not (_is_whole(axis.low) and _is_whole(axis.high)):
        raise ParameterError(
            f"{OWNER}: {axis.name} takes whole numbers; give its range such ends, got {axis.low:g}..{axis.high:g}."
        )
    for value in axis.values or (axis.low, axis.high):
        trial_of(document, {axis.name: value})


def trial_of(document: Document, values: Mapping[str, Any]) -> Document:
    """A document like this one, with these values by the names of a sweep, and without a sweep.

    Raises:
        ParameterError: a value is wrong, or has no place in the document.
    """
    made = loads(dumps(document))
    with made.edit("Trial"):
        made.set_setting("sweep", Sweep())
        # At once: a value may be of a choice that another one makes.
        settings = {name: value for name, value in values.items() if not _is_apart(name)}
        try:
            if settings:
                for name in settings:
                    _refuse_unused(made, name)
                made.set_training(**settings)
            for name in values:
                if _is_apart(name):
                    _write(made, name, values[name])
        except ParameterError:
            raise
        except LayerloomError as error:
            raise ParameterError(str(error)) from None
    return made


def _write(document: Document, name: str, value: Any) -> None:
    place = _place(document, name)
    if place.turn:
        turns = [
            with_values(turn, {place.field.name: value}) if turn.name == place.turn else turn
            for turn in document.training.turns
        ]
        document.set_training(turns=turns)
        return
    if place.entry is not None:
        changed = list(document.training.augmentation)
        changed[place.entry] = with_fields(changed[place.entry], {place.field.name: value})
        document.set_training(augmentation=changed)
        return
    field = (name.partition("/")[2] if place.graph else name).split(".", 1)[1]
    set_value(document, place.graph, place.node, _key(document, place, field), _plain(value))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _place(document: Document, name: str) -> _Place:
    if not _is_apart(name):
        return _Place(_setting(document, name))
    path = name
    graph, slash, rest = path.partition("/")
    graph, rest = (graph, rest) if slash else ("", path)
    first, _, field = rest.partition(".")
    if graph not in document.graphs:
        raise ParameterError(f"{OWNER}: there is no block {shorten(graph)}, which {name} names.")
    if first == TURNS and not graph:
        return _place_in_turn(document, field)
    if first == AUGMENTATION and not graph:
        return _place_in_augmentation(document, field)
    if first not in document.graphs[graph].nodes:
        raise ParameterError(f"{OWNER}: there is no node {shorten(first)}, which {name} names.")
    node = document.graphs[graph].node(first)
    known = {key: item for key, item in fields_for(document, graph, [node]).items() if not item.hidden}
    key = field if field in known else f"{ARGUMENT}{field}"
    if key not in known:
        names = ", ".join(key.removeprefix(ARGUMENT) for key, item in known.items() if may_vary(item)) or "none"
        raise ParameterError(f"{OWNER}: '{first}' has no parameter {shorten(field)}; it has {names}.")
    return _Place(known[key], graph, first)


def _key(document: Document, place: _Place, field: str) -> str:
    """A field by the name it has at the node: an argument of a block may be called by the parameter's name alone."""
    node = document.graphs[place.graph].node(place.node)
    return field if field in fields_for(document, place.graph, [node]) else f"{ARGUMENT}{field}"


def _place_in_turn(document: Document, rest: str) -> _Place:
    which, _, field = rest.partition(".")
    turn = _turn(document, which)
    known = {**fields_of(Turn), **own_fields(type(turn.optimizer))}
    if field not in known or field in ("name", "nodes", "objectives", "optimizer"):
        names = ", ".join(["steps", *own_fields(type(turn.optimizer))])
        raise ParameterError(f"{OWNER}: the turn '{which}' has no {shorten(field)} to vary; it has {names}.")
    return _Place(known[field], turn=which)


def _place_in_augmentation(document: Document, rest: str) -> _Place:
    which, _, field = rest.partition(".")
    found = document.training.augmentation
    names = [name.partition(".")[2] for name in names_of_augmentations(found)]
    if which not in names:
        there = ", ".join(names) or "none"
        raise ParameterError(f"{OWNER}: there is no augmentation {shorten(which)}; there are {there}.")
    place = names.index(which)
    known = fields_of(type(found[place]))
    if field not in known:
        raise ParameterError(f"{OWNER}: {which} has no {shorten(field)} to vary; it has {', '.join(known) or 'none'}.")
    return _Place(known[field], entry=place)


def _turn(document: Document, name: str) -> Turn:
    found = next((turn for turn in document.training.turns if turn.name == name), None)
    if found is None:
        names = ", ".join(turn.name for turn in document.training.turns) or "none"
        raise ParameterError(f"{OWNER}: there is no turn {shorten(name)}; there are {names}.")
    return found


def _setting(document: Document, name: str) -> Field:
    field = field_named(document.training, name)
    if field is None:
        kinds = ", ".join(all_values(document.training))
        raise ParameterError(
            f"{OWNER}: there is no setting {shorten(name)} as the drawing is set; there are {kinds}, and the "
            "parameters of nodes as NODE.FIELD."
        )
    _refuse_unused(document, name)
    return field


def _refuse_unused(document: Document, name: str) -> None:
    settings = document.training
    if settings.turns and (name == "optimizer" or name in own_fields(type(settings.optimizer))):
        first = settings.turns[0].name
        raise ParameterError(
            f"{OWNER}: {name} has no effect, for each turn has an optimizer of its own; vary {TURNS}.{first}.{name}."
        )


def _is_apart(name: str) -> bool:
    """Whether a name is not that of a setting."""
    return "." in name


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())

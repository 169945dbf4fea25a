"""Parts of a drawing that learn in turns, each from objectives of its own by an optimizer of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from graph.errors import DocumentError, ParameterError
from graph.fields import convert, parameters_of, shorten
from graph.names import check_name
from graph.recipe.optimizers import LBFGS, Adam, Optimizer
from graph.recipe.part import OWNER, read_part, with_fields, written_part

LONGEST = 20
Names = Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=10_000)]


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of some nodes take ``steps`` steps that make some objectives smaller, with one batch or one each."""

    name: Annotated[str, Meta(max_length=60, description="what it is called; its method in the code is loss_NAME")]
    nodes: Annotated[Names, Meta(description="the nodes whose weights learn in this turn; all others stay")] = ()
    objectives: Annotated[Names, Meta(description="the objectives that these weights make smaller")] = ()
    optimizer: Annotated[Optimizer, Meta(description="rule that turns gradients into steps")] = Adam()
    steps: Annotated[int, Meta(ge=1, le=1000, description="steps before it is another's turn")] = 1
    fresh: Annotated[bool, Meta(description="each step takes a batch of its own, not all the one before it")] = False

    def __post_init__(self) -> None:
        try:
            check_name(self.name, "turn")
        except DocumentError as error:
            raise ValueError(str(error)) from None
        if isinstance(self.optimizer, LBFGS):
            raise ValueError(
                f"the turn '{self.name}' cannot use LBFGS, which takes one step an epoch from all samples; take "
                "another optimizer"
            )

    def text(self) -> str:
        """The text that stands for it on the command line and in tables."""
        written = self.written()
        chosen = written.pop("optimizer", {})
        kind = chosen if isinstance(chosen, str) else chosen.pop("type", "")
        fields = {name: value for name, value in written.items() if name not in ("name", "steps")}
        fields |= {"optimizer": kind} if kind else {}
        fields |= {} if isinstance(chosen, str) else chosen
        fields |= {"steps": self.steps} if self.steps != 1 else {}
        return ":".join([self.name, *(f"{name}={_written(value)}" for name, value in fields.items())])

    def written(self) -> dict[str, Any]:
        """What a file holds: only what differs from the defaults."""
        found = parameters_of(self)
        if "optimizer" in found:
            found["optimizer"] = written_part(self.optimizer)
        return found

    def following(self, gone: Collection[str], made: Sequence[str]) -> Turn:
        """The same for a drawing in which other nodes, ``made``, took the place of those that are ``gone``."""
        nodes, objectives = _followed(self.nodes, gone, made), _followed(self.objectives, gone, made)
        return msgspec.structs.replace(self, nodes=nodes, objectives=objectives)


Round = Sequence[Sequence[tuple[Turn, int]]]


def round_of(turns: Sequence[Turn]) -> Round:
    """What is taken until the first turn comes again: for each batch the turns and how many steps they take with it."""
    found: list[list[tuple[Turn, int]]] = [[]]
    for turn in turns:
        if not turn.fresh:
            found[-1].append((turn, turn.steps))
            continue
        for _ in range(turn.steps):
            if found[-1]:
                found.append([])
            found[-1].append((turn, 1))
    return found


def shortened(whole: Round, batches: int) -> Round:
    """A round at the end of an epoch, with so many batches left: every turn is taken, with the last of them if need be.

    As in the code of Arjovsky et al. 2017, a turn then has fewer batches of its own.
    """
    if batches >= len(whole):
        return whole
    kept = [[*taken] for taken in whole[:batches]]
    for turn, steps in (each for taken in whole[batches:] for each in taken):
        if not turn.fresh or all(turn is not other for taken in kept for other, _ in taken):
            kept[-1].append((turn, steps))
    return kept


def _followed(names: tuple[str, ...], gone: Collection[str], made: Sequence[str]) -> tuple[str, ...]:
    found = [other for name in names for other in (made if name in gone else (name,))]
    return tuple(dict.fromkeys(found))


def with_values(turn: Turn, values: Mapping[str, Any]) -> Turn:
    """The turn with other values for some of its fields; those of its optimizer go by their own names.

    Raises:
        ParameterError: there is no such field, or a value is wrong.
    """
    owner = f"{OWNER}, turn '{turn.name}'"
    plain = {name: getattr(turn, name) for name in turn.__struct_fields__ if name != "optimizer"}
    optimizer = read_part(Optimizer, values["optimizer"]) if "optimizer" in values else turn.optimizer
    own = {name: value for name, value in values.items() if name not in turn.__struct_fields__}
    optimizer = with_fields(optimizer, own) if own else optimizer
    plain |= {name: value for name, value in values.items() if name in plain}
    checked = convert(Turn, plain, owner)
    try:
        return Turn(**{name: getattr(checked, name) for name in plain}, optimizer=optimizer)
    except ValueError as error:
        raise ParameterError(f"{owner}: {error}.") from None


def read_turns(value: Any) -> tuple[Turn, ...]:
    """Turns, of a text or a list.

    Raises:
        ParameterError: one is wrong, two have one name, or there are too many.
    """
    if isinstance(value, str):
        value = [part for part in (part.strip() for part in value.split(",")) if part]
    if not isinstance(value, list | tuple):
        raise ParameterError(f"{OWNER}: turns must be a list of turns, got {shorten(value)}.")
    if len(value) > LONGEST:
        raise ParameterError(f"{OWNER}: turns must be a list, at most {LONGEST} of them, got {len(value)}.")
    found = tuple(_read(item) for item in value)
    names = [turn.name for turn in found]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{OWNER}: two turns are called '{name}'; give each a name of its own.")
    return found


def _read(item: Any) -> Turn:
    if isinstance(item, Turn):
        return item
    fields = _of_text(item) if isinstance(item, str) else item
    if not isinstance(fields, Mapping) or not isinstance(fields.get("name"), str):
        raise ParameterError(f"{OWNER}: a turn must have a name, nodes and objectives, got {shorten(item)}.")
    fields = {str(key): value for key, value in fields.items()}
    try:
        turn = Turn(name=fields.pop("name"))
    except ValueError as error:
        raise ParameterError(f"{OWNER}: {error}.") from None
    return with_values(turn, fields)


def _of_text(text: str) -> dict[str, Any]:
    """What a text stands for, such as ``critic:nodes=critic:objectives=real+fake:learning_rate=0.0002``."""
    name, *given = (part.strip() for part in text.split(":"))
    fields: dict[str, Any] = {"name": name}
    for item in given:
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not key or key in fields:
            raise ParameterError(
                f"{OWNER}: turns has {shorten(text)}; write NAME:FIELD=VALUE, each field once, such as "
                "critic:nodes=conv1+conv2:objectives=real+fake:learning_rate=0.0002."
            )
        fields[key] = _parsed(key, value)
    return fields


def _parsed(key: str, text: str) -> Any:
    if key in ("nodes", "objectives"):
        return [name for name in (name.strip() for name in text.split("+")) if name]
    try:
        return text if key == "optimizer" else msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def _written(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "+".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

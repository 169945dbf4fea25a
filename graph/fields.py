"""Layer parameters as data: the types they are declared with, and what a form or an error says of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union

import msgspec
from msgspec import Meta, inspect

from graph.dims import parse_dim
from graph.errors import ParameterError
from graph.expressions.formulas import is_symbolic

Positive = Annotated[int, Meta(ge=1, le=2**31 - 1)]
NonNegative = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Probability = Annotated[float, Meta(ge=0.0, le=1.0)]
# A union of a constrained integer and a fixed-length tuple makes msgspec 0.22 corrupt memory (the tuple's length
# lands in the integer's slot), so a size per axis is a variable-length tuple; ``convert`` checks its length.
Size = Union[Positive, Annotated[tuple[Positive, ...], Meta(min_length=1, max_length=3)]]
_Factor = Union[Positive, Annotated[float, Meta(gt=0.0, le=2**31 - 1)]]
Factor = Union[_Factor, Annotated[tuple[_Factor, ...], Meta(min_length=1, max_length=3)]]
Padding = Union[NonNegative, Annotated[tuple[NonNegative, ...], Meta(min_length=1, max_length=3)]]
# Limits from here on are the machine's, not the layer's: they would only lengthen what a form says.
_HUGE = 2**31 - 1
# Initial weights stand behind what makes a layer what it is.
INITIAL = ("weight_init", "weight_scale", "bias_init", "bias_scale")
# What few drawings set, by the names that torch gives it: forms fold it away while it is at its default.
RARE = frozenset(
    {
        *INITIAL,
        *("dilation", "groups", "padding_mode", "output_padding", "ceil_mode", "count_include_pad", "norm_type"),
        *("eps", "layer_norm_eps", "affine", "elementwise_affine", "track_running_stats", "align_corners"),
        *("norm_first", "padding_idx", "correction", "field", "ignore_index", "reduction", "loss_weight"),
        *("log_target", "log_input", "zero_infinity", "approximate", "blank"),
        *("beta1", "beta2", "lr_decay", "nesterov", "history_size", "line_search"),
        *("scaling", "seed", "accumulation", "penalty", "clipping", "weight_noise", "averaging", "monitor"),
        *("precision", "speedups", "deterministic"),
    }
)
ShapeField = tuple[Union[Positive, str], ...]

HIDDEN = Meta(extra_json_schema={"hidden": True})
"""Marks a field that the document keeps by itself: no form shows it, no file holds it."""
CODE = {"code": True}
"""Marks a text that is Python."""

Kind = Literal[
    "int", "float", "bool", "choice", "text", "size", "sizes", "shape", "floats", "names", "mapping", "value"
]
S = TypeVar("S", bound=msgspec.Struct)


class Field(NamedTuple):
    """One parameter of a layer, as a form shows it.

    ``kind`` "size" is one integer or one per axis (``length`` of them), "sizes" any number of integers,
    "shape" any number of integers or named sizes, "value" a number, yes or no, or a word; with ``fraction``, a size
    need not be whole; with ``code``, a text is Python. ``above`` and ``below`` say that ``minimum`` and ``maximum`` are
    themselves too small and too large; ``shortest`` and ``longest`` count characters or items; a form folds ``rare``
    ones away.
    """

    name: str
    kind: Kind
    default: Any
    description: str
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    below: bool = False
    shortest: int = 0
    longest: int | None = None
    choices: tuple[Any, ...] = ()
    length: int = 0
    optional: bool = False
    hidden: bool = False
    rare: bool = False
    fraction: bool = False
    code: bool = False

    def expected(self, got: Any = None) -> str:
        """What the parameter accepts, to go behind "must be"; a limit hardly ever met only if ``got`` passes it."""
        span = self._range(got)
        words = {
            "int": f"an integer{span}",
            "float": f"a number{span}",
            "bool": "true or false",
            "choice": "one of " + ", ".join(str(choice) for choice in self.choices),
            "text": "Python" if self.code else "text",
            "size": ("a number" if self.fraction else "an integer")
            + span
            + (f" or {self.length} of them" if self.length > 1 else ""),
            "sizes": f"a list of integers{span}",
            "shape": f"a list of integers{span} or named sizes such as T or 16*h",
            "floats": "a list of numbers",
            "names": "a list of names",
            "mapping": "a mapping of names to values",
            "value": "an integer, a number, true or false, or a word",
        }[self.kind] + self._length(got)
        if self.kind == "size" and self.choices:
            words += ", or " + " or ".join(str(choice) for choice in self.choices)
        return f"{words}, or nothing" if self.optional else words

    def _range(self, got: Any) -> str:
        low, high = self.minimum, self.maximum
        if high is not None and high >= _HUGE and not _exceeds(got, high):
            high = None
        if low is not None and high is not None and not (self.above or self.below):
            return f" from {_plain(low)} to {_plain(high)}"
        limits = [f"{'>' if self.above else '>='} {_plain(low)}"] if low is not None else []
        limits += [f"{'<' if self.below else '<='} {_plain(high)}"] if high is not None else []
        return f" {' and '.join(limits)}" if limits else ""

    def _length(self, got: Any) -> str:
        if not isinstance(got, str | list | tuple) or (self.kind == "text") != isinstance(got, str):
            return ""
        if self.longest is not None and len(got) > self.longest:
            limit = f"at most {self.longest:,}"
            return f" of {limit} characters" if self.kind == "text" else f", {limit} of them"
        return f", at least {self.shortest:,} of them" if len(got) < self.shortest else ""


def _exceeds(got: Any, limit: float) -> bool:
    items = got if isinstance(got, list | tuple) else [got]
    return any(isinstance(item, int | float) and item > limit for item in items)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


@cache
def fields_of(cls: type[msgspec.Struct]) -> dict[str, Field]:
    """The parameters a struct class declares, by name, in the order a form shows them.

    A class with a ``rank`` (1, 2 or 3 spatial axes) has that many integers in each of its sizes.
    """
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    rank = getattr(cls, "rank", 0)
    declared = sorted(info.fields, key=lambda field: field.name in INITIAL)
    found = {field.name: _field(field) for field in declared}
    return {
        name: field._replace(length=rank) if rank and field.kind == "size" else field for name, field in found.items()
    }


def _field(field: inspect.Field) -> Field:
    default = field.default if field.default is not msgspec.NODEFAULT else None
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    description, bare = _unwrap(field.type)
    marks = (field.type.extra_json_schema or {}) if isinstance(field.type, inspect.Metadata) else {}
    hidden, code = bool(marks.get("hidden")), bool(marks.get("code"))
    options = [_unwrap(option)[1] for option in bare.types] if isinstance(bare, inspect.UnionType) else [bare]
    optional = any(isinstance(option, inspect.NoneType) for option in options)
    options = [option for option in options if not isinstance(option, inspect.NoneType)]
    rare = field.name in RARE
    made = Field(field.name, "text", default, description, optional=optional, hidden=hidden, rare=rare, code=code)
    for option in options:
        made = _describe(option, made)
    return made


def _unwrap(kind: inspect.Type) -> tuple[str, inspect.Type]:
    description = ""
    while isinstance(kind, inspect.Metadata):
        description = (kind.extra_json_schema or {}).get("description", "") or description
        kind = kind.type
    return description, kind


def _describe(option: inspect.Type, made: Field) -> Field:
    match option:
        case inspect.BoolType():
            return made._replace(kind="bool")
        case inspect.IntType(ge=low, le=high):
            return made._replace(kind="int", minimum=low, maximum=high)
        case inspect.FloatType(gt=above) if made.kind == "int":
            return made._replace(fraction=True, minimum=above, above=True)
        case inspect.FloatType(ge=low, gt=above, le=high, lt=below):
            made = made._replace(minimum=low if above is None else above, maximum=high if below is None else below)
            return made._replace(kind="float", above=above is not None, below=below is not None)
        case inspect.StrType(max_length=longest):
            return made._replace(longest=longest)
        case inspect.LiteralType(values=values):
            return made._replace(kind="choice" if made.kind == "text" else made.kind, choices=tuple(values))
        case inspect.VarTupleType():
            return made._replace(kind="size") if made.kind == "int" else _describe_list(option, made)
        case inspect.DictType():
            return made._replace(kind="mapping")
    return made


def _describe_list(option: inspect.VarTupleType, made: Field) -> Field:
    made = made._replace(shortest=option.min_length or 0, longest=option.max_length)
    item = _unwrap(option.item_type)[1]
    if isinstance(item, inspect.FloatType):
        return made._replace(kind="floats")
    if isinstance(item, inspect.StrType):
        return made._replace(kind="names")
    items = [_unwrap(part)[1] for part in item.types] if isinstance(item, inspect.UnionType) else [item]
    made = made._replace(kind="shape" if isinstance(item, inspect.UnionType) else "sizes")
    whole = next((part for part in items if isinstance(part, inspect.IntType)), None)
    return made._replace(minimum=whole.ge, maximum=whole.le) if whole else made


def convert(cls: type[S], parameters: dict[str, Any], owner: str) -> S:
    """Build ``cls`` from plain values, checking every one.

    Raises:
        ParameterError: naming ``owner``, the parameter, what was given and what is accepted.
    """
    known = {name: field for name, field in fields_of(cls).items() if not field.hidden}
    for name in parameters:
        if name not in known:
            raise ParameterError(f"{owner} has no parameter {shorten(name)}; it has {', '.join(known) or 'none'}.")
    try:
        made = msgspec.convert(parameters, cls)
    except msgspec.ValidationError as error:
        raise ParameterError(_explain(cls, parameters, owner, str(error))) from None
    except (RecursionError, OverflowError):
        raise ParameterError(f"{owner} has a parameter that is nested too deeply or too large.") from None
    for name, field in known.items():
        value = getattr(made, name)
        if field.kind == "size" and isinstance(value, tuple) and len(value) != field.length:
            raise ParameterError(f"{owner}: {name} must be {field.expected()}, got {shorten(value)}.")
    return made


def _explain(cls: type[msgspec.Struct], parameters: dict[str, Any], owner: str, message: str) -> str:
    known = fields_of(cls)
    place = re.search(r"`\$\.(\w+)", message)
    if place and place[1] in parameters:
        name, given = place[1], parameters[place[1]]
        return f"{owner}: {name} must be {known[name].expected(given)}, got {shorten(given)}."
    for name, field in known.items():
        if f"`{name}`" in message and "missing" in message:
            return f"{owner}: {name} is missing; it must be {field.expected()}."
    return f"{owner}: {message.split(' - at')[0].rstrip('.')}."


def shorten(value: Any, limit: int = 60) -> str:
    """``repr`` of a value, cut to what fits a sentence."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # ValueError: an integer of more digits than Python writes
        return "a value too deep or too long to show"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def printable(text: str, limit: int = 200) -> str:
    """Text that may come from a file, as one line of a sentence."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text[:limit])
    return shown if len(text) <= limit else f"{shown}..."


def parameters_of(struct: msgspec.Struct) -> dict[str, Any]:
    """The parameters that differ from their defaults: what a file holds."""
    return {
        name: getattr(struct, name)
        for name, field in fields_of(type(struct)).items()
        if not field.hidden and differs(getattr(struct, name), field.default)
    }


def differs(value: Any, default: Any) -> bool:
    """Whether a parameter has to be written: it is not, or not surely, its default."""
    return bool(is_symbolic(value) != is_symbolic(default) or value != default)


def tuple_of(value: Any, length: int) -> tuple[Any, ...]:
    """One integer for every axis, as ``torch.nn`` reads a size given once."""
    return value if isinstance(value, tuple) else (value,) * length


def check_dims(shape: tuple[int | str, ...]) -> None:
    """Refuse a shape field with text that is not a size; for ``__post_init__``."""
    for dim in shape:
        try:
            parse_dim(dim)
        except ParameterError as error:
            raise ValueError(str(error)) from None

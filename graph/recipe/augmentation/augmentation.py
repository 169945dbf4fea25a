"""What all augmentations are: a choice with fields of its own, that stands in a list with others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, TypeVar

import msgspec

from graph.errors import ParameterError
from graph.fields import convert, fields_of, parameters_of, shorten
from graph.recipe.part import OWNER, Part, choice, choices_of

Suits = Literal["image", "spectrogram", "sound", "numbers", "series"]
A = TypeVar("A", bound="Augmentation")

SUITS: Mapping[Suits, str] = {
    "image": "images",
    "spectrogram": "spectrograms",
    "sound": "sounds",
    "numbers": "rows of numbers",
    "series": "series",
}
LONGEST = 40


class Augmentation(Part, frozen=True, kw_only=True):
    """A way in which training samples are changed, by chance and anew in every epoch.

    ``suits`` says what kind of samples it changes; ``done`` is the word for what it does to them, and ``neutral`` has
    the fields that say how much, each with the value at which nothing happens. One that ``moves`` pixels takes masks
    and boxes along; if it is ``whole``, pixels come to lie on pixels and none has to be made of its neighbours.
    """

    noun: ClassVar[str] = "augmentation"
    suits: ClassVar[tuple[Suits, ...]] = ()
    done: ClassVar[str] = ""
    neutral: ClassVar[Mapping[str, float]] = {}
    moves: ClassVar[bool] = False
    whole: ClassVar[bool] = False

    def text(self) -> str:
        """The text that stands for it: its name, and the fields that differ from their defaults."""
        return ":".join([type(self).__name__, *(f"{name}={_written(v)}" for name, v in parameters_of(self).items())])

    @classmethod
    def of_text(cls, text: str) -> Part:
        """What a text stands for, such as ``flip`` or ``rotate:degrees=20``."""
        name, *given = (part.strip() for part in text.split(":"))
        fields = {}
        for item in given:
            key, equals, value = (part.strip() for part in item.partition("="))
            if not equals or not key:
                raise ParameterError(
                    f"{OWNER}: augmentation has {shorten(text)}; write NAME:FIELD=VALUE, such as rotate:degrees=20."
                )
            fields[key] = _parsed(value)
        cls = choice(Augmentation, name)
        return convert(cls, fields, f"{OWNER}, {cls.__name__}")

    def at(self: A, strength: float) -> A:
        """The same, more or less of it: what its fields are away from doing nothing, so many times, within limits."""
        fields = fields_of(type(self))
        changed = {}
        for name, nothing in self.neutral.items():
            value = nothing + (getattr(self, name) - nothing) * strength
            low, high = fields[name].minimum, fields[name].maximum
            changed[name] = min(max(value, -1e9 if low is None else low), 1e9 if high is None else high)
        return msgspec.structs.replace(self, **changed)


def listed(augmentations: Iterable[Augmentation]) -> str:
    """The text of several, in their order."""
    return ", ".join(augmentation.text() for augmentation in augmentations)


def read_list(value: Any, read: Any) -> tuple[Augmentation, ...]:
    """Several, of a text or a list; ``read`` reads one.

    Raises:
        ParameterError: one is unknown or wrong, or there are too many.
    """
    if isinstance(value, str):
        value = [part for part in (part.strip() for part in value.split(",")) if part]
    if not isinstance(value, list | tuple):
        known = ", ".join(choices_of(Augmentation))
        raise ParameterError(f"{OWNER}: augmentation must be a list of {known}, got {shorten(value)}.")
    if len(value) > LONGEST:
        raise ParameterError(f"{OWNER}: augmentation must be a list, at most {LONGEST} of them, got {len(value)}.")
    return tuple(read(Augmentation, item) for item in value)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text

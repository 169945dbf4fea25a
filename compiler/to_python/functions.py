"""The functions that users wrote, in one source: their names in it, and what they have to make of what."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from graph.layer import Types
from graph.tensor import TensorType


class Function(NamedTuple):
    """A function of the user's as a node calls it."""

    name: str
    node: str
    code: str
    inputs: tuple[TensorType, ...]
    outputs: tuple[TensorType, ...]


class Functions:
    """Collects them, each text once; ``helpers`` holds what is defined in front of the classes."""

    def __init__(self, helpers: dict[str, str]) -> None:
        self._helpers = helpers
        self._names: dict[str, str] = {}
        self._calls: dict[Function, None] = {}

    def named(self, name: str, code: str, text: Callable[[str], str]) -> str:
        """What the function of a text is called: two texts may have given it one name, and it may be a helper's."""
        if code not in self._names:
            free, number = f"_my_{name}", 2
            while free in self._helpers:
                free, number = f"_my_{name}_{number}", number + 1
            self._names[code] = free
            self._helpers[free] = text(free)
        return self._names[code]

    def note(self, name: str, node: str, code: str, inputs: Types, outputs: Types) -> None:
        """Note a call."""
        self._calls[Function(name, node, code, tuple(inputs), tuple(outputs))] = None

    def calls(self) -> tuple[Function, ...]:
        """All calls, as they were written."""
        return tuple(self._calls)

"""The text of several modules in sequence: a comprehension where they are alike, or grow by equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from compiler.to_python.lines import literal
from graph.dims import Constant, Dim, Sym, symbol

SHORTEST = 3


class Call(NamedTuple):
    """The constructor of a class, with its arguments and the defaults that need not be written."""

    name: str
    values: dict[str, Dim]
    defaults: dict[str, int]

    def __str__(self) -> str:
        parts = [f"{key}={literal(value)}" for key, value in self.values.items() if value != self.defaults.get(key)]
        return f"{self.name}({', '.join(parts)})"


def in_sequence(calls: Sequence[Call]) -> str:
    """``nn.Sequential`` of the calls."""
    steps = _steps(calls)
    if steps:
        return f"nn.Sequential(*({_growing(calls[0], steps)} for i in range({len(calls)})))"
    runs = [(text, len([*alike])) for text, alike in groupby(map(str, calls))]
    return f"nn.Sequential({', '.join(_run(text, count, len(runs)) for text, count in runs)})"


def _run(text: str, count: int, runs: int) -> str:
    return text if count == 1 and runs > 1 else f"*({text} for _ in range({count}))"


def _steps(calls: Sequence[Call]) -> dict[str, Dim]:
    """By how much arguments grow from call to call, if they do so evenly."""
    first = calls[0]
    if len(calls) < SHORTEST or any(
        call.name != first.name or call.values.keys() != first.values.keys() for call in calls
    ):
        return {}
    found: dict[str, Dim] = {}
    for key in first.values:
        changes = {after.values[key] - before.values[key] for before, after in pairwise(calls)}
        if len(changes) > 1:
            return {}
        if changes != {0}:
            found[key] = changes.pop()
    named = [literal(value) for call in calls for value in call.values.values() if isinstance(value, Sym)]
    return {} if any("i" in text.split() for text in named) else found


def _growing(call: Call, steps: dict[str, Dim]) -> str:
    parts = []
    for key, value in call.values.items():
        if key in steps:
            step = steps[key]
            text = f"{value} + {step}*i" if isinstance(step, int) and isinstance(value, int) and step > 0 else ""
            parts.append(f"{key}={text or literal(value + step * symbol(Constant('i')))}")
        elif value != call.defaults.get(key):
            parts.append(f"{key}={literal(value)}")
    return f"{call.name}({', '.join(parts)})"

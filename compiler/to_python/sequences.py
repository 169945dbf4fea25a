"""The text of several modules in sequence: a comprehension where they are alike, or grow by equal steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from compiler.to_python.lines import literal
from graph.blocks.parameters import INDEX
from graph.dims import Constant, Dim, Sym, symbol
from graph.expressions.formulas import Symbolic
from graph.fields import differs

SHORTEST = 3
MOST_RUNS = 2  # of calls that are alike; more of them are written over their place, where that can be


class Call(NamedTuple):
    """The constructor of a class, with its arguments and the defaults that need not be written."""

    name: str
    values: dict[str, Any]
    defaults: dict[str, Any]

    def __str__(self) -> str:
        parts = [
            f"{key}={literal(value)}"
            for key, value in self.values.items()
            if key not in self.defaults or differs(value, self.defaults[key])
        ]
        return f"{self.name}({', '.join(parts)})"


def in_sequence(calls: Sequence[Call], arguments: Mapping[str, Any]) -> str:
    """``nn.Sequential`` of the calls; ``arguments`` are written over their place ``i`` where they depend on it."""
    steps = _steps(calls)
    if steps:
        return f"nn.Sequential(*({_growing(calls[0], steps)} for i in range({len(calls)})))"
    runs = [(text, len([*alike])) for text, alike in groupby(map(str, calls))]
    counted = _counted(calls, arguments) if len(runs) > MOST_RUNS or _fractions(calls) else ""
    if counted:
        return f"nn.Sequential(*({counted} for i in range({len(calls)})))"
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
        values = [call.values[key] for call in calls]
        if not any(differs(value, values[0]) for value in values):
            continue
        if not all(type(value) is int or isinstance(value, Sym) for value in values):
            return {}
        changes = {after - before for before, after in pairwise(values)}
        if len(changes) > 1:
            return {}
        found[key] = changes.pop()
    symbols = [value for call in calls for value in call.values.values() if isinstance(value, Symbolic)]
    named = {name for value in symbols for name in value.leaves}
    return {} if INDEX in named else found


def _fractions(calls: Sequence[Call]) -> bool:
    """Whether fractions differ from call to call, which read better as they were worked out."""
    first, *others = (call.values for call in calls)
    fractions = [key for key, value in first.items() if isinstance(value, float)]
    return any(values.get(key) != first[key] for values in others for key in fractions)


def _counted(calls: Sequence[Call], arguments: Mapping[str, Any]) -> str:
    """One call for all, what depends on the place in the sequence as it was drawn; "" if more than that differs."""
    first, *others = calls
    written = {
        key: value
        for key, value in arguments.items()
        if isinstance(value, Symbolic) and INDEX in value.leaves and key in first.values
    }
    if any(call.name != first.name for call in others) or any(
        differs(call.values[key], value) for call in others for key, value in first.values.items() if key not in written
    ):
        return ""
    return str(Call(first.name, first.values | written, first.defaults))


def _growing(call: Call, steps: dict[str, Dim]) -> str:
    parts = []
    for key, value in call.values.items():
        if key in steps:
            step = steps[key]
            text = f"{value} + {step}*i" if isinstance(step, int) and isinstance(value, int) and step > 0 else ""
            parts.append(f"{key}={text or literal(value + step * symbol(Constant(INDEX)))}")
        elif key not in call.defaults or differs(value, call.defaults[key]):
            parts.append(f"{key}={literal(value)}")
    return f"{call.name}({', '.join(parts)})"

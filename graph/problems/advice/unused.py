"""Advice about what has no effect: nodes whose result nothing uses, and numbers that nothing looks at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from graph.errors import Fix
from graph.layers.block import Scan
from graph.problems.advice.view import View
from graph.records import Problem


def advise_unused(view: View, name: str) -> Iterator[Problem]:
    """Advice where nothing is connected to a node; a drawing that has no end yet is still being drawn."""
    layer = view.layers[name]
    if name in view.consumers or layer.role in ("output", "objective") or not view.ends:
        return
    if layer.role in ("input", "target"):
        message = f"Nothing uses the {view.kinds[name]} '{name}'; connect it or remove it."
    else:
        message = f"Nothing uses the result of '{name}'; connect it, or remove it: the generated code leaves it out."
    yield msgspec.structs.replace(view.advice(name, message, Fix(f"Remove '{name}'", "remove")), pending=True)


def advise_steps(view: View, name: str) -> Iterator[Problem]:
    """Advice where a Scan with a sequence has a number of steps as well, and where one without is to run backwards."""
    layer = view.layers[name]
    if not isinstance(layer, Scan):
        return
    if not layer.sequences and layer.reverse:
        yield view.advice(
            name,
            f"'{name}' has no sequence that it could go through from the end; reverse has no effect.",
            Fix("Turn reverse off", "set_parameters", {"parameters": {"reverse": False}}),
        )
    if layer.sequences and layer.steps is not None:
        yield view.advice(
            name,
            f"'{name}' follows its sequence to the end; steps={layer.steps} has no effect.",
            Fix("Clear the steps", "set_parameters", {"parameters": {"steps": None}}),
        )

"""Advice about autoencoders whose code is no narrower than what they encode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.dims import product
from graph.layers.objectives.base import Objective
from graph.problems.advice.view import RESHAPING, View
from graph.records import Problem
from graph.tensor import TensorType
from graph.wiring.ordering import reach


def advise_bottleneck(view: View) -> Iterator[Problem]:
    """Advice at an objective that compares an Input with what was made of it, if no step is narrower."""
    for name in view.order:
        layer = view.layers[name]
        if not (isinstance(layer, Objective) and layer.compares):
            continue
        target, prediction = (view.feeding(name, port, RESHAPING) for port in ("target", "prediction"))
        if target is None or prediction is None or prediction.source not in view.types:
            continue
        if target.source not in view.layers or view.layers[target.source].role != "input":
            continue
        size = _size(view.types[target.source][0])
        served = view.once("served", lambda: _served(view))
        # No other objective shapes the code, such as a penalty that keeps it sparse.
        if size is None or served.get(target.source) != name:
            continue
        narrowest = _narrowest(view, target.source, prediction.source, served)
        if narrowest is not None and narrowest >= size:
            yield view.advice(
                name,
                f"'{name}' rebuilds '{target.source}' ({size} values), but nothing in between is narrower, so the "
                "network can learn to copy; make the code smaller, or add noise to the input.",
                port="prediction",
            )


def _served(view: View) -> dict[str, str]:
    """The objective that each node leads to; "" where there are several."""
    served: dict[str, str] = {}
    for name in reversed(view.graph.order()):
        own = [name] if name in view.layers and view.layers[name].role == "objective" else []
        found = {*own, *(served[other] for other in view.fed_by(name) if other in served)}
        if found:
            served[name] = found.pop() if len(found) == 1 else ""
    return served


def _narrowest(view: View, source: str, end: str, served: Mapping[str, str]) -> int | None:
    """The fewest values on the widest way from an Input to a node; nothing if noise is on it or a size unknown.

    Only nodes that lead to the Input's objective are looked at: no other Input's search comes to them.
    """
    place = view.graph.position()
    behind = reach([source], view.fed_by, lambda name: name in view.types and name in served)
    widths: dict[str, int | None] = {source: _size(view.types[source][0])}
    for name in sorted(behind - {source}, key=place.__getitem__):
        before = [widths[other] for other in view.sources[name] if other in widths]
        if not before:
            continue
        if None in before or view.has(name, "noisy") or view.layers[name].role == "block":
            widths[name] = None
            continue
        size = _size(view.types[name][0])
        widths[name] = None if size is None else min(size, max(width for width in before if width is not None))
    return widths.get(end)


def _size(kind: TensorType) -> int | None:
    size = product(kind.shape[1:])
    return size if isinstance(size, int) else None

"""Advice where an objective looks for the classes on one axis and the drawing has them on another.

The shapes fit there: PyTorch would train without a word, on steps or pixels in the place of classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graph.errors import Fix
from graph.layer import Trait, Unit
from graph.layers.axes import Permute
from graph.layers.objectives.base import Objective
from graph.layers.objectives.classaxis import classes_last, move_axis
from graph.layers.softmax import LogSoftmax, Softmax
from graph.problems.advice.view import View, insert
from graph.records import Problem, Wire
from graph.tensor import TensorType

_PASSED: frozenset[Trait] = frozenset({"elementwise", "drops"})
_NORMALIZED: tuple[tuple[str, Unit], ...] = (("prediction", "log_softmax"), ("target", "softmax"))


class _Classes(NamedTuple):
    """An objective, and the axis of its prediction on which it takes the classes."""

    name: str
    rank: int
    axis: int

    def named(self) -> str:
        return "the last axis" if self.axis == self.rank - 1 and self.rank > 2 else f"axis {self.axis}"


def advise_class_axis(view: View, name: str) -> Iterator[Problem]:
    """Advice at an objective whose scores come with their classes on another axis, and at a softmax along another."""
    layer = view.layers[name]
    prediction = _arriving(view, view.graph.inputs(name).get("prediction"))
    if not isinstance(layer, Objective) or layer.class_axis is None or prediction is None:
        return
    classes = _Classes(name, prediction.rank, layer.class_axis % prediction.rank)
    misplaced = _misplaced(view, classes, prediction)
    if misplaced is not None:
        yield misplaced
    else:
        yield from _softmaxes(view, classes)


def _misplaced(view: View, classes: _Classes, prediction: TensorType) -> Problem | None:
    wire = view.graph.inputs(classes.name).get("target")
    target = _arriving(view, wire)
    found = _written(view, classes.name)
    if found is None or target is None or wire is None or found[1] == classes.axis:
        return None
    if classes.axis == 1 and target.dtype == "int64" and not classes_last(prediction, target):
        return None
    source, axis = found
    beside = classes.axis == 1 and target.dtype == "float32"
    stored = beside and view.layers[wire.source].role == "target"
    return view.advice(
        classes.name,
        f"'{classes.name}' takes {classes.named()} of its scores {prediction} for the classes, but '{source}' writes "
        f"its features on axis {axis}; put a Permute in front"
        + (", and store the target with the classes on axis 1 too." if stored else "."),
        None if stored else _permute(classes, axis, beside),
        "prediction",
    )


def _permute(classes: _Classes, axis: int, beside: bool) -> Fix:
    fix = insert(Permute, "prediction", dims=move_axis(classes.rank, axis, classes.axis))
    return Fix(fix.label, fix.action, {**fix.arguments, "also": ["target"]}) if beside else fix


def _written(view: View, name: str) -> tuple[str, int] | None:
    """The layer that wrote the features of a prediction, and on which axis; none where axes were moved since."""
    wire = view.graph.inputs(name).get("prediction")
    rank = kind.rank if (kind := _arriving(view, wire)) else 0
    known: dict[tuple[str, int], tuple[str, int] | None] = view.once("written", dict)
    passed: list[tuple[str, int]] = []
    found = None
    while wire is not None and (kind := _arriving(view, wire)) is not None and kind.rank == rank:
        if (wire.source, rank) in known:
            found = known[wire.source, rank]
            break
        passed.append((wire.source, rank))
        layer = view.layers[wire.source]
        if layer.features is not None:
            found = wire.source, layer.features % rank
            break
        moves = view.has(wire.source, "reshapes") and not view.has(wire.source, "elementwise")
        if moves or layer.role != "layer":
            break
        wire = next(iter(view.graph.inputs(wire.source).values()), None)
    known.update(dict.fromkeys(passed, found))
    return found


def _softmaxes(view: View, classes: _Classes) -> Iterator[Problem]:
    for port, unit in _NORMALIZED:
        wire = view.feeding(classes.name, port, _PASSED)
        layer = view.layers.get(wire.source) if wire else None
        if wire is None or not isinstance(layer, (Softmax, LogSoftmax)) or layer.unit != unit:
            continue
        kind = _arriving(view, wire)
        if kind is not None and kind.rank == classes.rank and layer.dim % kind.rank != classes.axis:
            dim = -1 if classes.axis == classes.rank - 1 and classes.rank > 2 else classes.axis
            yield view.advice(
                wire.source,
                f"'{wire.source}' makes the values along axis {layer.dim % kind.rank} of {kind} sum to 1, but "
                f"'{classes.name}' takes {classes.named()} for the classes; set dim={dim}.",
                Fix(f"Set dim={dim}", "set_parameters", {"parameters": {"dim": dim}}),
            )


def _arriving(view: View, wire: Wire | None) -> TensorType | None:
    if wire is None or wire.source not in view.types:
        return None
    return view.types[wire.source][view.graph.output_index(wire.source, wire.source_port)]

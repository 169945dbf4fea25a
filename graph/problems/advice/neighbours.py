"""Advice about a layer and what stands right in front of it or behind it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from graph.dims import Dim
from graph.errors import Fix
from graph.layer import Trait
from graph.layers.activation import ReLU
from graph.layers.linear import Linear
from graph.layers.parts.initialize import Weighted
from graph.layers.reshape import Flatten
from graph.problems.advice.view import View, insert
from graph.records import Problem
from graph.wiring.ordering import reach

_LINEAR: frozenset[Trait] = frozenset({"reshapes", "drops", "averages", "batch_statistics"})
_IMAGE = ("Convolution", "Pooling", "Activation", "Normalization")
_BETWEEN: frozenset[Trait] = frozenset({"reshapes", "elementwise", "pools"})


def advise_neighbours(view: View, name: str) -> Iterator[Problem]:
    """Advice that a layer's class and its neighbours give reason for."""
    if view.has(name, "centres"):
        return chain(_bias(view, name), _dropout(view, name))
    if is_linear(view, name):
        return chain(_activation(view, name), _zeros(view, name), _flatten(view, name), _stride(view, name))
    return _stride(view, name)


def is_linear(view: View, name: str) -> bool:
    """Whether a layer is a matrix product or a convolution."""
    return view.has(name, "linear")


def _bias(view: View, name: str) -> Iterator[Problem]:
    wire = view.feeding(name, "x")
    if wire is None or not is_linear(view, wire.source) or not getattr(view.layers[wire.source], "bias", False):
        return
    layer = wire.source
    if view.once(("only centred", layer), lambda: _only_centred(view, layer)):
        yield view.advice(
            wire.source,
            f"The bias of '{wire.source}' has no effect: '{name}' subtracts the mean, and has an offset of its own.",
            Fix("Turn the bias off", "set_parameters", {"parameters": {"bias": False}}),
        )


def _only_centred(view: View, name: str) -> bool:
    """Whether the mean is subtracted from all that becomes of a result."""
    return all(view.has(other, "centres") for other in view.fed_by(name))


def _dropout(view: View, name: str) -> Iterator[Problem]:
    wire = view.feeding(name, "x", _BETWEEN)
    if wire is not None and is_linear(view, wire.source):
        wire = view.feeding(wire.source, "x", _BETWEEN)
    if wire is not None and view.has(wire.source, "drops"):
        yield view.advice(
            wire.source,
            f"'{wire.source}' stands before '{name}', which learns the variance under dropout and meets another one "
            "in use; put dropout after the last batch normalization.",
        )


def _activation(view: View, name: str) -> Iterator[Problem]:
    wire = view.feeding(name, "x", _LINEAR)
    if wire is None or not is_linear(view, wire.source) or len(view.consumers[wire.source]) > 1:
        return
    layers = view.layers[wire.source], view.layers[name]
    if not all(layer.mixes() for layer in layers) or _is_bottleneck(view, wire.source, name):
        return
    port = next(iter(view.graph.inputs(name)))
    yield view.advice(
        name,
        f"Nothing between '{wire.source}' and '{name}' is nonlinear, so the two can do no more than one of them; put "
        "an activation such as ReLU between them.",
        insert(ReLU, port),
        port,
    )


def _is_bottleneck(view: View, first: str, second: str) -> bool:
    """Whether the first has fewer features than go in and come out again: a product of two thin matrices."""
    before, between, behind = _features(view, first, inward=True), _features(view, first), _features(view, second)
    if not (isinstance(before, int) and isinstance(between, int) and isinstance(behind, int)):
        return False
    return between < min(before, behind)


def _features(view: View, name: str, inward: bool = False) -> Dim | None:
    kind = view.input(name) if inward else view.types[name][0]
    axis = -1 if isinstance(view.layers[name], Linear) else 1
    return kind.shape[axis] if kind is not None else None


def _zeros(view: View, name: str) -> Iterator[Problem]:
    layer = view.layers[name]
    equal = isinstance(layer, Weighted) and layer.weight_init in ("zeros", "constant")
    if not equal or view.graph.nodes[name].frozen:
        return
    if name not in view.once("feeding weights", lambda: _feeding_weights(view)):
        return
    yield view.advice(
        name,
        f"All weights of '{name}' start equal, so all of its units learn the same; start a hidden layer with random "
        "weights.",
        Fix("Use the default", "set_parameters", {"parameters": {"weight_init": "default"}}),
    )


def _feeding_weights(view: View) -> set[str]:
    """The nodes that a layer with weights follows, other than behind a skip that zeros would leave open."""

    def sources(name: str) -> list[str]:
        return view.sources[name] if name in view.layers and not view.has(name, "skips") else []

    weighted = [name for name in view.order if is_linear(view, name) or view.layers[name].role == "block"]
    return reach([source for name in weighted for source in sources(name)], sources)


def _flatten(view: View, name: str) -> Iterator[Problem]:
    x = view.input(name)
    wire = view.feeding(name, "x")
    if not isinstance(view.layers[name], Linear) or x is None or wire is None or x.rank < 4:
        return
    if type(view.layers[wire.source]).category in _IMAGE and not _features_last(view, wire.source):
        yield view.advice(
            name,
            f"'{name}' sees {x} and works on its last axis alone, the rows of each channel; flatten it first to see "
            "the whole.",
            insert(Flatten, "x"),
            "x",
        )


def _features_last(view: View, name: str) -> bool:
    """Whether features stand on the last axis behind a node: axes were moved there, or a linear layer made them."""
    while type(view.layers[name]).category in _IMAGE and view.layers[name].window() is None:
        sources = view.sources[name]
        if len(sources) != 1:
            return False
        name = sources[0]
    return "reshapes" in view.layers[name].traits or isinstance(view.layers[name], Linear)


def _stride(view: View, name: str) -> Iterator[Problem]:
    window = view.layers[name].window()
    # A 1x1 with a stride is how a residual shortcut takes every second pixel.
    if window is None or set(window.reach) == {1}:
        return
    if any(step > extent for step, extent in zip(window.stride, window.reach, strict=True)):
        yield view.advice(
            name,
            f"'{name}' skips pixels: its stride is larger than its kernel_size, so parts of the input are never seen.",
            Fix("Step by the kernel size", "set_parameters", {"parameters": {"stride": window.kernel}}),
        )

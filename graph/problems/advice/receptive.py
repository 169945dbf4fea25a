"""Advice about networks whose last units see little of the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graph.blocks.expansion import Scope, input_types, instantiate
from graph.blocks.memory import use_of
from graph.layer import Layer
from graph.layers.block import Block
from graph.problems.advice.view import View
from graph.records import Problem
from graph.tensor import TensorType

Inputs = tuple[TensorType | None, ...]


class Field(NamedTuple):
    """How much of an image one unit sees: its Input, the last layer with a window, extent and steps in pixels."""

    image: str
    layer: str
    extent: tuple[int, ...]
    step: tuple[int, ...]


def advise_receptive_field(view: View) -> Iterator[Problem]:
    """Advice at the last layer with a window before the image becomes a vector, if it sees less than half of it."""
    if view.graph.key:
        return  # how large a block's image is depends on where it is used
    gathering = _gathering(view)
    if not gathering:
        return
    fields: dict[str, Field] = {}
    lost: set[str] = set()  # what sees an image, but no one can say how much of it
    told: set[str] = set()
    for name in view.order:
        known = [fields[source] for source in view.sources[name] if source in fields]
        if not lost.isdisjoint(view.sources[name]):
            lost.add(name)
            continue
        if not known and view.layers[name].role != "input":
            continue
        field = _field(view, name, known)
        if field is not None:
            fields[name] = field
            continue
        lost.add(name)
        if name in gathering:
            little = {before.layer: before for before in known if before.layer and _sees_little(view, before)}
            for layer in sorted(little.keys() - told):
                told.add(layer)
                yield _problem(view, little[layer])


def _gathering(view: View) -> set[str]:
    """The nodes that make the image a vector for good: nothing behind them draws an image again.

    What makes it a sequence (N, D, L) does not: its places may look at each other.
    """
    drawn_again = view.graph.upstream(name for name in view.order if view.has(name, "enlarges"))
    gathering = (name for name in view.order if view.has(name, "gathers") and name not in drawn_again)
    return {name for name in gathering if view.types[name][0].rank != 3}


def _field(view: View, name: str, known: list[Field]) -> Field | None:
    layer, kind = view.layers[name], view.types[name][0]
    if layer.role == "input":
        rank = kind.rank - 2
        fixed = rank >= 2 and all(isinstance(size, int) for size in kind.shape[2:])
        return Field(name, "", (1,) * rank, (1,) * rank) if fixed else None
    if not known or kind.rank - 2 != len(known[0].extent):
        return None
    if isinstance(layer, Block):
        return _through_block(view, name, layer, input_types(view.graph, view.types, name), _widest(known))
    return _through(layer, name, _widest(known))


def _widest(known: list[Field]) -> Field:
    return known[0] if len(known) == 1 else max(known, key=lambda field: field.extent)


def _through(layer: Layer, name: str, before: Field) -> Field | None:
    if "rearranges" in layer.traits:
        return None
    window = layer.window()
    if window is None:
        return before
    rows = zip(before.extent, before.step, window.reach, strict=True)
    extent = tuple(size + (reach - 1) * step for size, step, reach in rows)
    return Field(before.image, name, extent, tuple(a * b for a, b in zip(before.step, window.stride, strict=True)))


def _through_block(view: View, name: str, layer: Block, inputs: Inputs, before: Field) -> Field | None:
    """What a block makes of any field, asked once for equal uses, and then of this one."""
    rank = len(before.extent)
    question = "receptive field", use_of(layer, inputs), rank
    made = view.document.block_memory.recall(question, lambda: _of_block(view, layer, inputs, rank))
    return made and _behind(made, name, before)


def _behind(made: Field, name: str, before: Field) -> Field:
    """The field behind something that makes ``made`` of a single pixel, in that by steps of one."""
    extent = tuple(size + step * more for size, step, more in zip(before.extent, before.step, made.extent, strict=True))
    step = tuple(a * b for a, b in zip(before.step, made.step, strict=True))
    return Field(before.image, name if made.layer else before.layer, extent, step)


def _of_block(view: View, layer: Block, inputs: Inputs, rank: int) -> Field | None:
    scopes = instantiate(view.document, layer, inputs).scopes
    start = Field("", "", (0,) * rank, (1,) * rank)
    known: dict[int, Field | None] = {}  # most repetitions are one and the same
    field = start
    for scope in scopes:
        if id(scope) not in known:
            known[id(scope)] = _through_scope(view, scope, layer, start)
        made = known[id(scope)]
        if made is None:
            return None
        field = _behind(made, made.layer, field)
    return field


def _through_scope(view: View, scope: Scope, block: Block, before: Field) -> Field | None:
    found: dict[str, Field | None] = dict.fromkeys(block.inputs, before)
    for name in scope.graph.order():
        layer, kind = scope.layers[name], scope.types[name][0]
        known = [found[wire.source] for wire in scope.graph.inputs(name).values() if wire.source in found]
        if known:
            fields = [field for field in known if field is not None]
            lost = len(fields) < len(known) or kind.rank - 2 != len(before.extent)
            found[name] = None if lost else _inside(view, scope, name, layer, _widest(fields))
    ends = [found[name] for name in block.results if name in found]
    fields = [field for field in ends if field is not None]
    return _widest(fields) if fields and len(fields) == len(ends) else None


def _inside(view: View, scope: Scope, name: str, layer: Layer, before: Field) -> Field | None:
    if not isinstance(layer, Block):
        return None if "gathers" in layer.traits else _through(layer, name, before)  # a gate sees the whole image
    return _through_block(view, name, layer, input_types(scope.graph, scope.types, name), before)


def _sees_little(view: View, field: Field) -> bool:
    return all(2 * seen < size for seen, size in zip(field.extent, _pixels(view.types, field), strict=True))


def _pixels(types: Mapping[str, tuple[TensorType, ...]], field: Field) -> tuple[int, ...]:
    return tuple(size for size in types[field.image][0].shape[2:] if isinstance(size, int))


def _problem(view: View, field: Field) -> Problem:
    seen, size = (" x ".join(map(str, sizes)) for sizes in (field.extent, _pixels(view.types, field)))
    return view.advice(
        field.layer,
        f"A unit of '{field.layer}' sees {seen} of the {size} pixels of '{field.image}', less than half in each "
        "direction; add layers, strides or dilation to enlarge its receptive field.",
    )

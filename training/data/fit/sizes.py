"""Whether the sizes of the data suit the drawing: what named sizes stand for, and every layer at these sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.dims import Dim, Sym, substitute, symbols
from graph.document import Document
from graph.problems.checks import obstacles
from graph.storage.loom import dumps, loads
from training.data.binding import Binding
from training.errors import DataError

_LARGEST = 2**40
Shapes = Mapping[str, tuple[int, ...]]


class Axis(NamedTuple):
    """A size of the data, and what the node declares in its place."""

    node: str
    dim: Dim
    size: int


def check_suits(document: Document, bindings: Sequence[Binding], shapes: Shapes) -> None:
    """Refuse sizes of the data that the drawing cannot have; ``shapes`` are of one sample, by node.

    Raises:
        DataError: a named size cannot be what the data has, or is one thing here and another there, or a layer
            refuses the sizes.
    """
    axes = [
        Axis(binding.node, dim, size)
        for binding in bindings
        for dim, size in zip(binding.type.shape[1:], shapes[binding.node], strict=True)
    ]
    if not symbols(axis.dim for axis in axes):
        return
    values = solve(axes)
    copy = loads(dumps(document))
    with copy.edit("Sizes of the data"):
        for binding in bindings:
            copy.model.set(binding.node, shape=list(shapes[binding.node]))
    problem = next(iter(obstacles(copy)), None)
    if problem is not None:
        found = ", ".join(f"{name} = {size}" for name, size in values.items())
        text = problem.message[:1].lower() + problem.message[1:]
        raise DataError(f"With the sizes of the data ({found}), {text}", problem.node)


def solve(axes: list[Axis]) -> dict[str, int]:
    """What every name stands for, as far as the data tells.

    Raises:
        DataError: it cannot stand for anything, or for two things.
    """
    values: dict[str, int] = {}
    first: dict[str, Axis] = {}
    axes = sorted(axes, key=lambda axis: len(str(axis.dim)))
    while name := next((unknown for axis in axes if (unknown := _only_unknown(axis, values))), ""):
        own = [axis for axis in axes if _only_unknown(axis, values) == name]
        lows, highs = zip(*(_span(axis, name, values) for axis in own), strict=True)
        values[name] = max(lows) if max(lows) <= min(highs) else lows[0]
        first[name] = own[0]
    for axis in axes:
        if symbols([axis.dim]) <= values.keys() and substitute(axis.dim, values) != axis.size:
            raise _contradiction(axis, values, first)
    return values


def _only_unknown(axis: Axis, values: Mapping[str, int]) -> str:
    unknown = symbols([axis.dim]) - values.keys()
    return unknown.pop() if len(unknown) == 1 else ""


def _span(axis: Axis, name: str, values: Mapping[str, int]) -> tuple[int, int]:
    """The smallest and the largest value of a name that give an axis its size, which grows with the name.

    Raises:
        DataError: there is none.
    """
    low = _first_reaching(axis, axis.size, name, values)
    if _size(axis, name, values, low) == axis.size:
        return low, _first_reaching(axis, axis.size + 1, name, values) - 1
    fitting = [str(_size(axis, name, values, value)) for value in (low - 1, low) if value >= 1]
    asked = _multiple(axis.dim) or f"one of {' and '.join(fitting)}, say"
    raise DataError(
        f"'{axis.node}' has the size {axis.size} in the data where its shape says {axis.dim}, which asks for {asked}; "
        "bring the data to such a size, or change the node's shape.",
        axis.node,
    )


def _first_reaching(axis: Axis, size: int, name: str, values: Mapping[str, int]) -> int:
    low, high = 0, 1
    while _size(axis, name, values, high) < size and high < _LARGEST:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _size(axis, name, values, middle) >= size else (middle, high)
    return high


def _size(axis: Axis, name: str, values: Mapping[str, int], value: int) -> int:
    return substitute(axis.dim, {**values, name: value})


def _multiple(dim: Dim) -> str:
    """What a plain product asks for, in words."""
    if not isinstance(dim, Sym) or len(dim.terms) != 1:
        return ""
    ((names, factor),) = dim.terms.items()
    return f"a multiple of {factor}" if len(names) == 1 and isinstance(names[0], str) and factor > 1 else ""


def _contradiction(axis: Axis, values: Mapping[str, int], first: Mapping[str, Axis]) -> DataError:
    known = next((first[name] for name in sorted(symbols([axis.dim])) if name in first), None)
    if known is not None and known.dim == axis.dim:
        return DataError(
            f"'{axis.dim}' is {known.size} in the data of '{known.node}' but {axis.size} in that of '{axis.node}'; "
            "give the sizes two names, or the data one length.",
            axis.node,
        )
    wanted = f"{axis.dim} = {substitute(axis.dim, values)}" if symbols([axis.dim]) else str(axis.dim)
    return DataError(
        f"'{axis.node}' has the size {axis.size} in the data where its shape says {wanted}; make the data of the nodes "
        "agree, or change their shapes.",
        axis.node,
    )

"""Arithmetic shared by the layers that slide a window: convolution and pooling."""

from __future__ import annotations

from typing import NamedTuple

from graph.dims import Dim, Sym
from graph.errors import ShapeError
from graph.layer import known
from graph.tensor import format_shape

LAYOUT = {1: "(N, C, L)", 2: "(N, C, H, W)", 3: "(N, C, D, H, W)"}


def times(value: object, rank: int) -> str:
    """A size per axis as people write it: ``3x3``, or ``kernel`` where one expression stands for all."""
    if isinstance(value, Sym):
        return str(value)
    items = value if isinstance(value, tuple) else (value,) * rank
    return "x".join(str(item) for item in items)


class Axis(NamedTuple):
    """A window along one axis: from its first value to its last it spans ``reach``; ``pads`` counts both sides."""

    reach: int
    stride: int
    pads: int


def axes(
    kernel: tuple[int, ...], stride: tuple[int, ...], pads: tuple[int, ...], dilation: tuple[int, ...]
) -> tuple[Axis, ...]:
    """The axes of a window; ``pads`` is the padding on both sides together."""
    sizes = zip(kernel, stride, pads, dilation, strict=True)
    return tuple(Axis(d * (k - 1) + 1, s, p) for k, s, p, d in sizes)


def slide(layer: str, extents: tuple[Dim, ...], window: tuple[Axis, ...], ceil: bool = False) -> tuple[Dim, ...]:
    """How many places a window takes on each axis.

    Source: the shape formulas of ``torch.nn.Conv2d`` and ``torch.nn.MaxPool2d``.

    Raises:
        ShapeError: the window is larger than the padded input.
    """
    result: list[Dim] = []
    for size, (reach, stride, pads) in zip(extents, window, strict=True):
        margin = pads - reach
        if known(room := size + margin) and room < 0:
            raise ShapeError(
                f"{layer} has a window of {times(tuple(axis.reach for axis in window), 0)}, larger than its padded "
                f"input of {times(tuple(e + axis.pads for e, axis in zip(extents, window, strict=True)), 0)}; "
                "use a smaller kernel_size or dilation, or more padding.",
                "x",
            )
        if ceil:
            result.append(_ceil(layer, size, reach, stride, pads))
        else:
            result.append(size + (margin + 1) if stride == 1 else (size + margin) // stride + 1)
    return tuple(result)


def _ceil(layer: str, size: Dim, reach: int, stride: int, pads: int) -> Dim:
    """Places with ceil_mode; a window may not start in the padding on the right."""
    overhang = reach - pads // 2  # of a window that starts at the last value before the padding on the right
    if not known(overhang, stride):
        raise ShapeError(f"{layer} with ceil_mode needs a fixed window here, got {format_shape((size,))}.", "x")
    if overhang <= stride:
        return (size + (pads // 2 - 1)) // stride + 1
    return (size + (pads - reach + stride - 1)) // stride + 1

"""Arithmetic shared by the layers that slide a window: convolution and pooling."""

from __future__ import annotations

from graph.dims import Dim
from graph.errors import ShapeError
from graph.tensor import format_shape

LAYOUT = {1: "(N, C, L)", 2: "(N, C, H, W)", 3: "(N, C, D, H, W)"}


def times(value: object, rank: int) -> str:
    """A size per axis as people write it: ``3x3``."""
    items = value if isinstance(value, tuple) else (value,) * rank
    return "x".join(str(item) for item in items)


def slide(
    layer: str,
    extents: tuple[Dim, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    pads: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil: bool = False,
) -> tuple[Dim, ...]:
    """How many places a window takes on each axis; ``pads`` is the padding on both sides together.

    Source: the shape formulas of ``torch.nn.Conv2d`` and ``torch.nn.MaxPool2d``.

    Raises:
        ShapeError: the window is larger than the padded input.
    """
    result: list[Dim] = []
    for size, k, s, p, d in zip(extents, kernel, stride, pads, dilation, strict=True):
        room = size + (p - d * (k - 1) - 1)
        if isinstance(room, int) and room < 0:
            reach = tuple(dd * (kk - 1) + 1 for kk, dd in zip(kernel, dilation, strict=True))
            raise ShapeError(
                f"{layer} has a window of {times(reach, 0)}, larger than its padded input of "
                f"{times(tuple(e + q for e, q in zip(extents, pads, strict=True)), 0)}; "
                "use a smaller kernel_size or dilation, or more padding.",
                "x",
            )
        result.append(_ceil(layer, room, size, s, p) if ceil else room // s + 1)
    return tuple(result)


def _ceil(layer: str, room: Dim, size: Dim, stride: int, pads: int) -> Dim:
    """Places with ceil_mode; a window may not start in the padding on the right."""
    places = (room + (stride - 1)) // stride + 1
    last = (places - 1) * stride - size - pads // 2
    if isinstance(last, int):
        return places - 1 if last >= 0 else places
    slack = room - size + stride - 1 - pads // 2
    if isinstance(slack, int) and slack < 0:
        return places
    raise ShapeError(f"{layer} with ceil_mode needs a fixed size here, got {format_shape((size,))}.", "x")

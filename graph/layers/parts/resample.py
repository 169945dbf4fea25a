"""Resampling an axis in ONNX with the sources that PyTorch takes, rounded as PyTorch's single precision rounds them.

Source: ``UpSample.h`` and ``UpSampleKernel.cpp`` of PyTorch.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any, NamedTuple

from graph.dims import Dim
from graph.layer import Op

_FLOAT32, _INT64 = 1, 7
_SAME_PLACE = 1e-5  # of a value that is blended, in steps of the axis


class Sampling(NamedTuple):
    """How an axis is resampled: to the size ``number``, or as a ``factor`` by ``number``."""

    number: float
    factor: bool
    blend: bool
    corners: bool
    cubic: bool = False


def resample(op: Op, x: Any, axis: int, how: Sampling) -> Any:
    """``x`` with an axis resampled by nearest neighbours, by blending two, or by cubic curves; exact at any size."""
    extent = op.inputs[0].shape[axis]
    if how.cubic:
        return _along_curves(op, x, axis, extent, how)
    at = _fixed(op, extent, how) if isinstance(extent, int) else _named(op, op.Shape(x, start=axis, end=axis + 1), how)
    if not how.blend:
        return op.Gather(x, at.first, axis=axis)
    first, second = (op.Gather(x, index, axis=axis) for index in (at.first, at.second))
    behind = op.inputs[0].rank - 1 - axis
    share = op.Reshape(at.share, op.constant([-1] + [1] * behind)) if behind else at.share
    rest = op.Sub(op.constant(1.0, "float32"), share)
    return op.Add(op.Mul(first, rest), op.Mul(second, share))


class _Sources(NamedTuple):
    """The indices of the values that are blended, and the share of the second."""

    first: Any
    second: Any = None
    share: Any = None


def resizes(extent: Dim, how: Sampling) -> bool:
    """Whether onnxruntime's Resize, which divides where PyTorch multiplies, has the same sources on an axis.

    Both are exact, and equal at any extent, for powers of 2; for a fixed extent, the sources are compared.
    """
    if how.cubic or not isinstance(how.number, int):
        return False
    if how.factor and not how.corners and how.number & (how.number - 1) == 0:
        return True
    if not isinstance(extent, int):
        return False
    ours, theirs = _places(extent, how), _divided(extent, how)
    if how.blend:
        return all(abs(a - b) <= _SAME_PLACE for a, b in zip(ours, theirs, strict=True))
    return list(map(int, ours)) == list(map(int, theirs))


def _fixed(op: Op, extent: int, how: Sampling) -> _Sources:
    places = _places(extent, how)
    first = [min(int(place), extent - 1) for place in places]
    if not how.blend:
        return _Sources(op.constant(first))
    share = [min(max(place - index, 0.0), 1.0) for place, index in zip(places, first, strict=True)]
    second = [min(index + 1, extent - 1) for index in first]
    return _Sources(op.constant(first), op.constant(second), op.constant(share, "float32"))


def _size(extent: int, how: Sampling) -> int:
    return int(extent * how.number if how.factor else how.number)


def _places(extent: int, how: Sampling) -> list[float]:
    """Where each value comes from on an axis, as PyTorch has it."""
    size = _size(extent, how)
    if how.corners:
        scale = _float32((extent - 1) / (size - 1)) if size > 1 else 0.0
    else:
        scale = _float32(1 / how.number if how.factor else extent / size)
    if (how.blend or how.cubic) and not how.corners:
        lowest = -1.0 if how.cubic else 0.0
        return [max(lowest, _float32(_float32(scale * (at + 0.5)) - 0.5)) for at in range(size)]
    return [_float32(scale * at) for at in range(size)]


def _divided(extent: int, how: Sampling) -> list[float]:
    """Where each value comes from on an axis, as onnxruntime has it."""
    size = _size(extent, how)
    if how.corners:
        return [_float32(_float32(at * (extent - 1)) / (size - 1)) if size > 1 else 0.0 for at in range(size)]
    scale = _float32(size / extent)
    if how.blend:
        return [max(0.0, _float32(_float32((at + 0.5) / scale) - 0.5)) for at in range(size)]
    return [_float32(at / scale) for at in range(size)]


def _named(op: Op, length: Any, how: Sampling) -> _Sources:
    one, last = op.constant([1]), op.Sub(length, op.constant([1]))
    place = _named_places(op, length, how)
    first = op.Min(op.Cast(op.Floor(place), to=_INT64), last)
    if not how.blend:
        return _Sources(first)
    nought, whole = op.constant(0.0, "float32"), op.constant(1.0, "float32")
    share = op.Clip(op.Sub(place, _single(op, first)), nought, whole)
    return _Sources(first, op.Min(op.Add(first, one), last), share)


def _named_places(op: Op, length: Any, how: Sampling) -> Any:
    """Where each value comes from on an axis of the given length."""
    one, last = op.constant([1]), op.Sub(length, op.constant([1]))
    if how.factor:
        share = Fraction(how.number)
        wanted = op.Mul(length, op.constant([share.numerator]))
        wanted = wanted if share.denominator == 1 else op.Div(wanted, op.constant([share.denominator]))
    else:
        wanted = op.constant([how.number])
    if how.corners:
        scale = op.Div(_single(op, last), _single(op, op.Max(op.Sub(wanted, one), one)))
    elif how.factor:
        scale = op.constant([1 / how.number], "float32")
    else:
        scale = op.Div(_single(op, length), _single(op, wanted))
    at = _single(op, op.Range(op.constant(0), op.Squeeze(wanted, op.constant([0])), op.constant(1)))
    if how.corners or not (how.blend or how.cubic):
        return op.Mul(at, scale)
    half = op.constant(0.5, "float32")
    place = op.Sub(op.Mul(op.Add(at, half), scale), half)
    return place if how.cubic else op.Relu(place)


def _along_curves(op: Op, x: Any, axis: int, extent: Dim, how: Sampling) -> Any:
    """An axis resampled by cubic convolution of four neighbours; at the edges, the last value again and again."""
    if isinstance(extent, int):
        last, place = op.constant([extent - 1]), op.constant(_places(extent, how), "float32")
    else:
        length = op.Shape(x, start=axis, end=axis + 1)
        last, place = op.Sub(length, op.constant([1])), _named_places(op, length, how)
    zero, whole = op.constant(0.0, "float32"), op.constant(1.0, "float32")
    first = op.Min(op.Cast(op.Floor(place), to=_INT64), last)
    share = op.Clip(op.Sub(place, _single(op, first)), zero, whole)
    behind = op.inputs[0].rank - 1 - axis
    total = None
    for step, weight in zip((-1, 0, 1, 2), _cubic(op, share), strict=True):
        index = op.Min(op.Max(op.Add(first, op.constant([step])), op.constant([0])), last)
        weight = op.Reshape(weight, op.constant([-1] + [1] * behind)) if behind else weight
        part = op.Mul(op.Gather(x, index, axis=axis), weight)
        total = part if total is None else op.Add(total, part)
    return total


def _cubic(op: Op, share: Any) -> list[Any]:
    """The weights of the values before, at, behind and two behind a place, that lies ``share`` behind one.

    Source: Keys 1981, with PyTorch's a = -0.75.
    """
    a, rest = -0.75, op.Sub(op.constant(1.0, "float32"), share)

    def number(value: float) -> Any:
        return op.constant(value, "float32")

    def near(t: Any) -> Any:  # ((a + 2) t - (a + 3)) t t + 1
        return op.Add(op.Mul(op.Mul(op.Sub(op.Mul(t, number(a + 2)), number(a + 3)), t), t), number(1.0))

    def far(t: Any) -> Any:  # ((a t - 5 a) t + 8 a) t - 4 a
        inner = op.Add(op.Mul(op.Sub(op.Mul(t, number(a)), number(5 * a)), t), number(8 * a))
        return op.Sub(op.Mul(inner, t), number(4 * a))

    one = number(1.0)
    return [far(op.Add(share, one)), near(share), near(rest), far(op.Add(rest, one))]


def _single(op: Op, value: Any) -> Any:
    return op.Cast(value, to=_FLOAT32)


def _float32(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])

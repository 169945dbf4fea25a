"""From a field of the data to the tensor a node declares: numbers converted and scaled, images resized."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import prod

import torch

from graph.dims import Dim
from graph.tensor import format_shape
from training.data.binding import Binding, Notify
from training.data.dataset import Array
from training.data.fit.images import CHANNELS, is_image
from training.data.fit.numbers import convert, rounding, stays
from training.data.fit.scaling import divisor_for
from training.data.held import Becoming, Held, hold
from training.errors import DataError
from training.runs.data_record import Rule

Size = tuple[int, int]


def adapt(binding: Binding, array: Array, rule: Rule, images: Mapping[str, Size], notify: Notify) -> Held:
    """The samples as ``binding.type`` declares them: numbers scaled, vectors reshaped, images and masks resized.

    ``images`` are the heights and widths of the fields that Inputs take for images; what a Target takes is such an
    image where it is the same field, and a mask where it has the size of one.

    Raises:
        DataError: the field does not fit the node.
    """
    declared, got = binding.type.shape[1:], array.shape[1:]
    divisor = divisor_for(rule, binding, array)
    if rounded := rounding(binding, array):
        notify(rounded)
    if _matches(declared, got):
        return _finished(binding, array, got, divisor)
    fixed = tuple(dim for dim in declared if isinstance(dim, int))
    if len(fixed) != len(declared):
        raise _misfit(binding, array)
    same_kind = _squeezed(fixed) == _squeezed(got) or 1 in (len(fixed), len(got))
    if prod(fixed) == prod(got) and same_kind:
        notify(f"'{binding.node}': '{binding.field}' is reshaped from {format_shape(got)} to {format_shape(fixed)}.")
        return _finished(binding, array, fixed, divisor)
    shown = binding.is_input or binding.field in images
    if (rule.by_dtype and _was_resizable(binding, fixed, got)) or (
        shown and _is_resizable(binding, fixed, got, divisor)
    ):
        how = "bilinearly, to fit the Input" if binding.is_input else "bilinearly, to fit the Target"
        _tell(binding, got, fixed, "images are resized", how, notify)
        pixels = convert(binding, array).reshape(-1, *_channelled(got))
        becoming = Becoming(fixed, torch.float32, divisor, "bilinear")
        return hold(pixels, becoming, mapped=stays(binding, array))
    if not binding.is_input and _is_mask(fixed, got, images.values()):
        _tell(binding, got, fixed, "masks are resized", "each pixel taken from the nearest, to fit the Target", notify)
        becoming = Becoming(fixed, _dtype(binding), divisor, "nearest")
        return hold(convert(binding, array), becoming, mapped=stays(binding, array))
    raise _misfit(binding, array)


def image_size(binding: Binding, array: Array) -> Size | None:
    """The height and width of the images an Input takes, where it takes images."""
    got = array.shape[1:]
    if binding.is_input and binding.type.dtype == "float32" and is_image(got) and len(got) in (2, 3):
        return (got[-2], got[-1])
    return None


def _finished(binding: Binding, array: Array, shape: tuple[int, ...], divisor: int) -> Held:
    """The samples in another shape of as many numbers; what is large stays as it is until asked for."""
    tensor, becoming = convert(binding, array), Becoming(shape, _dtype(binding), divisor)
    return hold(tensor, becoming, mapped=stays(binding, array))


def _dtype(binding: Binding) -> torch.dtype:
    found: torch.dtype = getattr(torch, binding.type.dtype)
    return found


def _is_resizable(binding: Binding, wanted: tuple[int, ...], got: tuple[int, ...], divisor: int) -> bool:
    """Whether both shapes are images of the same channels, in the same order of axes.

    Two axes on both sides may as well be time and features; only the values of pixels tell.
    """
    if binding.type.dtype != "float32" or not {len(wanted), len(got)} <= {2, 3}:
        return False
    if not (is_image(wanted) and is_image(got)) or (len(wanted) == len(got) == 2 and divisor == 1):
        return False
    new, old = _channelled(wanted), _channelled(got)
    return new[0] == old[0] and new[0] in CHANNELS and new[1:] != old[:0:-1]


def _was_resizable(binding: Binding, wanted: tuple[int, ...], got: tuple[int, ...]) -> bool:
    """What runs without a record resized: whatever had as many axes as an image."""
    if binding.type.dtype != "float32" or not {len(wanted), len(got)} <= {2, 3}:
        return False
    return _channels(wanted) == _channels(got)


def _is_mask(wanted: tuple[int, ...], got: tuple[int, ...], images: Collection[Size]) -> bool:
    return len(got) in (2, 3) and got[-2:] in images and len(wanted) in (2, 3) and _channels(wanted) == _channels(got)


def _channels(shape: tuple[int, ...]) -> int:
    return _channelled(shape)[0]


def _channelled(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1, *shape) if len(shape) == 2 else shape


def _tell(binding: Binding, got: tuple[int, ...], wanted: tuple[int, ...], what: str, how: str, notify: Notify) -> None:
    old, new = (f"{shape[-2]} x {shape[-1]}" for shape in (got, wanted))
    notify(f"'{binding.node}': {what} from {old} to {new}, {how}.")


def _misfit(binding: Binding, array: Array) -> DataError:
    declared, got = binding.type.shape[1:], array.shape[1:]
    return DataError(
        f"'{binding.node}' expects samples of {format_shape(declared)} {binding.type.dtype}, the field "
        f"'{binding.field}' has {format_shape(got)} {array.dtype}; {_advice(declared, got)}.",
        binding.node,
    )


def _advice(declared: tuple[Dim, ...], got: tuple[int, ...]) -> str:
    if len(got) > 1 and declared == (*got[:-2], got[-1], got[-2]):
        return "the last two axes are swapped: np.swapaxes(array, -1, -2) puts them right"
    if len(got) > 2 and declared == (got[-1], *got[:-1]):
        return "the last axis of the data belongs in front: np.moveaxis(array, -1, 1) puts it there"
    return "change the node's shape or the data"


def _matches(declared: tuple[Dim, ...], got: tuple[int, ...]) -> bool:
    """Whether sizes agree; a named size agrees with any."""
    return len(declared) == len(got) and all(
        not isinstance(dim, int) or dim == size for dim, size in zip(declared, got, strict=True)
    )


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)

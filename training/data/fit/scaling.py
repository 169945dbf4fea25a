"""How numbers are scaled: decided once, from the training samples, and kept with the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from training.data.binding import Binding, Notify
from training.data.dataset import Array, Fields
from training.data.fit.images import Spread, bits_divisor, is_image, is_unit, spread
from training.errors import DataError
from training.runs.data_record import Rule, Scale

_DIVISORS: Mapping[str, int] = {"8-bit": 255, "16-bit": 65535}


def decide(bindings: Sequence[Binding], training: Fields, setting: str, notify: Notify) -> Rule:
    """The rule for the data of a run, from its training samples and the setting ``scaling``.

    Inputs that are images of 8 or 16 bits are divided by the largest value of these; targets and what is not an image
    never, unless a Target takes the very field of such an Input. A ``setting`` that names the bits holds for all images
    or, where there are none, for all Inputs of numbers.
    """
    inputs = [binding for binding in bindings if binding.is_input and binding.type.dtype == "float32"]
    images = [binding for binding in inputs if shows_images(binding, training[binding.field])]
    asked = inputs if setting in _DIVISORS and not images else images
    scales = {binding.node: _scale(binding, training[binding.field], setting, notify) for binding in asked}
    fields = {binding.field: scales[binding.node] for binding in asked}
    for binding in bindings:
        if binding.type.dtype == "float32" and binding.node not in scales:
            if binding.field in fields:
                scales[binding.node] = fields[binding.field]
            elif setting == "auto":
                _tell_unscaled(binding, training[binding.field], notify)
    return Rule(scales)


def shows_images(binding: Binding, array: Array) -> bool:
    """Whether a node takes images, by its own shape or by that of its samples."""
    declared, got = binding.type.shape[1:], array.shape[1:]
    named = [not isinstance(dim, int) for dim in declared]
    if len(declared) == len(got) == 2 and any(named) and not all(named):
        return False  # one axis of any length beside one of a fixed size: time and features
    return is_image(got) or is_image(declared)


def divisor_for(rule: Rule, binding: Binding, array: Array) -> int:
    """What the numbers of ``array`` are divided by for a node."""
    if binding.type.dtype != "float32":
        return 1
    if rule.by_dtype:
        return 255 if array.dtype == np.uint8 else 1
    return rule.scales.get(binding.node, Scale()).divisor


def check_alike(rule: Rule, binding: Binding, array: Array) -> None:
    """Refuse images stored in another way than those the rule was decided from: one rule cannot be right for both.

    Raises:
        DataError: they are from 0 to 1 where those had 8 or 16 bits, or the other way round.
    """
    before = rule.scales.get(binding.node)
    if before is None:
        return
    seen = spread(array)
    known = Spread(before.low, before.high, True)
    unit_before = before.low >= 0 and before.high <= 1
    if (bits_divisor(known) > 1 and is_unit(seen)) or (unit_before and bits_divisor(seen) > 1):
        raise DataError(
            f"'{binding.node}' has {_range(seen)} in the field '{binding.field}', while what is trained on has "
            f"{_range(known)}; save all images on one scale.",
            binding.node,
        )


def _scale(binding: Binding, array: Array, setting: str, notify: Notify) -> Scale:
    seen = spread(array)
    by_bits = bits_divisor(seen) if setting == "auto" else _DIVISORS.get(setting, 1)
    holds = f"'{binding.node}': the field '{binding.field}' holds {_range(seen)}"
    if by_bits > 1:
        notify(f"{holds} and is divided by {by_bits}; the setting scaling changes that.")
    elif setting == "auto" and seen.whole and max(seen.high, -seen.low) > 1:
        notify(f"{holds} and is taken as it is; the setting scaling divides it.")
    return Scale(by_bits, seen.low, seen.high)


def _tell_unscaled(binding: Binding, array: Array, notify: Notify) -> None:
    """Say of what looks like pixels that it stays as it is."""
    if array.dtype.kind != "u" or (seen := spread(array)).high <= 1:
        return
    why = "its samples are not images" if binding.is_input else "targets are not scaled"
    notify(f"'{binding.node}': the field '{binding.field}' holds {_range(seen)} and is taken as it is: {why}.")


def _range(seen: Spread) -> str:
    return f"{seen.low:g} to {seen.high:g}"

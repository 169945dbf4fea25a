"""Samples as training has them: tensors, or numbers that become what is declared when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from training.data.resized import nearest, resize, scale

# Sets whose numbers would take more as they are declared are made so batch by batch.
_HOLD_BYTES = 256 * 2**20
_PART, _PART_NUMBERS = 256, 2**24


class Becoming(NamedTuple):
    """What numbers become: samples of ``shape``, divided by ``divisor`` where they become floating point.

    Images are ``resized`` bilinearly, masks to the nearest pixel; everything else has as many numbers before.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    divisor: int = 1
    resized: Literal["", "bilinear", "nearest"] = ""

    def changes(self, numbers: Tensor) -> bool:
        """Whether numbers become others."""
        return bool(self.resized) or numbers.dtype != self.dtype or self.divisor != 1

    def of(self, numbers: Tensor) -> Tensor:
        """What some numbers become; themselves, in the shape asked for, where that changes nothing."""
        if self.resized == "bilinear":
            return resize(numbers, self.shape, self.divisor)
        made = scale(numbers, self.divisor) if self.dtype == torch.float32 else numbers.to(self.dtype)
        made = nearest(made, (self.shape[-2], self.shape[-1])) if self.resized else made
        return made.reshape(-1, *self.shape)


class Deferred:
    """Numbers held as they come, which become (N, ...) as is declared when they are asked for.

    Those that are ``mapped`` from a file stay where they are, whatever the device: batches go there.
    """

    def __init__(
        self, numbers: Tensor, becoming: Becoming, *, mapped: bool = False, device: torch.device | None = None
    ) -> None:
        self._numbers, self._becoming, self._mapped = numbers, becoming, mapped
        self.shape = torch.Size((len(numbers), *becoming.shape))
        self.dtype = becoming.dtype
        self.device = device or numbers.device

    def __len__(self) -> int:
        return len(self._numbers)

    def to(self, device: torch.device) -> Deferred:
        """The same on a device, or for it."""
        numbers = self._numbers if self._mapped else self._numbers.to(device)
        return Deferred(numbers, self._becoming, mapped=self._mapped, device=device)

    def select(self, chosen: Tensor) -> Tensor:
        """The samples at ``chosen``, as they are declared."""
        numbers = self._numbers.index_select(0, chosen.to(self._numbers.device)).to(self.device)
        return self._becoming.of(numbers)


Held = Tensor | Deferred


def hold(numbers: Tensor, becoming: Becoming, *, mapped: bool = False) -> Held:
    """Numbers as they are declared: at once, or if they are large or ``mapped`` when they are asked for."""
    if not mapped and not becoming.changes(numbers):
        return becoming.of(numbers)
    held = Deferred(numbers, becoming, mapped=mapped)
    if mapped or becoming.dtype.itemsize * prod(held.shape) > _HOLD_BYTES:
        return held
    # Part by part: bytes in floating point may take far more than what becomes of them.
    return torch.cat([*parts(held)])


def take(held: Held, chosen: Tensor, buffer: Tensor | None = None) -> Tensor:
    """The samples at ``chosen``, in ``buffer``, if there is one, for as many as fit."""
    if isinstance(held, Deferred):
        return held.select(chosen)
    return torch.index_select(held, 0, chosen, out=None if buffer is None else buffer[: len(chosen)])


def parts(held: Held, chosen: Tensor | None = None) -> Iterator[Tensor]:
    """All samples, or those ``chosen``, one part after another, none of which takes much memory."""
    size = max(1, min(_PART, _PART_NUMBERS // max(1, prod(held.shape[1:]))))
    if isinstance(held, Tensor) and chosen is None:
        yield from torch.split(held, size)
        return
    rows = torch.arange(len(held), device=held.device) if chosen is None else chosen.to(held.device)
    for part in torch.split(rows, size):
        yield take(held, part)

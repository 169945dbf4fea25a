"""Samples as training has them: tensors, or images that become what is declared when they are asked for."""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor

from training.data.resized import resize, scale

# Sets whose numbers would take more in floating point are scaled and resized batch by batch.
_HOLD_BYTES = 256 * 2**20
_PART = 256


class Deferred:
    """Images held as they come, scaled and resized when they are asked for, to ``shape`` (N, ...).

    Those that are ``mapped`` from a file stay where they are, whatever the device: batches go there.
    """

    def __init__(
        self,
        images: Tensor,
        shape: tuple[int, ...],
        divisor: int,
        *,
        mapped: bool = False,
        device: torch.device | None = None,
    ) -> None:
        self._images, self._divisor, self._mapped = images, divisor, mapped
        self._fits = prod(images.shape[1:]) == prod(shape)
        self.shape = torch.Size((len(images), *shape))
        self.device = device or images.device

    def __len__(self) -> int:
        return len(self._images)

    def to(self, device: torch.device) -> Deferred:
        """The same on a device, or for it."""
        images = self._images if self._mapped else self._images.to(device)
        return Deferred(images, self.shape[1:], self._divisor, mapped=self._mapped, device=device)

    def select(self, chosen: Tensor) -> Tensor:
        """The images at ``chosen``, as they are declared."""
        images = self._images.index_select(0, chosen.to(self._images.device)).to(self.device)
        if self._fits:
            return scale(images, self._divisor).reshape(-1, *self.shape[1:])
        return resize(images, self.shape[1:], self._divisor)


Held = Tensor | Deferred


def hold(images: Tensor, shape: tuple[int, ...], divisor: int, *, mapped: bool = False) -> Held:
    """Images scaled and, where ``shape`` has other sizes, resized: at once, or if large when they are asked for."""
    held = Deferred(images, shape, divisor, mapped=mapped)
    if mapped or 4 * prod(held.shape) > _HOLD_BYTES:
        return held
    # Part by part: bytes in floating point may take far more than what becomes of them.
    return torch.cat([held.select(part) for part in torch.split(torch.arange(len(held), device=held.device), _PART)])


def take(held: Held, chosen: Tensor, buffer: Tensor | None = None) -> Tensor:
    """The samples at ``chosen``, in ``buffer``, if there is one, for as many as fit."""
    if isinstance(held, Deferred):
        return held.select(chosen)
    return torch.index_select(held, 0, chosen, out=None if buffer is None else buffer[: len(chosen)])

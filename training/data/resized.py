"""Images that are brought to another size."""

from __future__ import annotations

from math import prod

import torch
import torch.nn.functional as F
from torch import Tensor

# Sets that would take more are resized batch by batch.
_HOLD_BYTES = 256 * 2**20
_PART = 256


class Resized:
    """Images (N, C, H, W) held as they come and resized when they are asked for, to ``shape`` (N, ...)."""

    def __init__(self, images: Tensor, shape: tuple[int, ...]) -> None:
        self._images = images
        self.shape = torch.Size((len(images), *shape))

    def __len__(self) -> int:
        return len(self._images)

    def to(self, device: torch.device) -> Resized:
        """The same on a device."""
        return Resized(self._images.to(device), self.shape[1:])

    def select(self, chosen: Tensor) -> Tensor:
        """The images at ``chosen``, resized."""
        return resize(self._images.index_select(0, chosen), self.shape[1:])


Held = Tensor | Resized


def hold(images: Tensor, shape: tuple[int, ...]) -> Held:
    """Images resized to ``shape`` at once, or where that would be large only when they are asked for."""
    held = Resized(images, shape)
    if 4 * prod(held.shape) > _HOLD_BYTES:
        return held
    # Part by part: bytes in floating point may take far more than what becomes of them.
    return torch.cat([resize(part, shape) for part in torch.split(images, _PART)])


def take(held: Held, chosen: Tensor, buffer: Tensor | None = None) -> Tensor:
    """The samples at ``chosen``, in ``buffer``, if there is one, for as many as fit."""
    if isinstance(held, Resized):
        return held.select(chosen)
    return torch.index_select(held, 0, chosen, out=None if buffer is None else buffer[: len(chosen)])


def resize(images: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Images as they are declared, (..., H, W): bytes from 0 to 1, pixels bilinearly."""
    size = list(shape[-2:])
    smaller = size[0] < images.shape[2] or size[1] < images.shape[3]
    resized = F.interpolate(scale(images), size, mode="bilinear", antialias=smaller)
    return resized.reshape(-1, *shape)


def scale(tensor: Tensor) -> Tensor:
    """Bytes as fractions from 0 to 1; others as they are."""
    return tensor.float().div_(255) if tensor.dtype == torch.uint8 else tensor

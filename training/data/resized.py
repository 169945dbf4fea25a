"""Images that are brought to another size, and the masks that follow them."""

from __future__ import annotations

from math import prod

import torch
import torch.nn.functional as F
from torch import Tensor

# Sets that would take more are resized batch by batch.
_HOLD_BYTES = 256 * 2**20
_PART = 256


class Resized:
    """Images (N, C, H, W) held as they come, scaled and resized when they are asked for, to ``shape`` (N, ...)."""

    def __init__(self, images: Tensor, shape: tuple[int, ...], divisor: int) -> None:
        self._images = images
        self._divisor = divisor
        self.shape = torch.Size((len(images), *shape))

    def __len__(self) -> int:
        return len(self._images)

    @property
    def device(self) -> torch.device:
        """Where the images are."""
        return self._images.device

    def to(self, device: torch.device) -> Resized:
        """The same on a device."""
        return Resized(self._images.to(device), self.shape[1:], self._divisor)

    def select(self, chosen: Tensor) -> Tensor:
        """The images at ``chosen``, resized."""
        return resize(self._images.index_select(0, chosen), self.shape[1:], self._divisor)


Held = Tensor | Resized


def hold(images: Tensor, shape: tuple[int, ...], divisor: int) -> Held:
    """Images resized to ``shape`` at once, or where that would be large only when they are asked for."""
    held = Resized(images, shape, divisor)
    if 4 * prod(held.shape) > _HOLD_BYTES:
        return held
    # Part by part: bytes in floating point may take far more than what becomes of them.
    return torch.cat([resize(part, shape, divisor) for part in torch.split(images, _PART)])


def take(held: Held, chosen: Tensor, buffer: Tensor | None = None) -> Tensor:
    """The samples at ``chosen``, in ``buffer``, if there is one, for as many as fit."""
    if isinstance(held, Resized):
        return held.select(chosen)
    return torch.index_select(held, 0, chosen, out=None if buffer is None else buffer[: len(chosen)])


def resize(images: Tensor, shape: tuple[int, ...], divisor: int) -> Tensor:
    """Images as they are declared, (..., H, W): numbers scaled, pixels bilinearly."""
    size = list(shape[-2:])
    smaller = size[0] < images.shape[2] or size[1] < images.shape[3]
    resized = F.interpolate(scale(images, divisor), size, mode="bilinear", antialias=smaller)
    return resized.reshape(-1, *shape)


def nearest(masks: Tensor, size: tuple[int, int]) -> Tensor:
    """Masks (..., H, W) with the value at each new pixel's centre; in integers, so that no rounding moves a border."""
    rows, columns = (_nearest(old, new) for old, new in zip(masks.shape[-2:], size, strict=True))
    return masks.index_select(-2, rows).index_select(-1, columns)


def scale(tensor: Tensor, divisor: int) -> Tensor:
    """Numbers in floating point, divided by ``divisor``."""
    floats = tensor.float()
    if divisor == 1:
        return floats
    return floats.div(divisor) if floats is tensor else floats.div_(divisor)


def _nearest(old: int, new: int) -> Tensor:
    return (2 * torch.arange(new) + 1) * old // (2 * new)

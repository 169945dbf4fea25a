"""Images that are brought to another size, and the masks that follow them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def resize(images: Tensor, shape: tuple[int, ...], divisor: int) -> Tensor:
    """Images as they are declared, (..., H, W): numbers scaled, pixels bilinearly."""
    size = list(shape[-2:])
    smaller = size[0] < images.shape[2] or size[1] < images.shape[3]
    resized = F.interpolate(scale(images, divisor), size, mode="bilinear", antialias=smaller)
    return resized.reshape(-1, *shape)


def nearest(masks: Tensor, size: tuple[int, int]) -> Tensor:
    """Masks (..., H, W) with the value at each new pixel's centre; in integers, so that no rounding moves a border."""
    rows, columns = (_nearest(old, new).to(masks.device) for old, new in zip(masks.shape[-2:], size, strict=True))
    return masks.index_select(-2, rows).index_select(-1, columns)


def scale(tensor: Tensor, divisor: int) -> Tensor:
    """Numbers in floating point, divided by ``divisor``."""
    floats = tensor.float()
    if divisor == 1:
        return floats
    return floats.div(divisor) if floats is tensor else floats.div_(divisor)


def _nearest(old: int, new: int) -> Tensor:
    return (2 * torch.arange(new) + 1) * old // (2 * new)

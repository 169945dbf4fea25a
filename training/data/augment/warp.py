"""Images and masks moved by a matrix a sample, all of a batch at once."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def grid_of(matrix: Tensor, height: int, width: int) -> Tensor:
    """Where each pixel comes from, as ``grid_sample`` reads it: (N, H, W, 2) from -1 to 1.

    By sums and products alone: a matrix product rounds in another way for another number of samples.
    """
    x = (torch.arange(width, device=matrix.device) + 0.5) / width - 0.5
    y = (torch.arange(height, device=matrix.device) + 0.5) / height - 0.5
    doubled = 2.0 * matrix
    grid = matrix.new_empty(len(matrix), height, width, 2)
    for axis in (0, 1):
        a, b, c = (doubled[:, 3 * axis + at, None] for at in (0, 1, 2))
        torch.add((a * x + c)[:, None, :], (b * y)[:, :, None], out=grid[..., axis])
    return grid


def warp(images: Tensor, grid: Tensor, outside: float, whole: bool) -> Tensor:
    """Images (N, C, H, W) in floating point, bilinearly, or by the nearest pixel where they move by ``whole`` pixels.

    What comes in from outside is ``outside``.
    """
    mode = "nearest" if whole else "bilinear"
    if not outside:
        return F.grid_sample(images, grid, mode=mode, align_corners=False)
    return F.grid_sample(images - outside, grid, mode=mode, align_corners=False) + outside


def warp_mask(masks: Tensor, grid: Tensor, outside: int) -> Tensor:
    """Masks (N, C, H, W) of whole numbers, each pixel taken from the nearest."""
    moved = F.grid_sample((masks.long() - outside).float(), grid, mode="nearest", align_corners=False)
    return (moved.long() + outside).to(masks.dtype)

"""Where pixels go: flips, moves, turns and all that keeps lines straight, composed into one matrix a sample.

A matrix (N, 6), ``a b c d e f``, says where the pixel at (x, y) comes from: (a x + b y + c, d x + e y + f). Places are
shares of the width and of the height, from -0.5 to 0.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi

import torch
from torch import Tensor

from graph.recipe.augmentations import Augmentation, Crop, Flip, Rotate, Scale, Shear, Translate
from training.data.augment.draws import Draws, midpoints

Rows = tuple[Tensor | float, Tensor | float, Tensor | float, Tensor | float, Tensor | float, Tensor | float]
Size = tuple[int, int]
Move = Callable[[Draws], Rows]


class Moves:
    """All that moves pixels, in the order of the list; each has 16 streams of random numbers, from its place in it."""

    def __init__(self, chosen: Sequence[tuple[int, Augmentation]], size: Size) -> None:
        self._moves = [_move(augmentation, 16 * place, size) for place, augmentation in chosen]
        self.whole = all(augmentation.whole for _, augmentation in chosen)

    def __call__(self, draws: Draws) -> Tensor:
        """The matrices of some samples."""
        found = identity(len(draws), draws.device)
        for move in self._moves:
            found = _composed(found, move(draws))
        return found


def identity(count: int, device: torch.device) -> Tensor:
    """Matrices that leave everything where it is."""
    return torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], device=device).repeat(count, 1)


def _composed(before: Tensor, rows: Rows) -> Tensor:
    """What comes of ``before`` and then ``rows``."""
    a, b, c, d, e, f = before.unbind(1)
    g, h, i, j, k, m = rows
    made = (a * g + b * j, a * h + b * k, a * i + b * m + c, d * g + e * j, d * h + e * k, d * i + e * m + f)
    return torch.stack(made, dim=1)


def _move(augmentation: Augmentation, stream: int, size: Size) -> Move:
    match augmentation:
        case Flip(direction=direction, chance=chance):
            return lambda draws: _flip(draws, stream, direction, chance)
        case Translate(share=share):
            return lambda draws: _translate(draws, stream, share, size)
        case Crop(smallest=smallest):
            return lambda draws: _crop(draws, stream, smallest)
        case Rotate(degrees=degrees):
            angles = (2.0 * midpoints() - 1.0) * (degrees * pi / 180.0)
            tables = (angles.cos().float(), angles.sin().float())
            return lambda draws: _rotate(draws, stream, tables, size)
        case Scale(smallest=smallest, largest=largest):
            return lambda draws: _scale(draws, stream, smallest, largest)
        case Shear(degrees=degrees):
            slant = ((2.0 * midpoints() - 1.0) * (degrees * pi / 180.0)).tan().float()
            return lambda draws: _shear(draws, stream, slant, size)
    raise AssertionError(augmentation)


def _flip(draws: Draws, stream: int, direction: str, chance: float) -> Rows:
    across = 1.0 - 2.0 * draws.chances(stream, chance).float() if direction != "vertical" else 1.0
    down = 1.0 - 2.0 * draws.chances(stream + 1, chance).float() if direction != "horizontal" else 1.0
    return across, 0.0, 0.0, 0.0, down, 0.0


def _translate(draws: Draws, stream: int, share: float, size: Size) -> Rows:
    height, width = size
    across = (draws.between(stream, -share, share) * width).round() / width
    down = (draws.between(stream + 1, -share, share) * height).round() / height
    return 1.0, 0.0, across, 0.0, 1.0, down


def _crop(draws: Draws, stream: int, smallest: float) -> Rows:
    side = draws.between(stream, smallest, 1.0)
    across, down = ((1.0 - side) * (draws.shares(stream + at) - 0.5) for at in (1, 2))
    return side, 0.0, across, 0.0, side, down


def _rotate(draws: Draws, stream: int, tables: tuple[Tensor, Tensor], size: Size) -> Rows:
    height, width = size
    steps = draws.steps(stream)
    cosine, sine = (table.to(steps.device)[steps] for table in tables)
    return cosine, sine * (height / width), 0.0, -sine * (width / height), cosine, 0.0


def _scale(draws: Draws, stream: int, smallest: float, largest: float) -> Rows:
    inverse = 1.0 / draws.between(stream, smallest, largest)
    return inverse, 0.0, 0.0, 0.0, inverse, 0.0


def _shear(draws: Draws, stream: int, slant: Tensor, size: Size) -> Rows:
    height, width = size
    steps = draws.steps(stream)
    return 1.0, slant.to(steps.device)[steps] * (height / width), 0.0, 0.0, 1.0, 0.0

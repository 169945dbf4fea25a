"""What the pixels of images (N, C, H, W) become, each where it is."""

from __future__ import annotations

from math import ceil, pi

import torch
import torch.nn.functional as F
from torch import Tensor

from graph.recipe import augmentations as recipe
from training.data.augment.draws import Draws, midpoints
from training.data.augment.effect import Drawn, Effect, Extent, spread_out

# From red, green and blue to brightness and two axes of colour (YIQ), and back.
_TO_YIQ = torch.tensor([[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]])
_SIGMAS = 256


class ColourChange(Effect):
    """Brightness, contrast about the middle of the range, then saturation and hue of red, green and blue."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Colour, channels: int) -> None:
        super().__init__(stream, extent)
        self._chosen = chosen
        self._colours = channels in (3, 4) and bool(chosen.saturation or chosen.hue)
        turn = (2.0 * midpoints() - 1.0) * (2.0 * pi * chosen.hue)
        self._tables = turn.cos().float(), turn.sin().float()

    def drawn(self, draws: Draws) -> Drawn:
        at, chosen = self.stream, self._chosen
        bright, contrast = (
            draws.between(at + place, 1.0 - share, 1.0 + share)
            for place, share in enumerate((chosen.brightness, chosen.contrast))
        )
        # Both at once: low + bright (x - low), then middle + contrast (that - middle).
        low, middle = self.extent.low, (self.extent.low + self.extent.high) / 2.0
        factor, added = bright * contrast, contrast * (low - bright * low - middle) + middle
        if not self._colours:
            return factor, added
        saturation = draws.between(at + 2, 1.0 - chosen.saturation, 1.0 + chosen.saturation)
        steps = draws.steps(at + 3)
        cosine, sine = (table.to(steps.device)[steps] * saturation for table in self._tables)
        return factor, added, _colour_matrices(cosine, sine)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        low, high = self.extent
        x = (x * spread_out(drawn[0], x) + spread_out(drawn[1], x)).clamp_(low, high)
        if not self._colours:
            return x
        matrix = drawn[2]
        red, green, blue = (x[:, at] - low for at in (0, 1, 2))
        rows = [
            spread_out(matrix[:, row, 0], red) * red
            + spread_out(matrix[:, row, 1], red) * green
            + spread_out(matrix[:, row, 2], red) * blue
            + low
            for row in (0, 1, 2)
        ]
        return torch.stack([*rows, *x[:, 3:].unbind(1)], dim=1).clamp_(low, high)


def _colour_matrices(cosine: Tensor, sine: Tensor) -> Tensor:
    """From red, green and blue to the same with the two axes of colour turned and stretched, (N, 3, 3)."""
    there, back = _TO_YIQ.to(cosine.device), torch.linalg.inv(_TO_YIQ.double()).float().to(cosine.device)
    found = []
    for row in (0, 1, 2):
        for column in (0, 1, 2):
            y, i, q = (float(there[at, column]) for at in (0, 1, 2))
            by, bi, bq = (float(back[row, at]) for at in (0, 1, 2))
            found.append(cosine * (bi * i + bq * q) + sine * (bq * i - bi * q) + by * y)
    return torch.stack(found, dim=1).view(-1, 3, 3)


class BlurChange(Effect):
    """A bell curve along the rows and then along the columns; beyond the edge is the edge."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Blur) -> None:
        super().__init__(stream, extent)
        self._radius = max(1, ceil(3.0 * chosen.sigma))
        sigmas = (torch.arange(_SIGMAS, dtype=torch.float64)[:, None] + 0.5) / _SIGMAS * max(chosen.sigma, 1e-6)
        weights = torch.exp(-(torch.arange(self._radius + 1) ** 2) / (2.0 * sigmas**2))
        self._table = (weights / (2.0 * weights.sum(1, keepdim=True) - weights[:, :1])).float()

    def drawn(self, draws: Draws) -> Drawn:
        steps = draws.steps(self.stream) * _SIGMAS // 65_536
        return (self._table.to(steps.device)[steps],)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return self._along(self._along(x, drawn[0], 3), drawn[0], 2)

    def _along(self, x: Tensor, weights: Tensor, axis: int) -> Tensor:
        radius, size = self._radius, x.shape[axis]
        edges = (radius, radius, 0, 0) if axis == 3 else (0, 0, radius, radius)
        padded = F.pad(x, edges, mode="replicate")
        found = x * spread_out(weights[:, 0], x)
        for away in range(1, radius + 1):
            sides = padded.narrow(axis, radius - away, size) + padded.narrow(axis, radius + away, size)
            found += sides * spread_out(weights[:, away], x)
        return found


class NoiseChange(Effect):
    """Normal numbers added to every number; those of images stay in their range."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Noise, clipped: bool) -> None:
        super().__init__(stream, extent)
        self._clipped = clipped
        self._deviation = chosen.deviation * (extent.high - extent.low if clipped else 1.0)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        noise = draws.normal(self.stream, x[0].numel()).view_as(x)
        made = x + noise * self._deviation
        return made.clamp_(*self.extent) if self._clipped else made


class CutoutChange(Effect):
    """A rectangle of whole pixels, anywhere in the image, as dark as its range goes."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Cutout) -> None:
        super().__init__(stream, extent)
        self._chosen = chosen

    def drawn(self, draws: Draws) -> Drawn:
        chosen = draws.chances(self.stream, self._chosen.chance)
        return chosen, draws.shares(self.stream + 1), draws.shares(self.stream + 2)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        chosen, across, down = drawn
        holes = rectangle(x, self._chosen.share, across, down) & spread_out(chosen, x)
        return x.masked_fill(holes, self.extent.low)


def rectangle(x: Tensor, share: float | Tensor, across: Tensor, down: Tensor) -> Tensor:
    """Which pixels (N, 1, H, W) are in rectangles with that share of height and width, from whole pixel to whole pixel.

    ``across`` and ``down`` say where, from 0 to 1: within the image.
    """
    sides = []
    for size, place in ((x.shape[3], across), (x.shape[2], down)):
        length = torch.as_tensor(share, device=x.device).expand_as(place).mul(size).round()
        start = (place * (size - length + 1.0)).floor()
        pixels = torch.arange(size, device=x.device)
        sides.append((pixels >= start[:, None]) & (pixels < (start + length)[:, None]))
    return (sides[0][:, None, :] & sides[1][:, :, None])[:, None]

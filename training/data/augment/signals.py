"""What becomes of sounds and spectrograms, whose last axis is time, and of columns of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import torch
from torch import Tensor

from graph.recipe import augmentations as recipe
from training.data.augment.draws import Draws, midpoints
from training.data.augment.effect import Drawn, Effect, Extent, spread_out
from training.data.held import Held, parts


class SpeedChange(Effect):
    """The sample at each time is the one at that time times the speed, between two of them in a straight line."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Speed) -> None:
        super().__init__(stream, extent)
        self._chosen = chosen

    def drawn(self, draws: Draws) -> Drawn:
        return (draws.between(self.stream, self._chosen.slowest, self._chosen.fastest).double(),)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        times = torch.arange(x.shape[-1], device=x.device, dtype=torch.float64)
        return _read(x, drawn[0][:, None] * times, self.extent.low)


class ShiftChange(Effect):
    """All of it later or earlier by whole steps."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Shift) -> None:
        super().__init__(stream, extent)
        self._share = chosen.share

    def drawn(self, draws: Draws) -> Drawn:
        return (draws.between(self.stream, -self._share, self._share),)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        later = (drawn[0] * x.shape[-1]).round().long()
        places = torch.arange(x.shape[-1], device=x.device) - later[:, None]
        return _at(x, places, self.extent.low)


class PitchChange(Effect):
    """Two readers half a grain apart go through each grain faster or slower, and fade into each other."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.PitchShift) -> None:
        super().__init__(stream, extent)
        self._grain = chosen.grain
        self._table = (2.0 ** ((2.0 * midpoints() - 1.0) * chosen.semitones / 12.0)).double()

    def drawn(self, draws: Draws) -> Drawn:
        steps = draws.steps(self.stream)
        return (self._table.to(steps.device)[steps],)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        grain = min(self._grain, x.shape[-1])
        times = torch.arange(x.shape[-1], device=x.device, dtype=torch.float64)
        found = torch.zeros_like(x)
        for begin in (0.0, grain / 2.0):
            within = (times + begin) % grain  # how far into its grain a reader is
            fade = (1.0 - (2.0 * within / grain - 1.0).abs()).float()
            away = within - grain / 2.0  # from the middle of the grain, where nothing is moved
            places = times + away * (drawn[0][:, None] - 1.0)
            found += _read(x, places, 0.0) * fade
        return found


class GainChange(Effect):
    """Every number times the same."""

    def __init__(self, stream: int, extent: Extent, chosen: recipe.Gain) -> None:
        super().__init__(stream, extent)
        self._table = ((2.0 * midpoints() - 1.0) * (chosen.decibels * log(10.0) / 20.0)).exp().float()

    def drawn(self, draws: Draws) -> Drawn:
        steps = draws.steps(self.stream)
        return (self._table.to(steps.device)[steps],)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return x * spread_out(drawn[0], x)


class MaskChange(Effect):
    """A stretch of the last axis, or of the one before it, of any length up to a share."""

    def __init__(self, stream: int, extent: Extent, share: float, axis: int) -> None:
        super().__init__(stream, extent)
        self._share, self._axis = share, axis

    def drawn(self, draws: Draws) -> Drawn:
        return draws.between(self.stream, 0.0, self._share), draws.shares(self.stream + 1)

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        size = x.shape[self._axis]
        length = (drawn[0] * size).round()
        start = (drawn[1] * (size - length + 1.0)).floor()
        places = torch.arange(size, device=x.device)
        masked = (places >= start[:, None]) & (places < (start + length)[:, None])
        shape = [1] * x.ndim
        shape[0], shape[self._axis] = len(x), size
        return x.masked_fill(masked.view(shape), self.extent.low)


class JitterChange(Effect):
    """Normal numbers added, of each column times its ``deviations``."""

    def __init__(self, stream: int, chosen: recipe.Jitter, deviations: Tensor) -> None:
        super().__init__(stream, Extent())
        self._factors = (chosen.deviation * deviations).float()

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        noise = draws.normal(self.stream, x[0].numel()).view_as(x)
        return x + noise * self._factors.to(x.device)


def deviations_of(samples: Held, chosen: Tensor) -> Tensor:
    """The standard deviation of each column, the last axis, over the samples ``chosen``; 0 for whole numbers."""
    count, total, whole = 0, torch.zeros(1), torch.ones(1, dtype=torch.bool)
    for columns in _columns(samples, chosen):
        count, total = count + len(columns), total.to(columns) + columns.sum(0)
        whole = whole.to(columns.device) & columns.eq(columns.round()).all(0)
    mean, squares = total / count, torch.zeros_like(total)
    for columns in _columns(samples, chosen):
        squares += (columns - mean).square().sum(0)
    return (squares / count).sqrt().masked_fill(whole, 0.0)


def _columns(samples: Held, chosen: Tensor) -> Iterator[Tensor]:
    return (part.double().flatten(0, -2) for part in parts(samples, chosen))


def _read(x: Tensor, places: Tensor, outside: float) -> Tensor:
    """The values of ``x`` (N, ..., T) at ``places`` (N, T) between its own, in a straight line."""
    before = places.floor()
    part = (places - before).float()
    first, second = _at(x, before.long(), outside), _at(x, before.long() + 1, outside)
    part = part.view(len(x), *(1 for _ in x.shape[1:-1]), -1)
    return first * (1.0 - part) + second * part


def _at(x: Tensor, places: Tensor, outside: float) -> Tensor:
    """The values of ``x`` (N, ..., T) at the whole ``places`` (N, T)."""
    size = x.shape[-1]
    beyond = (places < 0) | (places >= size)
    places, beyond = (part.view(len(x), *(1 for _ in x.shape[1:-1]), -1) for part in (places, beyond))
    return x.gather(-1, places.clamp(0, size - 1).expand_as(x)).masked_fill(beyond, outside)

"""Samples made of two, and targets that say how much of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from graph.recipe.augmentations import Augmentation, Cutmix, Mixup
from training.data.augment.draws import Draws, beta_table
from training.data.augment.effect import spread_out
from training.data.augment.looks import rectangle


class Mix(NamedTuple):
    """How much of each sample stays (N,): the rest is its partner's. Where ``across`` is, by a rectangle."""

    stays: Tensor
    chosen: Tensor
    across: Tensor | None = None
    down: Tensor | None = None

    def part(self, start: int, stop: int) -> Mix:
        """That of some of the samples."""
        across = None if self.across is None else self.across[start:stop]
        down = None if self.down is None else self.down[start:stop]
        return Mix(self.stays[start:stop], self.chosen[start:stop], across, down)


class Mixing:
    """Mixes samples with partners that are any of the samples ``training``; a sample is mixed once."""

    def __init__(self, chosen: Sequence[tuple[int, Augmentation]], training: Tensor) -> None:
        self._chosen, self._training = chosen, training
        self._stream = 16 * chosen[0][0] + 8

    def partners(self, draws: Draws) -> Tensor:
        """The index of each sample's partner."""
        return self._training[draws.words(self._stream) % len(self._training)]

    def drawn(self, draws: Draws) -> list[Mix]:
        """What is done to each sample, by each way of mixing."""
        free = torch.ones(len(draws), dtype=torch.bool, device=draws.device)
        found = []
        for place, augmentation in self._chosen:
            assert isinstance(augmentation, Mixup | Cutmix)
            at = 16 * place
            steps = draws.steps(at)
            stays = beta_table(augmentation.alpha).to(steps.device)[steps]
            chosen = draws.chances(at + 1, augmentation.chance) & free
            free = free & ~chosen
            cut = isinstance(augmentation, Cutmix)
            across, down = (draws.shares(at + 2), draws.shares(at + 3)) if cut else (None, None)
            found.append(Mix(stays, chosen, across, down))
        return found


def mixed(first: list[Tensor], second: list[Tensor], mixes: Sequence[Mix]) -> tuple[list[Tensor], Tensor]:
    """Inputs made of two, those that are cut being images (N, C, H, W); how much of the first of each sample (N,)."""
    kept = torch.ones(len(first[0]), device=first[0].device)
    for mix in mixes:
        if mix.across is None or mix.down is None:
            share = mix.stays.masked_fill(~mix.chosen, 1.0)
            first = [
                a * spread_out(share, a) + b * spread_out(1.0 - share, b) for a, b in zip(first, second, strict=True)
            ]
            kept = kept * share
        else:
            first, shares = _cut(first, second, mix)
            kept = kept * shares
    return first, kept


def _cut(first: list[Tensor], second: list[Tensor], mix: Mix) -> tuple[list[Tensor], Tensor]:
    assert mix.across is not None
    assert mix.down is not None
    side = (1.0 - mix.stays).clamp(min=0.0).sqrt()
    made, shares = [], mix.stays
    for place, (a, b) in enumerate(zip(first, second, strict=True)):
        covered = rectangle(a, side, mix.across, mix.down) & spread_out(mix.chosen, a)
        made.append(torch.where(covered, b, a))
        if place == 0:
            # By what is covered indeed: rectangles are of whole pixels.
            pixels = a.shape[2] * a.shape[3]
            shares = (pixels - covered.flatten(1).sum(1)).float() / pixels
    return made, shares


def both(labels: Tensor, others: Tensor, kept: Tensor, classes: int) -> Tensor:
    """Targets (N, classes) with the share of each class, of which a cross-entropy is that of both labels by their
    shares."""
    found = torch.zeros(len(labels), classes, device=labels.device)
    found.scatter_(1, labels[:, None], kept[:, None])
    return found.scatter_add_(1, others[:, None], 1.0 - kept[:, None])

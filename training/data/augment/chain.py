"""All that is done to the samples of a batch: first what moves pixels, then the other effects in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from training.data.augment.boxes import Grid, follow
from training.data.augment.draws import Draws
from training.data.augment.effect import Drawn, Effect
from training.data.augment.moves import Moves
from training.data.augment.subjects import Subject
from training.data.augment.warp import grid_of, warp, warp_mask


class Plan(NamedTuple):
    """What is drawn for some samples: their matrices, and what each effect needs."""

    draws: Draws
    matrix: Tensor | None
    drawn: list[Drawn]

    def part(self, start: int, stop: int) -> Plan:
        """That of some of the samples."""
        matrix = None if self.matrix is None else self.matrix[start:stop]
        drawn = [tuple(value[start:stop] for value in values) for values in self.drawn]
        return Plan(self.draws.part(start, stop), matrix, drawn)


class Chain:
    """Changes batches: ``moves`` all ``subjects`` that have pixels, ``effects`` each a subject of its own."""

    def __init__(
        self, subjects: Sequence[Subject], moves: Moves | None, effects: Sequence[tuple[Subject, Effect]]
    ) -> None:
        self._moves, self._effects = moves, effects
        self._images = [subject for subject in subjects if "image" in subject.suits]
        self._masks = [subject for subject in subjects if subject.following in ("nearest", "bilinear")]
        grid = {subject.following: subject for subject in subjects if subject.following}
        self._grid = [grid[name] for name in ("objects", "boxes", "classes") if name in grid] if "boxes" in grid else []

    def plan(self, draws: Draws) -> Plan:
        """What is drawn for some samples."""
        matrix = self._moves(draws) if self._moves else None
        return Plan(draws, matrix, [effect.drawn(draws) for _, effect in self._effects])

    def __call__(self, batch: list[Tensor], plan: Plan) -> list[Tensor]:
        """The samples of a batch, changed; the tensors handed in may be used for it."""
        found = list(batch)
        if plan.matrix is not None:
            self._move(found, plan.matrix)
        for (subject, effect), drawn in zip(self._effects, plan.drawn, strict=True):
            x = viewed(found[subject.place], subject)
            found[subject.place] = back(effect(x, drawn, plan.draws), subject)
        return found

    def _move(self, found: list[Tensor], matrix: Tensor) -> None:
        whole = self._moves is not None and self._moves.whole
        grids = {size: grid_of(matrix, *size) for size in {subject.size for subject in (*self._images, *self._masks)}}
        emptied = self._follow(found, matrix, grids, whole)
        for subject in self._images:
            x = viewed(found[subject.place], subject)
            moved = _warped(x, grids[subject.size], subject, whole)
            found[subject.place] = back(_where(emptied, x, moved), subject)

    def _follow(
        self, found: list[Tensor], matrix: Tensor, grids: dict[tuple[int, int], Tensor], whole: bool
    ) -> Tensor | None:
        """Have masks and boxes follow; which samples (N,) stay as they are, as nothing that counts would be left."""
        moved: dict[int, Tensor] = {}
        emptied: Tensor | None = None
        for subject in self._masks:
            x = viewed(found[subject.place], subject)
            if subject.following == "bilinear":
                moved[subject.place] = back(_warped(x, grids[subject.size], subject, whole), subject)
                continue
            made = warp_mask(x, grids[subject.size], subject.outside)
            moved[subject.place] = back(made, subject)
            if subject.outside:
                emptied = _either(emptied, _counts(x, subject.outside) & ~_counts(made, subject.outside))
        if self._grid:
            emptied = _either(emptied, self._follow_grid(found, moved, matrix))
        for place, made in moved.items():
            found[place] = _where(emptied, found[place], made)
        return emptied

    def _follow_grid(self, found: list[Tensor], moved: dict[int, Tensor], matrix: Tensor) -> Tensor:
        tensors = [found[subject.place] for subject in self._grid]
        classes = tensors[2] if len(tensors) > 2 else None
        made = follow(Grid(tensors[0], tensors[1], classes), matrix, self._grid[-1].outside)
        for subject, tensor in zip(self._grid, made, strict=False):
            if tensor is not None:
                moved[subject.place] = tensor
        return tensors[0].flatten(1).gt(0).any(1) & ~made.objects.flatten(1).gt(0).any(1)


def _warped(x: Tensor, grid: Tensor, subject: Subject, whole: bool) -> Tensor:
    low, high = subject.extent
    # Rounding may lead a little out of the range.
    return warp(x, grid, low, whole).clamp_(low, high)


def _counts(masks: Tensor, ignored: int) -> Tensor:
    return masks.ne(ignored).flatten(1).any(1)


def _either(first: Tensor | None, second: Tensor) -> Tensor:
    return second if first is None else first | second


def _where(kept: Tensor | None, before: Tensor, after: Tensor) -> Tensor:
    return after if kept is None else torch.where(kept.view(-1, *(1 for _ in before.shape[1:])), before, after)


def viewed(x: Tensor, subject: Subject) -> Tensor:
    """A batch of images as (N, C, H, W), whatever the shape the node takes them in; all else as it is."""
    if not subject.view:
        return x
    x = x.view(len(x), *subject.view)
    if subject.last:
        return x.permute(0, 3, 1, 2)
    return x.flatten(1, -3) if x.ndim > 4 else x


def back(x: Tensor, subject: Subject) -> Tensor:
    """A batch that ``viewed`` gave, in the shape the node takes."""
    if subject.last:
        x = x.permute(0, 2, 3, 1)
    return x.reshape(len(x), *subject.shape)

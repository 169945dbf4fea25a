"""Steps of several processes each of which holds a part of every weight.

A weight is put together, and its gradient added up, by all at the same time: each computes in every step, with zeros
for gradients where nothing of its part counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from compiler.to_python.source import Source
from graph.recipe import regularization as recipe
from training.errors import TrainingError
from training.loop.optimizers import NOTHING_TO_LEARN
from training.loop.turns import Part as Turning
from training.methods.averaging import averaging_of
from training.metrics.counting import Live
from training.ranks.ranks import Ranks, noticing
from training.shards.average import AverageOfShards
from training.shards.shards import Shards, shared_out
from training.together.learning import Batch, LearningTogether, Own, Part, Told
from training.together.turns import TurnsTogether


def share_out(
    ranks: Ranks,
    module: nn.Module,
    source: Source,
    device: torch.device,
    optimizer: Optimizer,
    averaging: recipe.Averaging,
) -> Shards:
    """Leave this process a part of a module, of its optimizer, and of the average that a recipe asks for.

    Raises:
        TrainingError: a weight cannot be shared out, or another process has ended.
    """
    moving = averaging_of(averaging)
    copied = deepcopy(module) if moving else None
    shards = shared_out(ranks, module, source, device, optimizer)
    if moving and copied is not None:
        shards.average = AverageOfShards(Shards(ranks, copied, source, device), shards, moving)
    return shards


class _Sharded(LearningTogether):
    """What is another for parts of weights than for whole ones."""

    @property
    def _shards(self) -> Shards:
        assert isinstance(self._update.holding, Shards)
        return self._update.holding

    def _in_place_of(self, parts: Sequence[Tensor]) -> list[Tensor]:
        """The part that the first process has of the last batch: nothing of it counts here."""
        return [parts[(len(parts) - 1) // self._ranks.count * self._ranks.count]]

    def _learned(self, own: Part, anywhere: Live) -> tuple[Tensor | None, Tensor | None, list[Own]]:
        result = self._forward(self._loss, own.batch)
        total = None if own.live == () else self._metrics.total(result[1], own.live, own.shares)
        self._look_back(total, _silent(result[1], own.live, anywhere))
        if self._noise:
            self._noise.remove()
        return (None, None, []) if total is None else (total.detach(), *self._found(own, result))

    def _look_back(self, total: Tensor | None, silent: list[Tensor]) -> None:
        """Find gradients of the own share of a loss, and zeros for what only others have a share of."""
        if total is not None and not total.requires_grad:
            raise TrainingError(NOTHING_TO_LEARN)
        ends = [*([] if total is None else [total]), *silent]
        seeds = [*([] if total is None else [torch.ones_like(total)]), *map(torch.zeros_like, silent)]
        if ends:
            with noticing(self._ranks.count, certainly=False):
                torch.autograd.backward(ends, seeds)

    def _share(
        self, parameters: Sequence[Tensor], losses: tuple[Tensor | None, Tensor | None], count: int, stop: bool
    ) -> Told:
        """As for whole weights, but that the gradients are added up already."""
        told = super()._share([], losses, count, stop)
        if parameters:
            self._shards.collect(parameters)
        return told


class ShardedLearning(_Sharded):
    """Takes the steps of one optimizer on parts of weights."""


class ShardedTurns(_Sharded, TurnsTogether):
    """Takes the steps of parts that learn in turns on parts of weights.

    Gradients are found of all weights, and kept of those of the turn.
    """

    def _look_back_in(self, part: Turning, total: Tensor | None, measured: dict[str, Any], batch: Batch) -> None:
        assert batch.own is not None
        names = part.turn.objectives
        anywhere = tuple(name for name in names if batch.live is None or name in batch.live)
        if total is not None and not total.requires_grad:
            part.look_back(total)  # says what is wrong
        self._look_back(total, _silent(measured, batch.own.live, anywhere))


def _silent(measured: Mapping[str, Any], live: Live, anywhere: Live) -> list[Tensor]:
    """What objectives compare of which something counts ``anywhere``, but nothing in the own part."""
    names = [name for name in measured if live is not None and name not in live]
    given = [each for name in names if anywhere is None or name in anywhere for each in measured[name][1:]]
    return [each for each in given if isinstance(each, Tensor) and each.requires_grad]

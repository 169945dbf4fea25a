"""One step from all samples of an epoch at once, for optimizers that look at them several times in a step."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from training.checkpoints.position import random_state, set_random_state
from training.loop.update import Update


class Interrupted(Exception):
    """A command came in the middle of a step, which is taken back whole."""


class FullBatch:
    """Steps of an optimizer that asks for the loss and its gradients again and again.

    Every time in a step it meets the same random numbers: else the loss were another function each time.
    """

    def __init__(self, update: Update, device: torch.device) -> None:
        self._update, self._device = update, device

    def step(self, loss: Callable[[bool], Tensor]) -> bool:
        """Take a step; false if ``loss`` was interrupted: then all is as it was before.

        ``loss`` goes through all samples, leaving gradients; it is told whether it does so for the first time.
        """
        update, random = self._update, random_state(self._device)
        before = deepcopy((update.module.state_dict(), update.optimizer.state_dict()))
        times = 0

        def closure() -> Tensor:
            nonlocal times
            times += 1
            set_random_state(random, self._device)
            return self._penalized(loss(times == 1))

        update.take_pace()
        epoch, norms = update.at.epoch + 1, update.norms
        measured = norms if norms and norms.due(epoch) else None
        if measured:
            measured.begin()
        try:
            closing: Any = closure  # as torch declares it, a closure gives a float
            update.optimizer.step(closing)
        except Interrupted:
            update.module.load_state_dict(before[0])
            update.optimizer.load_state_dict(before[1])
            set_random_state(random, self._device)
            update.clear()
            return False
        if measured:
            measured.look()
            measured.end(epoch, update.at.step)
        update.clear()
        update.average()
        return True

    def _penalized(self, total: Tensor) -> Tensor:
        penalty = self._update.penalty
        if penalty is None:
            return total
        penalty()
        return total + penalty.value()

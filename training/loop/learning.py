"""Learning from the samples of an epoch: a step for each batch or group of batches, or one for all of them."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import torch
from torch import Tensor

from training.checkpoints.position import Position
from training.data.augment.feed import Augmented
from training.data.feed import Feed
from training.errors import TrainingError
from training.loop.fullbatch import FullBatch, Interrupted
from training.loop.optimizers import NOTHING_TO_LEARN
from training.loop.recorder import Recorder
from training.loop.update import Update
from training.loop.watching import Watching
from training.methods.accumulation import Groups, Shares
from training.metrics.counting import Counting, Live
from training.metrics.metrics import Metrics, Result

CHECKED: tuple[str, ...] = ("cpu",)
"""The devices on which a look at each loss costs nothing; elsewhere the step would have to be waited for."""


class Learning:
    """Takes the steps of ``update`` and moves ``at``; ``interrupted`` heeds commands and says if one ends training.

    ``groups`` say which batches make one step together, ``None`` where each makes its own.
    """

    def __init__(
        self,
        update: Update,
        metrics: Metrics,
        counting: Counting,
        groups: Groups | None,
        feed: Feed | Augmented,
        at: Position,
        recorder: Recorder,
        interrupted: Callable[[], bool],
        watching: Watching | None = None,
    ) -> None:
        self._update, self._at = update, at
        self._metrics, self._counting, self._groups, self._feed = metrics, counting, groups, feed
        self._recorder, self._interrupted = recorder, interrupted
        self._loss = update.loss
        self._after_batch, self._noise = update.after_batch, update.noise
        self._watching = watching
        self.checked = CHECKED
        """On which devices each loss is looked at before the weights change by it."""

    def epoch(self, order: Tensor) -> bool:
        """Learn from the samples in this order, from where training has come to; false if stopped on the way."""
        live, shares = self._counted(order)
        for batch in self._feed.in_epoch(order, self._at.batch, self._at.epoch):
            place = self._at.batch
            if self._step(batch, live[place], shares[place] if shares else None):
                self._recorder.report(self._at.epoch + 1)
            if self._interrupted():
                return False
        return True

    def _counted(self, order: Tensor) -> tuple[list[Live], list[Shares] | None]:
        """For each batch the objectives of which something counts, and the share of each in its group."""
        size = self._feed.batch_size
        return self._counting.live(order, size), self._groups.shares(order, size) if self._groups else None

    def _step(self, batch: list[Tensor], live: Live, shares: Shares | None) -> bool:
        """Learn from a batch, of the objectives ``live`` if these are not all; whether it is time to report."""
        self._at.batch += 1
        self._at.step += 1
        if live == ():
            self._update.end_group()
            return self._recorder.skip()
        result, total = self._measured(batch, live, shares)
        if self._watching is not None and total.device.type in self.checked:
            self._check(float(total.detach()), batch, self._watching)
        self._after_batch()
        return self._recorder.add(self._metrics.measure(result), len(batch[0]))

    def _check(self, loss: float, batch: list[Tensor], watching: Watching) -> None:
        """End training with a loss that is not a finite number, with all that was measured sent before."""
        if not isfinite(loss):
            self._recorder.report(self._at.epoch + 1)
            raise watching.not_finite(loss, self._at.step, batch)

    def _measured(self, batch: list[Tensor], live: Live, shares: Shares | None) -> tuple[Result, Tensor]:
        """What a batch gives and the loss to learn from, whose gradients are added to those there are."""
        if self._noise:
            self._noise.add()
        result = self._loss(*batch)
        total = result[0] if live is None and shares is None else self._metrics.total(result[1], live, shares)
        if not total.requires_grad:
            raise TrainingError(NOTHING_TO_LEARN)
        total.backward()
        if self._noise:
            self._noise.remove()
        return result, total


class LearningAtOnce(Learning):
    """Takes one step from all samples of an epoch; one that is interrupted is taken back whole."""

    def epoch(self, order: Tensor) -> bool:
        step, counted = self._at.step, self._counted(order)
        if FullBatch(self._update, order.device).step(lambda first: self._loss_of(order, *counted, first)):
            return True
        self._at.batch, self._at.step = 0, step
        self._recorder.forget()
        return False

    def _loss_of(self, order: Tensor, live: list[Live], shares: list[Shares] | None, first: bool) -> Tensor:
        """The loss of all samples, with its gradients; the first time in a step it is recorded.

        Raises:
            Interrupted: training is to end.
        """
        self._update.clear()
        total = torch.zeros((), device=order.device)
        for place, batch in enumerate(self._feed.in_epoch(order, 0, self._at.epoch)):
            if live[place] != ():
                result, loss = self._measured(batch, live[place], shares[place] if shares else None)
                total += loss.detach()
            if first:
                self._record(len(batch[0]), None if live[place] == () else result)
            if self._interrupted():
                raise Interrupted
        return total

    def _record(self, samples: int, result: Result | None) -> None:
        self._at.batch += 1
        self._at.step += 1
        recorder = self._recorder
        due = recorder.skip() if result is None else recorder.add(self._metrics.measure(result), samples)
        if due:
            recorder.report(self._at.epoch + 1)

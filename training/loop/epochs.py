"""The training loop, plain because speed is what it exists for."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from training.checkpoints.checkpoint import save_best, save_last
from training.checkpoints.position import Position, pack
from training.data.feed import Feed, Split
from training.errors import TrainingError
from training.job.control import Control, Emit
from training.loop.optimizers import NOTHING_TO_LEARN
from training.loop.recorder import Recorder
from training.loop.stepper import Stepper
from training.metrics.counting import Counting, Live
from training.metrics.measure import measure
from training.metrics.metrics import Means, Metrics
from training.protocol import EpochEnded


class Loop:
    """Trains ``module`` from ``at`` on, leaving checkpoints in ``run``."""

    def __init__(
        self,
        module: nn.Module,
        optimizer: Optimizer,
        metrics: Metrics,
        counting: Counting,
        feed: Feed,
        split: Split,
        at: Position,
        run: Path,
        control: Control,
        emit: Emit,
        company: bool = False,
    ) -> None:
        self._module, self._optimizer = module, optimizer
        self._metrics, self._counting = metrics, counting
        self._feed, self._split, self._at = feed, split, at
        self._run, self._control, self._emit = run, control, emit
        self._loss: Any = module.loss
        self._company = company
        self._stepper = Stepper(optimizer, counting.varies)
        self._began = perf_counter()
        self._recorder = Recorder(emit, Means(metrics, at.sums, at.samples), at.step)

    def train(self, epochs: int) -> str:
        """Train until ``epochs`` epochs are done, or a command ends it: "completed" or "stopped".

        Raises:
            TrainingError: a loss was not a finite number; the last checkpoint is from before.
        """
        while self._at.epoch < epochs:
            if not self._epoch():
                self._recorder.report(self._at.epoch + 1)
                self._checkpoint()
                return "stopped"
        self._recorder.report(self._at.epoch)
        return "completed"

    def _epoch(self) -> bool:
        """Go through the training samples and validate; false if stopped on the way."""
        self._began = perf_counter()
        self._module.train()
        order = self._split.order(self._at.epoch)
        if self._interrupted():
            return False
        live = self._counting.live(order, self._feed.batch_size)
        for batch in self._feed.batches(order, self._at.batch):
            if self._step(batch, live[self._at.batch]):
                self._recorder.report(self._at.epoch + 1)
            if self._interrupted():
                return False
        self._recorder.drain()
        chosen, interrupted = self._split.validation, self._interrupted
        validation = measure(self._module, self._metrics, self._feed, chosen, interrupted, self._company)
        if self._control.stopped:
            return False
        self._end_epoch(validation, perf_counter() - self._began)
        return True

    def _step(self, batch: list[Tensor], live: Live) -> bool:
        """Learn from a batch, of the objectives ``live`` if these are not all; whether it is time to report."""
        self._at.batch += 1
        self._at.step += 1
        if live == ():
            return self._recorder.skip()
        result = self._loss(*batch)
        total = result[0] if live is None else self._metrics.total(result[1], live)
        if not total.requires_grad:
            raise TrainingError(NOTHING_TO_LEARN)
        total.backward()
        self._stepper.step()
        return self._recorder.add(self._metrics.measure(result), len(batch[0]))

    def _interrupted(self) -> bool:
        """Heed commands, with all that was measured sent before; true if one ends training."""
        if not self._control.pending():
            return False
        self._recorder.report(self._at.epoch + 1)
        began = perf_counter()
        stopped = self._control.heed(self._at.step)
        self._recorder.resume()
        self._began += perf_counter() - began
        return stopped

    def _end_epoch(self, validation: dict[str, float | None], seconds: float) -> None:
        at, training = self._at, self._recorder.means.figures()
        at.epoch, at.batch = at.epoch + 1, 0
        self._recorder.means = Means(self._metrics)
        loss = (validation or training)["loss"]
        best = loss is not None and (at.best is None or loss < at.best)
        if best:
            at.best = loss
            held = {f"validation_{name}": value for name, value in validation.items()}
            at.results = {"epoch": at.epoch, **training, **held}
            save_best(self._run, self._module)
        # Before the checkpoint: a run killed in between repeats the epoch and so has it once in its history.
        self._emit(EpochEnded(at.epoch, at.step, training, validation, round(seconds, 6), best))
        self._checkpoint()

    def _checkpoint(self) -> None:
        at, means = self._at, self._recorder.means
        at.sums, at.samples = means.packed(), means.samples
        save_last(self._run, self._module, pack(at, self._optimizer, self._split.validation.device), at.step)

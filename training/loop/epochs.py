"""The training loop, plain because speed is what it exists for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import torch
from torch import nn
from torch.optim import Optimizer

from compiler.to_python.source import Source
from graph.recipe.regularization import Averaging
from training.checkpoints.checkpoint import save_best, save_last
from training.checkpoints.position import Position, pack
from training.data.augment.feed import Augmented
from training.data.feed import Feed, Split
from training.job.control import Control
from training.loop.learning import Learning
from training.loop.recorder import Recorder
from training.loop.turns import learning_of
from training.loop.update import Update
from training.loop.watching import Watching
from training.memory import memory_held
from training.methods.accumulation import Groups
from training.methods.watch import Watch, best_epoch
from training.metrics.counting import Counting
from training.metrics.measure import measure
from training.metrics.metrics import Means, Metrics
from training.protocol import EpochEnded, Notice
from training.ranks.ranks import ALONE, Ranks
from training.shards.whole import Whole

ShareOut = Callable[[nn.Module, Source, torch.device, Optimizer, Averaging], Whole]


class Kinds(NamedTuple):
    """What takes the steps of several processes, and records them; for one process it follows from what is trained.

    ``share_out`` leaves this process a part of every weight, of the optimizer's state and of an average; none where it
    holds all.
    """

    recorder: type[Recorder] = Recorder
    learning: Callable[..., Learning] | None = None
    ranks: Ranks = ALONE
    share_out: ShareOut | None = None


class Loop:
    """Trains the module of ``update`` from ``at`` on, leaving checkpoints in ``run``.

    ``groups`` say which batches make one step together, ``None`` where each makes its own. Validation samples come from
    ``feed``, training samples from ``learns_from``. The best epoch is the one in which the figure to ``watch`` is best.
    Of several processes, which ``kinds`` tells of, the first writes.
    """

    def __init__(
        self,
        update: Update,
        metrics: Metrics,
        counting: Counting,
        groups: Groups | None,
        feed: Feed,
        learns_from: Feed | Augmented,
        split: Split,
        at: Position,
        run: Path,
        control: Control,
        *,
        watch: Watch,
        watching: Watching,
        company: bool = False,
        kinds: Kinds,
    ) -> None:
        self._module, self._update, self._metrics = update.module, update, metrics
        self._feed, self._split, self._at = feed, split, at
        self._run, self._control, self._emit, self._watching = run, control, watching.tell, watching
        self._watch, self._company = watch, company
        self.computing = update.computing
        self._began = perf_counter()
        memory = partial(memory_held, split.validation.device)
        means = Means(metrics, at.sums, at.samples)
        self._ranks = kinds.ranks
        self._recorder = kinds.recorder(watching.tell, means, at.step, watching.drain, update.rates, memory)
        kind = kinds.learning or learning_of(update)
        parts = (update, metrics, counting, groups, learns_from, at, self._recorder)
        self._learning = kind(*parts, self._interrupted, watching)

    def train(self, epochs: int, patience: int = 0) -> str:
        """Train until ``epochs`` epochs are done, or a command ends it: "completed" or "stopped".

        With a ``patience``, training is also done after so many epochs none of which was the best.

        Raises:
            TrainingError: a loss was not a finite number; the last checkpoint is from before.
        """
        while self._at.epoch < epochs and not self._out_of_patience(patience):
            if not self._epoch():
                self._recorder.report(self._at.epoch + 1)
                self._checkpoint()
                self._watching.finish()
                return "stopped"
        self._recorder.report(self._at.epoch)
        self._watching.finish()
        return "completed"

    def _out_of_patience(self, patience: int) -> bool:
        costs = self._at.costs
        best = best_epoch(costs)
        if not patience or len(costs) - best < patience:
            return False
        # The costs of a run that an older version began, or whose data changed, are those since then.
        which = f"; the best epoch is {best + self._at.epoch - len(costs)}" if best else ""
        self._emit(
            Notice(
                f"Training ended early, after epoch {self._at.epoch}: {self._watch.name} has not become better for "
                f"{patience} {'epoch' if patience == 1 else 'epochs'}{which}."
            )
        )
        return True

    def _epoch(self) -> bool:
        """Go through the training samples and validate; false if stopped on the way."""
        self._began = perf_counter()
        self._module.train()
        order = self._split.order(self._at.epoch)
        if self._interrupted():
            return False
        with self.computing.during():
            going = self._learning.epoch(order)
        if not going:
            return False
        self._recorder.drain()
        module, chosen, interrupted = self._update.evaluated, self._split.validation, self._interrupted
        parts = (module, self._metrics, self._feed, chosen, interrupted, self._company)
        validation = measure(*parts, ranks=self._ranks, in_step=self._update.holding.held is not None)
        if self._control.stopped:
            return False
        self._end_epoch(validation, perf_counter() - self._began)
        return True

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
        cost = self._watch.cost(training, validation, at.epoch)
        at.costs.append(cost)
        best = cost is not None and (at.best is None or cost < at.best)
        if best:
            at.best = cost
            held = {f"validation_{name}": value for name, value in validation.items()}
            at.results = {"epoch": at.epoch, **training, **held}
            weights = self._update.weights(evaluated=True) if self._saves else {}
            if self._ranks.first:
                save_best(self._run, weights)
            del weights  # put together whole, perhaps, as those of the checkpoint will be
        # Before the checkpoint: a run killed in between repeats the epoch and so has it once in its history.
        self._watching.drain()
        self._emit(EpochEnded(at.epoch, at.step, training, validation, round(seconds, 6), best))
        self._watching.look(self._feed, self._split, at.epoch, at.step)
        self._checkpoint()

    @property
    def _saves(self) -> bool:
        """Whether this process has something of what is saved."""
        return self._ranks.first or self._update.holding.held is not None

    def _checkpoint(self) -> None:
        if not self._saves:
            return
        at, means, update = self._at, self._recorder.means, self._update
        at.sums, at.samples = means.packed(), means.samples
        optimizer = update.holding.optimizer_state(update.optimizer)
        state = {**pack(at, optimizer, self._split.validation.device), **update.state()}
        weights = update.weights()
        if self._ranks.first:
            save_last(self._run, weights, state, at.step)

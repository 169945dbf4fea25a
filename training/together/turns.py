"""Parts that learn in turns, by several processes: each step of a turn is one that all take together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from graph.recipe.turns import Round, round_of, shortened
from training.loop.turns import Part as Turning, UpdateInTurns
from training.metrics.metrics import Measured
from training.together.learning import Batch, LearningTogether, Own


class _Found(NamedTuple):
    """What the own part of a batch gave for an objective: its part of the loss, and what tallies took."""

    loss: Tensor
    measured: Measured
    samples: int
    of: int


class TurnsTogether(LearningTogether):
    """Takes the steps of all turns in their order, round by round; training ends between two rounds.

    The figures of a step are those of the last step of each turn in the round, as for one process.
    """

    _update: UpdateInTurns

    def epoch(self, order: Tensor) -> bool:
        whole, count = round_of([part.turn for part in self._update.parts]), self._ranks.count
        live = self._counting.live(order, self._feed.batch_size)
        counts = [any(each != () for each in live[first : first + count]) for first in range(0, len(live), count)]
        begin, going = self._at.batch * len(whole), True
        batches = self._batches(order, begin)
        for first in range(begin, len(counts), len(whole)):
            taken = shortened(whole, len(counts) - first)
            going = self._take_round(taken, batches, any(counts[first : first + len(whole)]))
            if not going:
                break
        self._joint.settle(self._ranks)
        return going

    def _take_round(self, taken: Round, batches: Iterator[Batch], counts: bool) -> bool:
        """Take the steps of a round with all others; false if training is to end."""
        stop = self._control.ask(self._at.step)
        self._at.batch += 1
        self._at.step += 1
        if counts:
            self._update.take_pace()
        parts = {part.turn.name: part for part in self._update.parts}
        left = Counter(turn.name for each in taken for turn, steps in each for _ in range(steps))
        found: dict[str, _Found] = {}
        for place, each in enumerate(taken):
            batch = next(batches)
            for turn in (turn for turn, steps in each for _ in range(steps) if counts):
                left[turn.name] -= 1
                number = sum(left.values())
                shown = self._step_of(parts[turn.name], batch, found, (number, not left[turn.name], stop))
            if place + 1 < len(taken):
                self._joint.pass_by(batch.samples)
        own = batch.own_samples
        if not counts:
            self._share([], (None, None), max(own, 1), stop)
            self._joint.add_step(None, 0, [], 0)
        else:
            self._update.average()
            self._joint.add_step(shown, batch.samples, _weighed(found, batch.samples), own)
        if self._joint.due:
            self._recorder.report(self._at.epoch + 1)
        return not self._control.stopped

    def _step_of(self, part: Turning, batch: Batch, found: dict[str, _Found], step: tuple[int, bool, bool]) -> Tensor:
        """Take a step of a part with all others, perhaps the last in this round; the loss that is shown by then."""
        number, last, stop = step
        total = self._learned_in(part, batch, found, number, last)
        shown = [each.loss for each in found.values()]
        losses = (total, torch.stack(shown).sum() if shown else None)
        count = batch.own_samples
        told = self._share(part.parameters, losses, count, stop)
        self._look_at(told.loss)
        if total is not None or any(parameter.grad is not None for parameter in part.parameters):
            self._update.step_of(part, last)
        return told.shown

    def _learned_in(
        self, part: Turning, batch: Batch, found: dict[str, _Found], number: int, last: bool
    ) -> Tensor | None:
        """Learn in a turn from the own part of a batch: its share of the turn's loss, if anything in it counts."""
        if last:
            for name in part.turn.objectives:
                found.pop(name, None)
        own, names = batch.own, part.turn.objectives
        if own is None:
            return None
        _, measured = self._forward(part.loss, own.batch, 1 + number)
        counting = [name for name in names if own.live is None or name in own.live]
        total: Any = self._metrics.total(measured, counting, own.of_batch) if counting else None
        self._look_back_in(part, total, measured, batch)
        if self._noise:
            self._noise.remove()
        for name in counting if last else ():
            loss = self._metrics.total(measured, [name], own.of_batch).detach()
            taken = self._metrics.measure_of({name: measured[name]})
            found[name] = _Found(loss, taken, len(own.batch[0]), batch.samples)
        return None if total is None else total.detach()

    def _look_back_in(self, part: Turning, total: Tensor | None, measured: dict[str, Any], batch: Batch) -> None:
        """Give the weights of a turn the gradients of the own share of its loss."""
        if total is not None:
            part.look_back(total)


def _weighed(found: dict[str, _Found], samples: int) -> list[Own]:
    """What tallies took, each as if all of its batch had so many samples: those of the last batch of the round."""
    return [
        Own(place, numbers, each.samples * samples / each.of)
        for each in found.values()
        for place, numbers in each.measured
    ]

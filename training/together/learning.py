"""Steps that several processes take together: each learns from its part of a batch, and all have the sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from time import perf_counter
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm, _NormBase

from training.checkpoints.position import random_state
from training.errors import NotFiniteError, TrainingError
from training.job.control import Commands, Control, Emit
from training.loop.learning import Learning
from training.loop.optimizers import NOTHING_TO_LEARN
from training.loop.recorder import Recorder, diverged
from training.methods.accumulation import Shares
from training.metrics.counting import Live
from training.protocol import Notice, Number
from training.ranks.ranks import Ranks

_RANDOM = (
    "Layers of this drawing draw random numbers while it trains: {} processes draw others than one would, the same "
    "ones every time."
)
_APART = (
    "Batch normalization ({}) looks at the part of a batch that each of the {} processes has, so that the curve is "
    "not quite that of one process."
)


class JointControl(Control):
    """Commands reach the first process alone; what they come to reaches all with the sums of a step."""

    def __init__(self, commands: Commands, emit: Emit, ranks: Ranks) -> None:
        super().__init__(commands, emit)
        self._ranks = ranks

    def pending(self) -> bool:
        """Whether all have heard that the training is to end."""
        return self.stopped

    def heed(self, step: int) -> bool:
        return self.stopped

    def say(self, text: str) -> None:
        """Tell of something, where this is the first process."""
        self._emit(Notice(text))

    def ask(self, step: int) -> bool:
        """Heed the commands there are, through any pause; whether this process wants the training to end."""
        return self._ranks.first and super().heed(step)


class JointRecorder(Recorder):
    """Tells of the loss of each step as all processes have it; the figures of an epoch are put together at its end."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._totals: list[Tensor | None] = []
        self._own: list[Own] = []
        self._own_samples = 0

    def add_step(self, total: Tensor | None, samples: int, own: Sequence[Own], own_samples: int) -> None:
        """Take the loss of a step over all processes, ``None`` where nothing counted, and what the own part gave."""
        self._totals.append(total)
        self._counts.append(samples)
        self._own += own
        self._own_samples += own_samples

    @property
    def due(self) -> bool:
        """Whether it is time to report."""
        return perf_counter() >= self._next

    def drain(self) -> None:
        totals, self._totals = self._totals, []
        counts, self._counts = self._counts, []
        there = [total for total in totals if total is not None]
        known = iter(torch.stack(there).tolist() if there else [])
        for total, samples in zip(totals, counts, strict=True):
            self._step += 1
            self._samples += samples
            loss: Number = None if total is None else next(known)
            if loss is not None and not isfinite(loss):
                raise NotFiniteError(diverged(loss, self._step))
            self._losses.append(None if loss is None else float(f"{loss:.6g}"))

    def settle(self, ranks: Ranks) -> None:
        """Count in the means what all processes have measured since the last time."""
        own, self._own = self._own, []
        samples, self._own_samples = self._own_samples, 0
        fetched = iter(torch.stack([number for each in own for number in each.numbers]).tolist() if own else [])
        told = [(each.place, [next(fetched) for _ in each.numbers], each.samples) for each in own]
        for there, count in ranks.from_all((told, samples)):
            self.means.samples += count
            for place, numbers, weight in there:
                self.means.add_at(place, numbers, weight)


class Own(NamedTuple):
    """What the tally at a ``place`` took of a part, as if it were of so many ``samples``."""

    place: int
    numbers: list[Tensor]
    samples: float


class Part(NamedTuple):
    """The own part of a batch: what counts in it, and its shares of the step and of the batch."""

    batch: list[Tensor]
    live: Live
    shares: Shares
    of_batch: Shares


class Batch(NamedTuple):
    """The own part of a batch, if there is one, and of all of it the samples and the objectives in which something
    counts; ``own_samples`` are those of the own part that belong to the batch."""

    own: Part | None
    samples: int
    live: Live
    own_samples: int

    @property
    def counts(self) -> bool:
        """Whether anything in it counts."""
        return self.live != ()


class Told(NamedTuple):
    """What all know once they have told each other: the loss learned from and the one that is shown."""

    loss: Tensor
    shown: Tensor


class Team(NamedTuple):
    """Who takes steps together, what they heed, and the seed of what is random in their steps."""

    ranks: Ranks
    control: JointControl
    seed: int


class LearningTogether(Learning):
    """Takes steps with the sum of the gradients of all processes: each has its part of every batch."""

    def __init__(self, team: Team, *parts: Any) -> None:
        super().__init__(*parts)
        self._ranks, self._control, self._seed = team
        held = self._update.holding.held or dict(self._update.module.named_parameters())
        self._parameters = [parameter for parameter in held.values() if parameter.requires_grad]
        self._buffers: list[Tensor] | None = None
        self._looked_at: set[int] = set()  # whose losses were found to be random or not
        self._random = False

    def epoch(self, order: Tensor) -> bool:
        going = True
        for batch in self._batches(order, self._at.batch):
            going = self._take(batch)
            if not going:
                break
        self._joint.settle(self._ranks)
        return going

    def _batches(self, order: Tensor, begin: int) -> Iterator[Batch]:
        """The batches of an epoch from one on, each with the own part."""
        rank, count, size = self._ranks.rank, self._ranks.count, self._feed.batch_size
        if self._buffers is None:
            self._begin()
        live, shares = self._counted(order)
        assert shares is not None
        assert self._groups is not None
        of_batch = self._groups.shares(order, size, count)
        parts = torch.split(order, size)
        missing = self._in_place_of(parts) if -(-len(parts) // count) > len(parts[rank::count]) else []
        batches = self._feed.in_epoch(torch.cat([order[:0], *parts[rank::count], *missing]), begin, self._at.epoch)
        for first in range(begin * count, len(parts), count):
            mine, all_of_it = first + rank, slice(first, first + count)
            own, samples = None, 0
            if mine < len(parts):
                own, samples = Part(next(batches), live[mine], shares[mine], of_batch[mine]), len(parts[mine])
            elif missing:
                own = Part(next(batches), (), {}, {})
            yield Batch(own, sum(map(len, parts[all_of_it])), _anywhere(live[all_of_it]), samples)

    def _in_place_of(self, parts: Sequence[Tensor]) -> list[Tensor]:
        """What this process computes with where the last batch of an epoch has no part for it: nothing."""
        return []

    @property
    def _joint(self) -> JointRecorder:
        assert isinstance(self._recorder, JointRecorder)
        return self._recorder

    def _take(self, batch: Batch) -> bool:
        """Learn from a batch with all others; false if training is to end, which it does between two steps."""
        stop = self._control.ask(self._at.step)
        self._at.batch += 1
        self._at.step += 1
        whole, own = self._update.group_is_whole, batch.own
        total, shown, measured = (None, None, []) if own is None or not batch.counts else self._learned(own, batch.live)
        count = batch.own_samples
        told = self._share(self._parameters if whole else [], (total, shown), count, stop)
        self._look_at(told.loss)
        if batch.counts:
            self._after_batch()
        else:
            self._update.end_group()
        self._joint.add_step(told.shown if batch.counts else None, batch.samples, measured, count if measured else 0)
        if self._joint.due:
            self._recorder.report(self._at.epoch + 1)
        return not (self._control.stopped and whole)

    def _look_at(self, loss: Tensor) -> None:
        if loss.device.type in self.checked and not isfinite(value := float(loss)):
            self._recorder.report(self._at.epoch + 1)
            raise NotFiniteError(diverged(value, self._at.step))

    def _learned(self, own: Part, anywhere: Live) -> tuple[Tensor | None, Tensor | None, list[Own]]:
        """Learn from the own part: its shares of the loss of the step and of the batch, and what was measured.

        ``anywhere`` are the objectives in which something counts in the whole batch.
        """
        if own.live == ():
            return None, None, []
        result = self._forward(self._loss, own.batch)
        total: Any = self._metrics.total(result[1], own.live, own.shares)
        if not total.requires_grad:
            raise TrainingError(NOTHING_TO_LEARN)
        total.backward()
        if self._noise:
            self._noise.remove()
        return total.detach(), *self._found(own, result)

    def _found(self, own: Part, result: Any) -> tuple[Tensor, list[Own]]:
        """The share of the loss of a batch that the own part has, and what was measured."""
        count = len(own.batch[0])
        measured = [Own(place, numbers, count) for place, numbers in self._metrics.measure_of(result[1])]
        shown = self._metrics.total(result[1], own.live, own.of_batch)
        return shown.detach(), measured

    def _forward(self, loss: Any, batch: list[Tensor], turn: int = 0) -> Any:
        """What a loss gives for the own part; noise on weights is the same for all, which learn at one place."""
        if self._noise:
            self._draw(self._ranks.count, turn)
            self._noise.add()
        self._draw(self._ranks.rank, turn)
        if self._random or turn in self._looked_at:
            return loss(*batch)
        device = batch[0].device
        before = random_state(device)
        result = loss(*batch)
        self._looked_at.add(turn)
        self._random = any(not torch.equal(state, before[name]) for name, state in random_state(device).items())
        if self._random:
            self._control.say(_RANDOM.format(self._ranks.count))
        return result

    def _begin(self) -> None:
        """Find the statistics that move, not those of frozen layers; say which layers make the curve another one."""
        named = self._update.module.named_modules()
        moving = {name: layer for name, layer in named if isinstance(layer, _NormBase) and layer.training}
        self._buffers = [buffer for layer in moving.values() for buffer in layer.buffers()]
        found = [name for name, layer in moving.items() if isinstance(layer, _BatchNorm)]
        if found:
            rest = f" and {len(found) - 1} more" if len(found) > 1 else ""
            self._control.say(_APART.format(f"'{found[0]}'{rest}", self._ranks.count))

    def _draw(self, rank: int, turn: int = 0) -> None:
        """Have what is random follow from the seed, the step and the process: a run that is resumed goes on alike."""
        place = (self._seed * 1_000_003 + self._at.step) * 1_009 + rank
        torch.manual_seed((place + turn * 1_000_000_007_000_003) % 2**63)

    @torch.no_grad()
    def _share(
        self, parameters: Sequence[Tensor], losses: tuple[Tensor | None, Tensor | None], count: int, stop: bool
    ) -> Told:
        """Sum losses and the gradients of some parameters over all processes, and average statistics by samples.

        With it all learn whether training is to end. All of it goes in one message: for small networks a message takes
        longer than what is in it.
        """
        zero, buffers = torch.zeros((), device=self._parameters[0].device), self._buffers or []
        gradients = [zero.expand(p.numel()) if p.grad is None else p.grad.reshape(-1) for p in parameters]
        statistics = [buffer.reshape(-1).to(zero.dtype) * count for buffer in buffers]
        marks = [float(parameter.grad is not None) for parameter in parameters]
        words = torch.tensor([*marks, float(count), float(stop)], device=zero.device)
        shown = [zero if loss is None else loss for loss in losses]
        numbers = torch.cat([*gradients, *statistics, words, torch.stack(shown).to(zero.dtype)])
        self._ranks.add_up(numbers)
        sizes = [tensor.numel() for tensor in (*parameters, *buffers)]
        held, told = torch.split(numbers, [sum(sizes), len(words) + len(shown)])
        *seen, samples, stops = told[: len(words)].tolist()
        self._control.stopped = stops > 0
        parts = torch.split(held, sizes)
        for parameter, mark, part in zip(parameters, seen, parts, strict=False):
            parameter.grad = part.view_as(parameter) if mark else None
        for buffer, part in zip(buffers, parts[len(parameters) :], strict=True):
            mean = (part / samples).view_as(buffer)
            buffer.copy_(mean if buffer.is_floating_point() else mean.round())  # the number of batches is one of them
        return Told(told[-2], told[-1])


def _anywhere(live: Sequence[Live]) -> Live:
    """The objectives in which something counts in any of several parts."""
    known = [each for each in live if each is not None]
    return tuple(dict.fromkeys(name for each in known for name in each)) if len(known) == len(live) else None

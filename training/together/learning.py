"""Steps that several processes take together: each learns from its part of a batch, and all have the sum."""

from __future__ import annotations

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
from training.metrics.metrics import Row, values_of
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
        self._own: list[tuple[Row, int]] = []

    def add_step(self, total: Tensor | None, samples: int, row: Row | None, own: int) -> None:
        """Take the loss of a step over all processes, ``None`` where nothing counted, and the row of the own part."""
        self._totals.append(total)
        self._counts.append(samples)
        if row is not None:
            self._own.append((row, own))

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
        values = values_of([row for row, _ in own])
        for part in ranks.from_all([(value, samples) for value, (_, samples) in zip(values, own, strict=True)]):
            for value, samples in part:
                self.means.add(value, samples)


Own = tuple[list[Tensor], Live, Shares]


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
        module = self._update.module
        self._parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
        self._buffers: list[Tensor] = []
        self._sizes: list[int] = []
        self._known_random = False

    def epoch(self, order: Tensor) -> bool:
        rank, count = self._ranks.rank, self._ranks.count
        if not self._sizes:
            self._begin()
        live, shares = self._counted(order)
        assert shares is not None
        parts = torch.split(order, self._feed.batch_size)
        batches = self._feed.in_epoch(torch.cat([order[:0], *parts[rank::count]]), self._at.batch, self._at.epoch)
        going = True
        while going and (first := self._at.batch * count) < len(parts):
            mine = first + rank
            own = (next(batches), live[mine], shares[mine]) if mine < len(parts) else None
            going = self._take(own, sum(map(len, parts[first : first + count])))
        self._joint.settle(self._ranks)
        return going

    @property
    def _joint(self) -> JointRecorder:
        assert isinstance(self._recorder, JointRecorder)
        return self._recorder

    def _take(self, own: Own | None, samples: int) -> bool:
        """Take a step with all others; false if training is to end."""
        stop = self._control.ask(self._at.step)
        self._at.batch += 1
        self._at.step += 1
        row, total = (None, None) if own is None else self._learned(*own)
        count = 0 if own is None else len(own[0][0])
        loss, counted, self._control.stopped = self._share(total, count, stop)
        if loss.device.type in self.checked and not isfinite(value := float(loss)):
            self._recorder.report(self._at.epoch + 1)
            raise NotFiniteError(diverged(value, self._at.step))
        if counted:
            self._after_batch()
        self._joint.add_step(loss if counted else None, samples, row, count)
        if self._joint.due:
            self._recorder.report(self._at.epoch + 1)
        return not self._control.stopped

    def _learned(self, batch: list[Tensor], live: Live, shares: Shares) -> tuple[Row | None, Tensor | None]:
        """Learn from the own part; what was measured, and its share of the loss of all."""
        if live == ():
            return None, None
        if self._noise:  # the same for all, which learn at one place
            self._draw(self._ranks.count)
            self._noise.add()
        self._draw(self._ranks.rank)
        result = self._forward(batch)
        total: Any = self._metrics.total(result[1], live, shares)
        if not total.requires_grad:
            raise TrainingError(NOTHING_TO_LEARN)
        total.backward()
        if self._noise:
            self._noise.remove()
        return self._metrics.measure(result), total.detach()

    def _forward(self, batch: list[Tensor]) -> Any:
        if self._known_random:
            return self._loss(*batch)
        device = batch[0].device
        before = random_state(device)
        result = self._loss(*batch)
        self._known_random = True
        if any(not torch.equal(state, before[name]) for name, state in random_state(device).items()):
            self._control.say(_RANDOM.format(self._ranks.count))
        return result

    def _begin(self) -> None:
        """Find the statistics that move, not those of frozen layers; say which layers make the curve another one."""
        named = self._update.module.named_modules()
        moving = {name: layer for name, layer in named if isinstance(layer, _NormBase) and layer.training}
        self._buffers = [buffer for layer in moving.values() for buffer in layer.buffers()]
        self._sizes = [tensor.numel() for tensor in (*self._parameters, *self._buffers)]
        found = [name for name, layer in moving.items() if isinstance(layer, _BatchNorm)]
        if found:
            rest = f" and {len(found) - 1} more" if len(found) > 1 else ""
            self._control.say(_APART.format(f"'{found[0]}'{rest}", self._ranks.count))

    def _draw(self, rank: int) -> None:
        """Have what is random follow from the seed, the step and the process: a run that is resumed goes on alike."""
        torch.manual_seed(((self._seed * 1_000_003 + self._at.step) * 1_009 + rank) % 2**63)

    @torch.no_grad()
    def _share(self, total: Tensor | None, count: int, stop: bool) -> tuple[Tensor, bool, bool]:
        """Sum gradients over all processes, and average statistics by samples.

        Returns the loss of all, whether anything counted, and whether training is to end. All of it goes in one
        message: for small networks a message takes longer than what is in it.
        """
        zero = torch.zeros((), device=self._parameters[0].device)
        gradients = [zero.expand(p.numel()) if p.grad is None else p.grad.reshape(-1) for p in self._parameters]
        statistics = [buffer.reshape(-1).to(zero.dtype) * count for buffer in self._buffers]
        marks = [float(parameter.grad is not None) for parameter in self._parameters]
        words = torch.tensor([*marks, float(count), float(stop)], device=zero.device)
        numbers = torch.cat([*gradients, *statistics, words, (zero if total is None else total).reshape(1)])
        self._ranks.add_up(numbers)
        held, told = torch.split(numbers, [sum(self._sizes), len(words) + 1])
        *seen, samples, stops, _ = told.tolist()
        parts = torch.split(held, self._sizes)
        for parameter, mark, part in zip(self._parameters, seen, parts, strict=False):
            parameter.grad = part.view_as(parameter) if mark else None
        for buffer, part in zip(self._buffers, parts[len(self._parameters) :], strict=True):
            mean = (part / samples).view_as(buffer)
            buffer.copy_(mean if buffer.is_floating_point() else mean.round())  # the number of batches is one of them
        return told[-1], any(seen), stops > 0

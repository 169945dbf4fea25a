"""Which learning rates a drawing can be trained with: losses while the rate rises, then all is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import torch

from graph.recipe.schedules import Cosine, Figures
from graph.recipe.settings import TrainingSettings
from graph.storage.loom import loads
from training.checkpoints.position import Position
from training.data.places import locate
from training.data.samples import load_samples
from training.devices import choose_device
from training.errors import TrainingError
from training.job.control import Commands, Control, Emit
from training.job.failures import blaming
from training.loop.learning import Learning
from training.loop.prepare import Plan, Ready, assemble, trainable
from training.loop.recorder import Recorder
from training.loop.rundata import RunData
from training.loop.threads import threads_for
from training.metrics.metrics import Means
from training.protocol import Event, Notice, Number, Progress, RangeJob, RatesTried, Stage

STEPS, LOW, HIGH = 100, 1e-6, 10.0
_SMOOTH = 0.8  # share of the running mean that a step keeps
_TOO_MUCH = 4.0  # times the smallest loss, and no larger rate is tried


class _Rising(Cosine, frozen=True, kw_only=True):
    """From the lowest to the highest rate, as a factor on ``base``."""

    base: float = 1.0

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        return rate_of(step) / self.base


def rate_of(step: int) -> float:
    """The learning rate of a step, the first of which is 0."""
    return float(LOW * (HIGH / LOW) ** (step / (STEPS - 1)))


def try_rates(job: RangeJob, emit: Emit, commands: Commands) -> None:
    """Take steps with rising learning rates and tell what the loss was at each; nothing is kept of it.

    Raises:
        LayerloomError: the drawing or its data cannot be trained.
    """
    document = loads(job.document)
    source, settings = trainable(document), document.training
    if settings.turns:
        raise TrainingError("Each turn has a learning rate of its own, and one is tried; take the turns away for that.")
    device = choose_device(settings.device)
    random = [device] if device.type == "cuda" else []
    remedy = f"lower batch_size (now {settings.batch_size}), or make the layers or the data smaller"
    with blaming(source, remedy), threads_for(document, settings.batch_size), torch.random.fork_rng(random):
        place = locate(settings.data, job.folder)
        samples = load_samples(
            document,
            source,
            place,
            lambda text: emit(Notice(text)),
            stage=lambda what, done: emit(Stage(what, done)),
        )
        given = Path(job.start_from) if job.start_from else None
        plan = Plan(document, source, Path(), RunData(place.text(), samples, False), None, device, given)
        ready = assemble(plan, emit, _rising(settings))
        losses = _Trial(ready, Control(commands, emit)).losses()
    rates = [rate_of(step) for step in range(len(losses))]
    emit(RatesTried(rates, losses, suggested(rates, losses)))


def suggested(rates: Sequence[float], losses: Sequence[Number]) -> float | None:
    """A tenth of the rate at which the smoothed loss is smallest; none where it never falls."""
    smooth = _smoothed(losses)
    if not smooth or min(smooth) >= smooth[0]:
        return None
    best = rates[len(losses) - len(smooth) + smooth.index(min(smooth))]
    return float(f"{best / 10.0:.1g}")


def _rising(settings: TrainingSettings) -> TrainingSettings:
    rising = _Rising(base=settings.optimizer.learning_rate)
    return msgspec.structs.replace(settings, schedule=rising)


class _Trial:
    """The steps, one for each rate, until a command or a loss that has grown ends them."""

    def __init__(self, ready: Ready, control: Control) -> None:
        if ready.update.at_once:
            raise TrainingError("LBFGS searches for the size of its steps itself; try rates with another.")
        self._ready, self._control = ready, control
        self._at: Position = ready.update.at
        self._batches: list[Number] = []
        self._recorder = Recorder(self._take, Means(ready.metrics), 0)
        self._size = ready.groups.size if ready.groups else 1

    def losses(self) -> list[Number]:
        """The loss at each rate that was tried."""
        ready, at = self._ready, self._at
        parts = (ready.update, ready.metrics, ready.counting, ready.groups, ready.learns_from, at, self._recorder)
        learning = Learning(*parts, self._over)
        ready.update.module.train()
        try:
            while learning.epoch(ready.split.order(at.epoch)):
                at.epoch, at.batch = at.epoch + 1, 0
        except TrainingError:
            if not self._batches:
                raise
        return self._steps()

    def _take(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._batches += event.losses

    def _over(self) -> bool:
        """Whether the last rate was tried, or larger ones would lead nowhere."""
        self._recorder.report(self._at.epoch + 1)
        if self._control.pending() and self._control.heed(self._at.step):
            return True
        smooth = _smoothed(self._steps())
        grown = bool(smooth) and smooth[-1] > _TOO_MUCH * min(smooth) > 0.0
        return grown or self._step(len(self._batches)) >= STEPS

    def _step(self, batch: int) -> int:
        """The step in which a batch counts, both from 0 and over all epochs."""
        per_epoch = self._ready.update.batches
        return batch // per_epoch * -(-per_epoch // self._size) + batch % per_epoch // self._size

    def _steps(self) -> list[Number]:
        """The mean loss of the batches of each step."""
        found: dict[int, list[float]] = {}
        for batch, loss in enumerate(self._batches):
            found.setdefault(self._step(batch), []).extend([] if loss is None else [loss])
        return [sum(losses) / len(losses) if losses else None for _, losses in sorted(found.items())][:STEPS]


def _smoothed(losses: Sequence[Number]) -> list[float]:
    """A running mean of the losses, of those before where one is missing."""
    found: list[float] = []
    for loss in losses:
        before = found[-1] if found else loss
        if before is not None:
            found.append(before if loss is None else _SMOOTH * before + (1.0 - _SMOOTH) * loss)
    return found

"""How the learning rate changes over a training, named and described as in ``torch.optim.lr_scheduler``.

A schedule is a pure function of how far training has come, so that its curve can be drawn before any step is taken
and a run that is resumed goes on as if it had never stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, inf, pi
from typing import Annotated, ClassVar

from msgspec import Meta

from graph.recipe.part import Part

Figures = Sequence[float | None]
Gamma = Annotated[float, Meta(gt=0.0, le=1.0, description="factor on the learning rate each time")]
Epochs = Annotated[float, Meta(ge=0.0, le=1e6, description="epochs in which the learning rate rises")]
Start = Annotated[float, Meta(gt=0.0, le=1.0, description="share of the learning rate to begin with")]
Final = Annotated[float, Meta(ge=0.0, le=1.0, description="share of the learning rate to end with")]


class Schedule(Part, frozen=True, kw_only=True):
    """How the learning rate changes over a training; ``by_epoch`` if only from one epoch to the next."""

    by_epoch: ClassVar[bool] = False

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        """What the learning rate is multiplied with in a step, the first of which is 0.

        ``figures`` has what is watched at the end of each epoch until then: smaller is better, ``None`` is not finite.
        """
        raise NotImplementedError


class Constant(Schedule, frozen=True, kw_only=True):
    """Leave the learning rate as it is."""

    by_epoch = True

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        return 1.0


class Step(Schedule, frozen=True, kw_only=True):
    """Lower the learning rate by a factor every few epochs (StepLR)."""

    by_epoch = True
    step_size: Annotated[int, Meta(ge=1, le=1_000_000, description="epochs from one change to the next")] = 10
    gamma: Gamma = 0.1

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        return float(self.gamma ** (step // steps_per_epoch // self.step_size))


class MultiStep(Schedule, frozen=True, kw_only=True):
    """Lower the learning rate by a factor after the epochs that are listed (MultiStepLR)."""

    by_epoch = True
    milestones: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=1_000_000)], ...],
        Meta(max_length=1000, description="epochs after which the learning rate changes"),
    ] = (5, 8)
    gamma: Gamma = 0.1

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        done = step // steps_per_epoch
        return float(self.gamma ** sum(milestone <= done for milestone in self.milestones))


class Exponential(Schedule, frozen=True, kw_only=True):
    """Lower the learning rate by the same factor after every epoch (ExponentialLR)."""

    by_epoch = True
    gamma: Gamma = 0.9

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        return float(self.gamma ** (step // steps_per_epoch))


class Cosine(Schedule, frozen=True, kw_only=True):
    """Lower the learning rate from step to step along half a cosine (CosineAnnealingLR)."""

    final_factor: Final = 0.0

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        return _cosine(1.0, self.final_factor, _ratio(step, steps_per_epoch * epochs))


class Warmup(Schedule, frozen=True, kw_only=True):
    """Raise the learning rate in a straight line to its full size, and leave it there (LinearLR)."""

    warmup_epochs: Epochs = 1.0
    start_factor: Start = 0.01

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        rising = round(self.warmup_epochs * steps_per_epoch)
        return _line(self.start_factor, 1.0, _ratio(step, rising))


class WarmupCosine(Schedule, frozen=True, kw_only=True):
    """Raise the learning rate in a straight line, then lower it along half a cosine (LinearLR, CosineAnnealingLR)."""

    warmup_epochs: Epochs = 1.0
    start_factor: Start = 0.01
    final_factor: Final = 0.0

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        rising, total = round(self.warmup_epochs * steps_per_epoch), steps_per_epoch * epochs
        if step < rising:
            return _line(self.start_factor, 1.0, step / rising)
        return _cosine(1.0, self.final_factor, _ratio(step - rising, total - rising))


class OneCycle(Schedule, frozen=True, kw_only=True):
    """Raise the learning rate along a cosine, then lower it far below where it began (OneCycleLR, Smith 2018)."""

    pct_start: Annotated[float, Meta(gt=0.0, lt=1.0, description="share of the steps in which it rises")] = 0.3
    div_factor: Annotated[float, Meta(ge=1.0, le=1e6, description="how many times smaller it begins")] = 25.0
    final_div_factor: Annotated[
        float, Meta(ge=1.0, le=1e9, description="how many times smaller than at the beginning it ends")
    ] = 10_000.0

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        total = steps_per_epoch * epochs
        begin, peak = 1.0 / self.div_factor, self.pct_start * total - 1.0
        if step <= peak:
            return _cosine(begin, 1.0, step / peak if peak > 0.0 else 1.0)
        return _cosine(1.0, begin / self.final_div_factor, _ratio(step - peak, total - 1.0 - peak))


class Plateau(Schedule, frozen=True, kw_only=True):
    """Lower the learning rate when what is watched has stopped to improve (ReduceLROnPlateau)."""

    by_epoch = True
    plateau_factor: Annotated[float, Meta(gt=0.0, lt=1.0, description="factor on the learning rate each time")] = 0.1
    plateau_patience: Annotated[
        int, Meta(ge=0, le=1_000_000, description="epochs without a better one to let pass")
    ] = 10
    threshold: Annotated[float, Meta(ge=0.0, le=1.0, description="share by which a figure must be better")] = 1e-4
    cooldown: Annotated[int, Meta(ge=0, le=1_000_000, description="epochs after a change that do not count")] = 0
    min_factor: Annotated[float, Meta(ge=0.0, le=1.0, description="share of the learning rate to stay above")] = 0.0

    def factor(self, step: int, steps_per_epoch: int, epochs: int, figures: Figures = ()) -> float:
        best, bad, resting, factor = inf, 0, 0, 1.0
        for figure in figures:
            better = figure is not None and (best == inf or figure < best - self.threshold * abs(best))
            best = figure if better and figure is not None else best
            bad, resting = (0 if better or resting else bad + 1), max(0, resting - 1)
            if bad > self.plateau_patience:
                factor, bad, resting = max(factor * self.plateau_factor, self.min_factor), 0, self.cooldown
        return factor


def _ratio(done: float, total: float) -> float:
    return min(1.0, done / total) if total > 0 else 1.0


def _line(begin: float, end: float, share: float) -> float:
    return begin + (end - begin) * share


def _cosine(begin: float, end: float, share: float) -> float:
    return end + (begin - end) * (1.0 + cos(pi * share)) / 2.0

"""The search by Optuna, asked and told: its TPESampler and its pruners, over a journal in the sweep's folder."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.recipe.sweep.axis import Axis
from graph.recipe.sweep.search import TPE
from training.errors import SweepError
from training.protocol import Trial
from training.runs.sweeps.ledger import ENDED
from training.sweeps.space import Asked, Space, Values, key_of

if TYPE_CHECKING:
    import optuna

JOURNAL = "optuna.journal"
STUDY = "sweep"
# How often a suggestion that was tried before is told again, and another asked for.
_AGAIN = 50
_WARM_UP_EPOCHS = 1
log = logging.getLogger(__name__)


class TpeSearcher:
    """Suggestions from the trials so far: which, follows from the seed, the number of the trial and these."""

    def __init__(self, space: Space, search: TPE, seed: int, folder: Path) -> None:
        optuna = _optuna()
        self._optuna, self._space, self._search, self._seed = optuna, space, search, seed
        self.wanted = search.trials
        self._distributions = {
            axis.name: self._distribution(axis, whole) for axis, whole in zip(space.axes, space.whole, strict=True)
        }
        backend = optuna.storages.journal.JournalFileBackend(str(folder / JOURNAL))
        self._study = optuna.create_study(
            storage=optuna.storages.JournalStorage(backend),
            sampler=self._sampler(0),
            pruner=self._pruner(),
            study_name=STUDY,
            direction="minimize",
            load_if_exists=True,
        )

    def ask(self, trials: Mapping[int, Trial]) -> Asked | None:
        self._catch_up(trials)
        if len(trials) >= self.wanted:
            return None
        known = {key_of(trial.values): trial for trial in trials.values()}
        for attempt in range(_AGAIN):
            self._study.sampler = self._sampler(len(trials), attempt)
            asked = self._study.ask(self._distributions)
            values = self._values(asked.params)
            if (same := known.get(key_of(values))) is None:
                return Asked(values, asked.number)
            # Training it again would come to the same.
            self._end(asked.number, same)
        return None

    def tell(self, trial: Trial) -> None:
        if trial.asked is not None:
            self._end(trial.asked, trial)

    def ends_early(self, trial: Trial, epoch: int, cost: float) -> bool:
        if trial.asked is None or self._search.pruning == "none":
            return False
        frozen = self._study.trials[trial.asked]
        known = self._optuna.trial.Trial(self._study, frozen._trial_id)
        if epoch not in frozen.intermediate_values:
            known.report(cost, epoch)
        return bool(known.should_prune())

    def _catch_up(self, trials: Mapping[int, Trial]) -> None:
        """Tell what the ledger knows and Optuna does not: a process was killed between the two."""
        ours = {trial.asked: trial for trial in trials.values() if trial.asked is not None}
        for frozen in self._study.get_trials(deepcopy=False):
            if frozen.state.is_finished():
                continue
            trial = ours.get(frozen.number)
            if trial is None:  # it was asked for, and nobody has begun it
                self._study.tell(frozen.number, state=self._optuna.trial.TrialState.FAIL)
            elif trial.state in ENDED:
                self._end(frozen.number, trial)

    def _end(self, number: int, trial: Trial) -> None:
        state = self._optuna.trial.TrialState
        if trial.state == "complete" and trial.value is not None:
            self._study.tell(number, cost_of(trial))
        elif trial.state == "pruned":
            self._study.tell(number, state=state.PRUNED, skip_if_finished=True)
        else:
            self._study.tell(number, state=state.FAIL, skip_if_finished=True)

    def _distribution(self, axis: Axis, whole: bool) -> Any:
        kinds = self._optuna.distributions
        if axis.values:
            # By their places: numbers that rise are near to their neighbours, anything else to nothing.
            places = len(axis.values) - 1
            if all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values) and places:
                return kinds.IntDistribution(0, places)
            return kinds.CategoricalDistribution(tuple(range(len(axis.values))))
        if whole:
            return kinds.IntDistribution(int(axis.low or 0), int(axis.high or 0), log=axis.log)
        return kinds.FloatDistribution(float(axis.low or 0), float(axis.high or 0), log=axis.log)

    def _values(self, params: Mapping[str, Any]) -> Values:
        found = {}
        for axis in self._space.axes:
            ordered = sorted(axis.values) if _rises(axis) else axis.values
            found[axis.name] = ordered[params[axis.name]] if axis.values else params[axis.name]
        return found

    def _sampler(self, number: int, attempt: int = 0) -> optuna.samplers.BaseSampler:
        """A sampler for one trial, so that the next is the same after the process was killed."""
        seed = int(np.random.SeedSequence((self._seed, number, attempt)).generate_state(1)[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", self._optuna.exceptions.ExperimentalWarning)
            sampler: optuna.samplers.BaseSampler = self._optuna.samplers.TPESampler(
                n_startup_trials=self._search.startup,
                n_ei_candidates=24,
                multivariate=True,
                group=False,
                constant_liar=True,
                seed=seed,
            )
        return sampler

    def _pruner(self) -> optuna.pruners.BasePruner:
        pruners = self._optuna.pruners
        match self._search.pruning:
            case "median":
                made = pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=_WARM_UP_EPOCHS, interval_steps=1)
            case "halving":
                made = pruners.SuccessiveHalvingPruner(
                    min_resource=1, reduction_factor=3, min_early_stopping_rate=0, bootstrap_count=0
                )
            case _:
                made = pruners.NopPruner()
        found: optuna.pruners.BasePruner = made
        return found


def cost_of(trial: Trial) -> float:
    """What is to be small, of a trial that is complete."""
    assert trial.value is not None
    return -trial.value if trial.rises else trial.value


def _rises(axis: Axis) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values)


def _optuna() -> Any:
    try:
        import optuna
        import optuna.storages.journal
    except ImportError:
        raise SweepError(
            "The search TPE is done by Optuna, which is not installed; install it with "
            f"'{sys.executable} -m pip install \"layerloom[sweeps]\"', or take Random or Grid."
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna

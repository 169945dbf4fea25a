"""How much of what trials came to goes with each thing that was varied, by a random forest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph.recipe.sweep.axis import Axis
from training.protocol import Importance, Trial
from training.runs.sweeps.ledger import FEWEST_FOR_IMPORTANCE

_TREES, _SHUFFLES = 200, 10


def importance_of(axes: Sequence[Axis], trials: Mapping[int, Trial]) -> Importance | None:
    """Shares that add up to 1, or are all 0 where nothing matters; nothing for too few trials.

    A column of the trials is shuffled, and what the forest's error grows by counts for its axis (Breiman 2001). Trials
    that ended early or failed do not count: what they would have come to is not known.
    """
    done = [trial for trial in trials.values() if trial.state == "complete" and trial.value is not None]
    if len(done) < FEWEST_FOR_IMPORTANCE or not axes:
        return None
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance

    table = np.array([[_number(axis, trial.values[axis.name]) for axis in axes] for trial in done])
    values = np.array([trial.value for trial in done], dtype=float)
    if np.ptp(values) == 0:
        return Importance({axis.name: 0.0 for axis in axes}, 0.0, len(done))
    forest = RandomForestRegressor(_TREES, oob_score=True, random_state=0).fit(table, values)
    found = permutation_importance(forest, table, values, n_repeats=_SHUFFLES, random_state=0).importances_mean
    found = np.maximum(found, 0.0)
    shares = found / found.sum() if found.sum() > 0 else found
    named = {axis.name: float(share) for axis, share in zip(axes, shares, strict=True)}
    return Importance(named, float(forest.oob_score_), len(done))


def _number(axis: Axis, value: Any) -> float:
    """A value as a forest takes it: of a list its place in it, for trees ask only what is more and what is less."""
    if axis.values:
        places = [_plain(each) for each in axis.values]
        return float(places.index(_plain(value)))
    return float(value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

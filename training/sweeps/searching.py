"""Who says what is tried next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from graph.document import Document
from graph.recipe.sweep.counting import wanted
from graph.recipe.sweep.search import TPE, Grid
from training.protocol import Trial
from training.sweeps.space import Asked, Space, key_of


class Searcher(Protocol):
    """Says what is tried next, and hears what became of it; asked while it is our turn at the ledger."""

    wanted: int

    def ask(self, trials: Mapping[int, Trial]) -> Asked | None:
        """What the trial after these tries; nothing where there is nothing left to try."""

    def tell(self, trial: Trial) -> None:
        """Hear that a trial ended."""

    def ends_early(self, trial: Trial, epoch: int, cost: float) -> bool:
        """Hear what an epoch of a trial cost; whether it is not worth to go on."""


class GridSearcher:
    """Every combination in its order."""

    def __init__(self, space: Space, search: Grid) -> None:
        self._space, self._search = space, search
        self.wanted = wanted(search, space.axes, space.whole)

    def ask(self, trials: Mapping[int, Trial]) -> Asked | None:
        return Asked(self._space.combination(len(trials), self._search.points)) if len(trials) < self.wanted else None

    def tell(self, trial: Trial) -> None:
        pass

    def ends_early(self, trial: Trial, epoch: int, cost: float) -> bool:
        return False


class RandomSearcher(GridSearcher):
    """Combinations at random: which, follows from the seed and the number of the trial."""

    def __init__(self, space: Space, trials: int, seed: int) -> None:
        self._space, self._seed = space, seed
        size = space.size()
        self.wanted = trials if size is None else min(trials, size)

    def ask(self, trials: Mapping[int, Trial]) -> Asked | None:
        if len(trials) >= self.wanted:
            return None
        values = self._space.at_random(self._seed, len(trials), {key_of(trial.values) for trial in trials.values()})
        return None if values is None else Asked(values)


def searcher_for(document: Document, folder: Path) -> Searcher:
    """Who searches as the document's sweep says.

    Raises:
        SweepError: Optuna is asked for and not installed.
    """
    space, search = Space(document), document.sweep.search
    match search:
        case Grid():
            return GridSearcher(space, search)
        case TPE():
            from training.sweeps.tpe import TpeSearcher

            return TpeSearcher(space, search, document.sweep.search_seed, folder)
    return RandomSearcher(space, wanted(search, space.axes, space.whole), document.sweep.search_seed)

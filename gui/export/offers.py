"""What an export can take its weights from: the drawing's own runs first, then runs that may be of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graph.document import Document
from graph.errors import LayerloomError
from gui.workspace import Workspace
from training.runs.choices import Choice, choices
from training.runs.fitting import Fit, fit, tensors_of
from training.runs.origin import kindred_runs, own_runs
from training.runs.runs import read_document
from training.runs.tensors import stored_tensors


class Offers:
    """The weights offered for a document.

    ``own`` are those of its own runs, the latest run first; ``kindred`` those of runs whose drawing had its name and
    has no file: they may be of it, and are never taken unasked.
    """

    def __init__(self, workspace: Workspace, made: Iterable[Path]) -> None:
        self.document: Document = workspace.document
        self.tensors = tensors_of(self.document, "output")
        folders = workspace.runs_folders()
        own = own_runs(workspace.path, folders, made)
        kindred = [run for run in kindred_runs(self.document.name, folders) if run not in own]
        self.own, self.kindred = _choices(own), _choices(kindred)
        self._fits: dict[Path, Fit | str] = {}

    def best(self) -> Choice | None:
        """What to take if the user does not say: the best weights of the latest own run of which any fit."""
        firsts = [choice for choice in self.own if choice.which == "best"] + self.own
        return next((choice for choice in firsts if self.loads(choice)), None)

    def loads(self, choice: Choice) -> bool:
        """Whether any of these weights fit."""
        found = self.fit(choice)
        return isinstance(found, Fit) and bool(found.loaded)

    def fit(self, choice: Choice) -> Fit | str:
        """How weights fit what is exported of the drawing, or the sentence why they cannot be read."""
        if choice.path not in self._fits:
            self._fits[choice.path] = self._compare(choice)
        return self._fits[choice.path]

    def _compare(self, choice: Choice) -> Fit | str:
        try:
            trained = read_document(choice.run)
            return fit(self.document, trained, stored_tensors(choice.path)).only(self.tensors)
        except LayerloomError as error:
            return str(error)


def _choices(runs: Iterable[Path]) -> list[Choice]:
    found: list[Choice] = []
    for run in runs:
        try:
            found += choices(run)
        except LayerloomError:
            continue  # it cannot be read, so it cannot be offered; naming its folder says why
    return found

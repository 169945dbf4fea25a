"""The refusals of training: every message is the sentence the user reads."""

from __future__ import annotations

from graph.errors import LayerloomError


class TrainingError(LayerloomError):
    """A job that cannot go on; ``node`` is where in the drawing the fault lies, "" if nowhere."""

    def __init__(self, message: str, node: str = "") -> None:
        super().__init__(message)
        self.node = node


class DataError(TrainingError):
    """Data that cannot be read, or does not fit the drawing."""


class DataChangedError(DataError):
    """A run that would go on with other data than it was trained on; the user may want that."""

    code = "data_changed"


class NotFiniteError(TrainingError):
    """A loss that was not a finite number, known only after the weights had changed by it."""


class RunError(TrainingError):
    """A run directory that cannot be read, written or gone on with."""


class SweepError(TrainingError):
    """A sweep that cannot be carried out."""

"""A worker that judges a run and stays ready: other samples of it are shown at once."""

from __future__ import annotations

from gui.workers.asking import Asking
from training.protocol import ResultsShown


class ResultsReading(Asking):
    """Asked by ``ResultsJob`` for samples of a run."""

    answer = ResultsShown

"""How a few runs differ: in their settings, their figures and their drawings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from training.errors import RunError
from training.protocol import Number
from training.runs.runs import read_document
from training.runs.table.drawings import NodeDifference, drawing_differences
from training.runs.table.listing import differing
from training.runs.table.summary import RunSummary, summary_of


class Comparison(msgspec.Struct, frozen=True):
    """Runs beside each other; every list has an entry a run, in their order.

    ``settings`` has those that differ, ``figures`` those of the best epochs. ``drawings`` says how the drawing of
    each run differs from that of the first.
    """

    runs: list[RunSummary]
    settings: dict[str, list[Any]]
    figures: dict[str, list[Number]]
    drawings: list[list[NodeDifference]]


def compare(paths: Sequence[Path]) -> Comparison:
    """Compare two runs or more.

    Raises:
        RunError: one of them is not a run, its drawing cannot be read, or there are fewer than two.
    """
    if len(paths) < 2:
        raise RunError(f"To compare takes two runs or more, got {len(paths)}; give the folder of another run.")
    runs = [summary_of(path) for path in paths]
    drawings = [read_document(path) for path in paths]
    figures = dict.fromkeys(name for run in runs for name in run.figures)
    return Comparison(
        runs,
        {name: [run.settings.get(name) for run in runs] for name in differing(runs)},
        {name: [run.figures.get(name) for run in runs] for name in figures},
        [drawing_differences(drawings[0], drawing) for drawing in drawings],
    )

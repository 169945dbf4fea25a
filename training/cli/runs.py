"""Runs as the command line shows them: a table of many, and the differences of a few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from graph.fields import shorten
from training.errors import RunError
from training.runs.origin import RUNS
from training.runs.table.comparison import Comparison
from training.runs.table.listing import differing, runs_in_folders
from training.runs.table.summary import RunSummary

_GAP = "  "
_MOST_SETTINGS = 4
_NOTHING = "-"


def listed(folder: Path | None) -> list[RunSummary]:
    """The runs in a folder and in the ``runs`` in it; else those in the current one.

    Raises:
        RunError: there is no such folder.
    """
    home = Path() if folder is None else folder
    if not home.is_dir():
        raise RunError(f"{home} is not a folder; give the one that holds the runs.")
    return runs_in_folders([home, home / RUNS])


def runs_table(runs: Sequence[RunSummary]) -> str:
    """The runs as text, a line each: outcome, epochs, the figures of the best epoch, time, settings that differ."""
    if not runs:
        return "No runs.\n"
    figures = [name for name in ("validation loss", "validation accuracy", "loss", "accuracy") if _any(runs, name)][:2]
    settings = differing(runs)[:_MOST_SETTINGS]
    head = ["Run", "Outcome", "Epochs", *(name.capitalize() for name in figures), "Seconds", *settings]
    rows = [_row(run, figures, settings) for run in runs]
    return "\n".join(_aligned([head, *rows])) + "\n"


def comparison_text(found: Comparison) -> str:
    """The differences as text: a column a run, then the nodes that changed."""
    lines = list(_aligned([["Run", *(run.path.name for run in found.runs)], *_facts(found)]))
    if not found.settings:
        lines.append("The settings are the same.")
    for run, differences in list(zip(found.runs, found.drawings, strict=True))[1:]:
        lines.append("")
        if not differences:
            lines.append(f"The drawing of {run.path.name} is the same as that of {found.runs[0].path.name}.")
            continue
        lines.append(f"The drawing of {run.path.name}, as against that of {found.runs[0].path.name}:")
        lines += [f"  {each.node}: {each.how}, {each.what}" for each in differences]
    return "\n".join(lines) + "\n"


def runs_data(runs: Sequence[RunSummary]) -> str:
    """The runs as one JSON object."""
    return msgspec.json.encode({"runs": runs}, enc_hook=str).decode()


def comparison_data(found: Comparison) -> str:
    """The differences as one JSON object."""
    return msgspec.json.encode(found, enc_hook=str).decode()


def _facts(found: Comparison) -> Iterator[list[str]]:
    yield ["Outcome", *(run.outcome for run in found.runs)]
    yield ["Epochs", *(f"{run.epochs} of {run.of_epochs}" for run in found.runs)]
    yield ["Best epoch", *(_number(run.best_epoch) for run in found.runs)]
    yield ["Seconds", *(f"{run.seconds:.1f}" for run in found.runs)]
    yield ["Parameters", *(f"{run.parameters:,}" for run in found.runs)]
    for name, values in (*found.figures.items(), *found.settings.items()):
        yield [name, *map(_number, values)]


def _row(run: RunSummary, figures: Sequence[str], settings: Sequence[str]) -> list[str]:
    measured = [_number(run.figures.get(name)) for name in figures]
    chosen = [_number(run.settings.get(name)) for name in settings]
    return [run.path.name, run.outcome, f"{run.epochs} of {run.of_epochs}", *measured, f"{run.seconds:.1f}", *chosen]


def _any(runs: Sequence[RunSummary], figure: str) -> bool:
    return any(figure in run.figures for run in runs)


def _number(value: Any) -> str:
    if value is None or value == "":
        return _NOTHING
    return f"{value:.4g}" if isinstance(value, float) else shorten(value) if isinstance(value, str) else str(value)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

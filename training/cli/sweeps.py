"""The command ``sweep``: what it is asked, and what it prints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from graph.document import Document
from graph.edits.setting.sweeping import check_axis
from graph.errors import LayerloomError
from graph.fields import shorten
from graph.recipe.sweep.axis import read_axis
from graph.recipe.sweep.search import Grid
from graph.recipe.sweep.sweep import Sweep, override_sweep
from training.cli.reporter import Reporter, run_reported
from training.protocol import Event, Failed, Finished, Importance, Notice, SweepJob, Trial
from training.runs.sweeps.folder import read_importance, read_swept
from training.runs.sweeps.ledger import best_of, read_trials


def set_sweep(document: Document, over: Sequence[str], values: Mapping[str, Any]) -> None:
    """Have a document sweep as the command line says; what that leaves out is as the drawing says.

    Without a word on the search, a few lists alone are gone through as a grid, and ranges at random.

    Raises:
        ParameterError: something is wrong.
        LayerloomError: a number of trials is given for a grid, which has its own.
    """
    sweep = document.sweep
    if over:
        axes = [read_axis(text) for text in over]
        sweep = override_sweep(Sweep(search_seed=sweep.search_seed, parallel=sweep.parallel), {"over": axes})
        if "search" not in values and "trials" not in values and all(axis.values for axis in axes):
            sweep = override_sweep(sweep, {"search": "Grid"})
    sweep = override_sweep(sweep, {name: value for name, value in values.items() if name == "search"})
    if isinstance(sweep.search, Grid) and "trials" in values:
        raise LayerloomError("A grid tries every combination; leave out --trials, or take --search random or tpe.")
    sweep = override_sweep(sweep, {name: value for name, value in values.items() if name != "search"})
    with document.edit("Sweep"):
        document.set_setting("sweep", sweep)
    for axis in sweep.over:
        check_axis(document, axis)


class SweepReporter(Reporter):
    """Tells of trials, a line for each that ends."""

    def __init__(self, quiet: bool) -> None:
        super().__init__(quiet)
        self._lines = Console(stderr=True, quiet=quiet, markup=False, emoji=False)
        self._told: set[tuple[int, str]] = set()

    def __call__(self, event: Event) -> None:
        match event:
            case Trial():
                self._tell(event)
            case Importance():
                pass
            case Notice() | Finished() | Failed():
                super().__call__(event)

    def _tell(self, trial: Trial) -> None:
        if trial.state == "running" or (trial.number, trial.state) in self._told:
            return
        self._told.add((trial.number, trial.state))
        self._lines.print(line_of(trial), highlight=False, soft_wrap=True)


def run_sweep(job: SweepJob, *, as_json: bool) -> None:
    """Sweep, and print what came of it.

    Raises:
        LayerloomError: the sweep cannot be carried out.
    """
    outcome = run_reported(job, SweepReporter(as_json))
    folder = Path(job.sweep_dir)
    print(json.dumps(_data(folder, outcome)) if as_json else _text(folder, outcome))


def line_of(trial: Trial) -> str:
    """A trial in a line."""
    values = ", ".join(f"{name}={_written(value)}" for name, value in trial.values.items())
    if trial.state == "failed":
        return f"trial {trial.number:>3}  failed    {values}: {trial.message}"
    figure = "" if trial.value is None else f"  {trial.figure} {trial.value:.4g}"
    epoch = f"  epoch {trial.epoch} of {trial.epochs}" if trial.state in ("pruned", "waiting") else ""
    return f"trial {trial.number:>3}  {trial.state:<8}  {values}{figure}{epoch}"


def _text(folder: Path, outcome: Mapping[str, Any]) -> str:
    trials, found = read_trials(folder), read_importance(folder)
    words = {"pruned": "ended early", "failed": "failed", "waiting": "to be gone on with"}
    counts = {state: sum(trial.state == state for trial in trials.values()) for state in words}
    said = ", ".join(f"{count} {words[state]}" for state, count in counts.items() if count)
    lines = [f"{len(trials)} trial{'s' if len(trials) != 1 else ''}{f', {said}' if said else ''}."]
    if best := best_of(trials):
        lines.append(f"Best: {line_of(best).strip()}")
        lines.append(f"Its run is in {folder / best.run}")
    if found is not None:
        lines += _importance(found)
    if outcome.get("reason") == "stopped":
        lines.append(f"Stopped; go on with layerloom sweep --resume {folder}")
    return "\n".join([*lines, f"The sweep is in {folder}"])


def _importance(found: Importance) -> list[str]:
    shares = sorted(found.shares.items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {share:.0%}" for name, share in shares)
    foretold = f"explains {found.explained:.0%} of" if found.explained > 0 else "explains nothing of"
    return [f"Importance by a random forest, which {foretold} the variation among trials it was not shown: {said}."]


def _data(folder: Path, outcome: Mapping[str, Any]) -> dict[str, Any]:
    trials, found = read_trials(folder), read_importance(folder)
    best = best_of(trials)
    sweep = read_swept(folder).sweep
    return {
        "sweep": str(folder),
        "reason": outcome.get("reason"),
        "seconds": outcome.get("seconds"),
        "over": [{"text": axis.text(), "scale": "log" if axis.log else "linear"} for axis in sweep.over],
        "search": type(sweep.search).__name__,
        "trials": [_plain(folder, trial) for trial in trials.values()],
        "failed": sum(trial.state == "failed" for trial in trials.values()),
        "best": None if best is None else _plain(folder, best),
        "importance": None if found is None else {"method": "random forest", **_bare(found)},
    }


def _plain(folder: Path, trial: Trial) -> dict[str, Any]:
    hidden = ("owner", "asked")
    shown = {name: value for name, value in _bare(trial).items() if name not in hidden}
    return {**shown, "run": str(folder / trial.run)}


def _bare(event: Trial | Importance) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(event).items() if name != "type"}


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else shorten(value, 40)

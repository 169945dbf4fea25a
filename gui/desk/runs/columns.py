"""What the table of runs has in its columns: a text, and a value to sort by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gui.desk.wording import duration
from gui.widgets.text import shortened
from training.protocol import Number
from training.runs.table.listing import differing
from training.runs.table.summary import RunSummary

NONE = "-"
WAITING = "waiting"
_MOST_SETTINGS = 6
_MAX_CELL = 28


class Column(NamedTuple):
    """A heading, and what stands below it for a run: ``value`` sorts, ``text`` is read."""

    heading: str
    value: Callable[[RunSummary], Any]
    text: Callable[[RunSummary], str]


def columns(runs: Sequence[RunSummary]) -> list[Column]:
    """The columns of a table of these runs; the settings among them are those that differ."""
    return [
        Column("Run", lambda run: (run.began, run.path.name), lambda run: shortened(run.title)),
        *([Column("Tags", _tags, _tags)] if any(run.about.tags for run in runs) else []),
        Column(CURVE, best_loss, lambda _: ""),
        Column("Best loss", best_loss, lambda run: _number(best_loss(run))),
        Column("Best accuracy", best_accuracy, lambda run: _share(best_accuracy(run))),
        Column("Outcome", lambda run: run.outcome, lambda run: run.outcome),
        *(_setting(name) for name in differing(runs)[:_MOST_SETTINGS]),
        Column("Epochs", lambda run: run.epochs, lambda run: f"{run.epochs} of {run.of_epochs}"),
        Column("Time", lambda run: run.seconds, lambda run: NONE if run.outcome == WAITING else duration(run.seconds)),
    ]


CURVE = "Curve"


def best_loss(run: RunSummary) -> Number:
    """The loss of the best epoch, on held-back samples where there were any."""
    return run.figures.get("validation loss", run.figures.get("loss"))


def best_accuracy(run: RunSummary) -> Number:
    """The accuracy of the best epoch, on held-back samples where there were any; the first where there are several."""
    for start in ("validation accuracy", "accuracy"):
        found = next((value for name, value in run.figures.items() if name.startswith(start)), None)
        if found is not None:
            return found
    return None


def sorting_key(value: Any) -> tuple[int, Any]:
    """Something to sort mixed values by: numbers before text, and nothing at the end."""
    if value is None or value == "" or value != value:
        return 2, 0
    if isinstance(value, int | float):
        return 0, value
    return 1, value if isinstance(value, tuple) else str(value)


def matches(run: RunSummary, words: Sequence[str]) -> bool:
    """Whether all of these words are somewhere in a run: in its names, tags, note, outcome or settings."""
    if not words:
        return True
    settings = " ".join(f"{name}={value}" for name, value in run.settings.items())
    noted = f"{run.about.title} {_tags(run)} {run.about.note}"
    text = f"{run.path.name} {run.name} {run.outcome} {settings} {noted}".lower()
    return all(word in text for word in words)


def _tags(run: RunSummary) -> str:
    return ", ".join(run.about.tags)


def _setting(name: str) -> Column:
    return Column(
        name, lambda run: run.settings.get(name), lambda run: shortened(_plain(run.settings.get(name)), _MAX_CELL)
    )


def _plain(value: Any) -> str:
    if value is None or value == "":
        return NONE
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _number(value: Number) -> str:
    return NONE if value is None else f"{value:.4g}"


def _share(value: Number) -> str:
    return NONE if value is None else f"{value:.2%}"

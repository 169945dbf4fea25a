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
ACCURACY, HELD = "accuracy", "validation "
_MOST_SETTINGS, _MOST_ACCURACIES = 6, 4
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
        *map(_accuracy, accuracies(runs)),
        Column("Outcome", lambda run: run.outcome, lambda run: run.outcome),
        *(_setting(name) for name in differing(runs)[:_MOST_SETTINGS]),
        Column("Epochs", lambda run: run.epochs, lambda run: f"{run.epochs:,} of {run.of_epochs:,}"),
        Column("Time", lambda run: run.seconds, lambda run: NONE if run.outcome == WAITING else duration(run.seconds)),
    ]


CURVE = "Curve"


def best_loss(run: RunSummary) -> Number:
    """The loss of the best epoch, on held-back samples where there were any."""
    return run.figures.get(f"{HELD}loss", run.figures.get("loss"))


def accuracies(runs: Sequence[RunSummary]) -> list[str]:
    """The accuracies that were measured: one for each objective where there are several of them."""
    names = (name.removeprefix(HELD) for run in runs for name in run.figures)
    found = [*dict.fromkeys(name for name in names if name == ACCURACY or name.startswith(f"{ACCURACY}_"))]
    return found[:_MOST_ACCURACIES] or [ACCURACY]


def best_accuracy(run: RunSummary, name: str = ACCURACY) -> Number:
    """An accuracy of the best epoch, on held-back samples where there were any."""
    held = any(figure.startswith(HELD) for figure in run.figures)
    return run.figures.get(HELD + name if held else name)


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


def _accuracy(name: str) -> Column:
    of = name.removeprefix(f"{ACCURACY}_")
    heading = "Best accuracy" if name == ACCURACY else f"Best accuracy of {of}"
    return Column(heading, lambda run: best_accuracy(run, name), lambda run: _share(best_accuracy(run, name)))


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

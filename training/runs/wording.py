"""Where weights come from, in the words that the command line and the editor have in common."""

from __future__ import annotations

from collections.abc import Iterable

from training.protocol import Weights
from training.runs.choices import Choice, described
from training.runs.fitting import Fit

AGREES = "The exported model agrees with PyTorch"
FRESH = "Fresh, with random initial values"
RECOGNIZED = "Recognized by their place"
MOVED = "Found by name, but elsewhere in the drawing than in the run"
SHOWN = 6


def weights_used(choice: Choice, fit: Fit) -> Weights:
    """What is reported of weights that a run gave."""
    return Weights(
        fit.total,
        len(fit.loaded),
        str(choice.run),
        choice.which,
        choice.epoch,
        choice.figures,
        fit.fresh,
        fit.renamed,
        fit.left_over,
        fit.moved,
    )


def headline(weights: Weights) -> str:
    """The first thing to know of an export: that it agrees, or that it was not trained, or not all of it."""
    if weights.loaded == weights.total:
        return AGREES
    if not weights.loaded:
        return "Untrained (random) weights were exported"
    return f"Partly untrained: {count(len(weights.fresh), 'tensor')} of {weights.total} kept random initial weights"


def origin(weights: Weights) -> str:
    """Where weights come from: how many of a run, which of it, and how good those were."""
    if not weights.total:
        return "none: this drawing has no weights"
    if not weights.run:
        return f"fresh random weights in all {count(weights.total, 'tensor')}; nothing was trained"
    which = described(weights.which, weights.epoch, weights.figures)
    return f"{share(weights)} from {weights.run} ({which})"


def share(weights: Weights) -> str:
    """How much of the drawing comes from the run, as in "31 of 33 tensors"."""
    return f"{weights.loaded} of {count(weights.total, 'tensor')}"


def remarks(weights: Weights) -> list[str]:
    """What else is to be said of weights from a run: the tensors left fresh, those recognized, those not used."""
    if not weights.run:
        return []
    fresh = listed(f"{name} ({why})" for name, why in weights.fresh.items())
    renamed = listed(f"{name} (in the run {other})" for name, other in weights.renamed.items())
    said = [(FRESH, fresh), (RECOGNIZED, renamed), (MOVED, listed(weights.moved))]
    return [f"{what}: {names}." for what, names in said if names] + _idle(weights.left_over)


def _idle(names: list[str]) -> list[str]:
    return [f"Not used of the run: {listed(names)}."] if names else []


def listed(names: Iterable[str]) -> str:
    """Some names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more


def count(number: int, noun: str) -> str:
    """A number of things: "1 tensor", "33 tensors"."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"

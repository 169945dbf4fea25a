"""Whether a run can be gone on with, as it is drawn and set now."""

from __future__ import annotations

from pathlib import Path

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.flat import general_values
from graph.storage.loom import dumps, loads
from training.errors import RunError
from training.runs.runs import DOCUMENT, EVENTS, SETTINGS, read_document

_FIXED = ("scaling", "batch_size", "optimizer", "validation", "seed")


def check_new(run: Path) -> None:
    """Refuse to write over a run, or over a drawing of the user's.

    Raises:
        RunError: the directory holds one.
    """
    if (run / SETTINGS).exists() or (run / EVENTS).exists():
        raise RunError(f"{run} already holds a run; resume it, or choose another directory.")
    if (run / DOCUMENT).exists():
        raise RunError(f"{run} already holds a {DOCUMENT}, which the run would replace; choose another directory.")


def check_resumable(run: Path, document: Document) -> None:
    """Refuse to go on with a run whose checkpoint would mean something else now.

    Raises:
        RunError: there is no run, or the drawing or a setting its samples and their order follow from has changed.
    """
    before = read_document(run)
    for name in _FIXED:
        old, new = (general_values(settings)[name] for settings in (before.training, document.training))
        if old != new:
            raise RunError(f"{run} was trained with {name}={old}, not {new}; resume it with that, or start a new run.")
    if compile_source(before).text != compile_source(_placed_like(before, document)).text:
        raise RunError(f"The drawing has changed since {run} was trained; resume with the old one, or start a new run.")


def _placed_like(before: Document, document: Document) -> Document:
    """The drawing with its nodes where they were: moving one changes the order of arguments, not what is learnt."""
    placed = loads(dumps(document))
    with placed.edit("Places"):
        for key, graph in placed.graphs.items():
            known = before.graphs[key].nodes if key in before.graphs else {}
            graph.move({name: (known[name].x, known[name].y) for name in graph.nodes if name in known})
    return placed

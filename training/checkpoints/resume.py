"""Whether a run can be begun or gone on with, as it is drawn and set now, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.flat import general_values
from graph.recipe.part import own_fields
from graph.recipe.sources import Source
from graph.storage.atomic import reason
from graph.storage.loom import dumps, loads
from training.errors import RunError
from training.protocol import Finished, Started
from training.runs.choices import BEST, LAST
from training.runs.events import EVENTS
from training.runs.runs import DOCUMENT, SETTINGS, Run, read_document, read_run

_FIXED = (
    "scaling",
    "batch_size",
    "optimizer",
    "validation",
    "seed",
    "accumulation",
    "averaging",
    "class_weights",
    "monitor",
    "precision",
    "speedups",
)


def check_exists(run: Path) -> None:
    """Refuse to resume what is not there, before anything is made.

    Raises:
        RunError: there is no such directory.
    """
    try:
        if run.is_dir():
            return
        raise RunError(f"{run} is not a run: there is no such directory.")
    except OSError as error:
        raise RunError(f"{run} is not a run: {reason(error)}.") from None


def look_around(run: Path) -> tuple[None, list[str]]:
    """For a new run: nothing to go on from, and nothing to say.

    Raises:
        RunError: the directory holds a run, or a drawing of the user's, which would be written over.
    """
    if any((run / name).exists() for name in (SETTINGS, EVENTS, LAST, BEST)):
        raise RunError(f"{run} already holds a run; resume it, or choose another directory.")
    if (run / DOCUMENT).exists():
        raise RunError(f"{run} already holds a {DOCUMENT}, which the run would replace; choose another directory.")
    return None, []


def look_back(run: Path, document: Document) -> tuple[Run | None, list[str]]:
    """For a run that is resumed: what there is to go on from, if anything, and what there is to say.

    Raises:
        RunError: it cannot be gone on with.
    """
    if _learned_nothing(run):
        # What an epoch whose checkpoint was not written took for its best belongs to no training now.
        (run / BEST).unlink(missing_ok=True)
        return None, [
            f"{run} was killed before its first checkpoint, so nothing was learned yet: training starts over from "
            "the beginning."
        ]
    check_resumable(run, document)
    before = read_run(run)
    return before, [before.notice] if before.notice else []


def _learned_nothing(run: Path) -> bool:
    """Whether a run was killed before its first checkpoint; the best weights and the first epoch's end come before it.

    Raises:
        RunError: it has learned something, but its checkpoint is missing, or it cannot be read.
    """
    if (run / LAST).exists():
        return False
    if not any((run / name).exists() for name in (SETTINGS, EVENTS, BEST)):
        return True
    before = read_run(run)
    began = any(isinstance(event, Started) for event in before.events)
    ended = any(isinstance(event, Finished) for event in before.events)
    if ended or len(before.epochs) > 1 or ((run / BEST).exists() and not began):
        raise RunError(
            f"{run} cannot be resumed: it has finished epochs, but its checkpoint {LAST} is missing; put that file "
            "back, or start a new run."
        )
    return True


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
    if _turns(before) != _turns(document):
        raise RunError(f"{run} was trained with other turns; resume it with its own, or start a new run.")
    _check_options(run, before.training.data, document.training.data)
    if compile_source(before).text != compile_source(_placed_like(before, document)).text:
        raise RunError(f"The drawing has changed since {run} was trained; resume with the old one, or start a new run.")


def _turns(document: Document) -> list[tuple[object, ...]]:
    """What of the turns has to stay: all but the options of their optimizers."""
    turns = document.training.turns
    return [(turn.name, turn.nodes, turn.objectives, turn.steps, turn.fresh, type(turn.optimizer)) for turn in turns]


def _check_options(run: Path, before: Source, now: Source) -> None:
    """Refuse other options of the same data; whether its contents are the same is known once it is read."""
    for name in own_fields(type(before)) if type(before) is type(now) else ():
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            raise RunError(f"{run} was trained with {name}={old}, not {new}; resume it with that, or start a new run.")


def _placed_like(before: Document, document: Document) -> Document:
    """The drawing with its nodes where they were: moving one changes the order of arguments, not what is learnt."""
    placed = loads(dumps(document))
    with placed.edit("Places"):
        for key, graph in placed.graphs.items():
            known = before.graphs[key].nodes if key in before.graphs else {}
            graph.move({name: (known[name].x, known[name].y) for name in graph.nodes if name in known})
    return placed


def surroundings(before: Run, versions: dict[str, str], now: Started) -> Iterator[str]:
    """Sentences on what of a run's surroundings is another now, by which its results differ in their last digits.

    Runs of older versions do not say how many threads they had.
    """
    last = next((event for event in reversed(before.events) if isinstance(event, Started)), None)
    torch = before.settings.get("versions")
    torch = torch.get("torch") if isinstance(torch, dict) else None
    changed = []
    if last is not None and last.threads and last.threads != now.threads:
        changed.append(f"on {_cores(last.threads)} and goes on with {_cores(now.threads)}")
    if last is not None and last.processes != now.processes:
        changed.append(f"by {_processes(last.processes)} and goes on with {_processes(now.processes)}")
    if last is not None and last.sharded != now.sharded:
        changed.append(
            "shared out over processes and goes on whole" if last.sharded else "whole and goes on shared out"
        )
    if last is not None and last.device != now.device:
        changed.append(f"on {last.device} and goes on with {now.device}")
    if last is not None and last.computing != now.computing:
        changed.append(f"{_ways(last.computing)} and goes on {_ways(now.computing)}")
    if torch is not None and torch != versions["torch"]:
        changed.append(f"by PyTorch {torch} and goes on with {versions['torch']}")
    for change in changed:
        yield f"So far this run was trained {change}: results may differ in their last digits from those of one piece."


def _ways(words: list[str]) -> str:
    return f"with {' and '.join(words)}" if words else "without ways that make it faster"


def _processes(count: int) -> str:
    return "1 process" if count == 1 else f"{count} processes"


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"

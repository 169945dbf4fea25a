"""Which weights an export takes where the command line names none, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.atomic import reason
from training.protocol import Weights
from training.runs.lock import LOCK
from training.runs.origin import kindred_runs, own_runs, usual_folders
from training.runs.runs import DOCUMENT
from training.runs.wording import AGREES, headline, origin, remarks

FRESH = "fresh"


def run_of(file: Path, weights: str) -> Path | None:
    """The run whose weights to export: the one named, the run given, or the drawing's latest; none for fresh ones.

    Raises:
        LayerloomError: what is named is not a run.
    """
    if weights == FRESH:
        return None
    if weights or is_folder(file):
        run = Path(weights) if weights else file
        document_of(run)
        return run
    return next(iter(own_runs(file, usual_folders(file))), None)


def document_of(run: Path) -> Path:
    """The drawing in a run.

    Raises:
        LayerloomError: there is none.
    """
    if _answer(Path.exists, run / DOCUMENT):
        return run / DOCUMENT
    if _answer(Path.exists, run / LOCK):
        raise LayerloomError(
            f"{run} was killed before its drawing was written, so nothing is lost: train the drawing again with "
            f"--run-dir {run}."
        )
    raise LayerloomError(f"{run} is not a run: it has no {DOCUMENT}.")


def is_folder(path: Path) -> bool:
    """Whether a path is that of a folder.

    Raises:
        LayerloomError: the system cannot say.
    """
    return _answer(Path.is_dir, path)


def _answer(question: Callable[[Path], bool], path: Path) -> bool:
    try:
        return question(path)
    except OSError as error:  # the name is too long, say
        raise LayerloomError(f"{path} cannot be read: {reason(error)}.") from None


def without_run(file: Path, document: Document) -> str:
    """Why a drawing was exported with fresh weights though nobody asked for them, and what helps."""
    said = f"{file} has no run of its own beside it or in runs; train it, or name a run with --weights"
    alike = kindred_runs(document.name, usual_folders(file))
    return f"{said}, such as {alike[0]}, whose drawing has the same name." if alike else f"{said}."


def as_data(report: dict[str, Any], notice: str) -> dict[str, Any]:
    """The report as JSON gives it: with its headline, and the notice if there is one."""
    return {"headline": headline(_weights(report)), **report} | ({"notice": notice} if notice else {})


def as_lines(report: dict[str, Any], notice: str) -> list[str]:
    """The report as text: the headline first where it is not that all is well."""
    weights = _weights(report)
    first = headline(weights)
    lines = [] if first == AGREES else [f"{first}."]
    difference = f"largest difference to PyTorch {report['max_abs_diff']:.3g}"
    lines.append(f"{report['path']}: ONNX opset {report['opset']}, {difference}")
    return [*lines, *report["notices"], f"Weights: {origin(weights)}", *remarks(weights), *([notice] if notice else [])]


def _weights(report: dict[str, Any]) -> Weights:
    return msgspec.convert(report["weights"], Weights)

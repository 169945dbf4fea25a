"""The folder of a sweep: the drawing as it was swept, where its data starts, and a run for every trial."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.atomic import reason, write_atomically
from graph.storage.loom import load
from training.errors import RunError
from training.protocol import Importance, read_event
from training.runs.origin import written_as
from training.runs.runs import new_run_dir

SWEPT = "sweep.loom"
ORIGIN = "sweep.json"
TRIALS = "trials.jsonl"
IMPORTANCE = "importance.json"
_MAX_ORIGIN = 2**20
_SUFFIX = "sweep"


class Origin(msgspec.Struct, frozen=True):
    """The drawing's file, and where relative paths to data start; both from the sweep's folder, "" for none."""

    drawing: str = ""
    folder: str = ""


def new_sweep_dir(root: str | Path, name: str, now: datetime | None = None) -> Path:
    """Make an empty directory ``<timestamp>-<name>-sweep`` under ``root``.

    Raises:
        RunError: it cannot be made.
    """
    return new_run_dir(root, f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')[:33]} {_SUFFIX}", now)


def is_sweep(path: Path) -> bool:
    """Whether a directory holds a sweep."""
    return (path / SWEPT).is_file()


def begin_sweep(path: Path, document: str, drawing: str, folder: str) -> None:
    """Write down what is about to be swept.

    Raises:
        RunError: the directory holds a sweep or a run already, or cannot be made.
        FileError: a file cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "no directory can have that name"
        raise RunError(f"The directory {path} of the sweep cannot be made: {why}.") from None
    if any(path.iterdir()):
        raise RunError(f"{path} is not empty; resume the sweep that is there, or choose another directory.")
    start = folder or str(Path.cwd())
    origin = Origin(written_as(Path(drawing), path) if drawing else "", written_as(Path(start), path))
    write_atomically(path / ORIGIN, msgspec.json.encode(origin) + b"\n", follow=False)
    # Last: a directory with this file is a sweep.
    write_atomically(path / SWEPT, document.encode(), follow=False)


def read_swept(path: Path) -> Document:
    """The drawing as it was swept, with its sweep.

    Raises:
        RunError: the directory holds no sweep, or it cannot be read.
    """
    try:
        return load(path / SWEPT)
    except LayerloomError as error:
        raise RunError(f"{path} is not a sweep: {error}") from None


def read_origin(path: Path) -> tuple[str, str]:
    """The drawing's file, "" for none, and the folder in which relative paths to data start.

    Raises:
        RunError: it cannot be read.
    """
    try:
        with (path / ORIGIN).open("rb") as file:
            found = msgspec.json.decode(file.read(_MAX_ORIGIN), type=Origin)
    except OSError as error:
        raise RunError(f"{path} is not a sweep: its {ORIGIN} cannot be read ({reason(error)}).") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise RunError(f"{path} is not a sweep: its {ORIGIN} is damaged.") from None
    return tuple(str((path.resolve() / text).resolve()) if text else "" for text in (found.drawing, found.folder))  # type: ignore[return-value]


def remember_drawing(path: Path, drawing: Path) -> None:
    """Have a sweep know the file of its drawing, if that had none when it began.

    Raises:
        RunError: the sweep cannot be read.
        FileError: it cannot be written.
    """
    known, folder = read_origin(path)
    if not known:
        origin = Origin(written_as(drawing, path), written_as(Path(folder), path) if folder else "")
        write_atomically(path / ORIGIN, msgspec.json.encode(origin) + b"\n", follow=False)


def sweeps_in(folders: list[Path], drawing: Path | None = None) -> list[Path]:
    """The sweeps in folders, the latest first; with a ``drawing``, those of its file alone."""
    found = {path.resolve(): None for folder in folders if folder.is_dir() for path in folder.iterdir()}
    sweeps = [path for path in found if is_sweep(path)]
    if drawing is not None:
        sweeps = [path for path in sweeps if _drawing_of(path) == str(drawing.resolve())]
    return sorted(sweeps, key=lambda path: path.name, reverse=True)


def keep_importance(path: Path, importance: Importance) -> None:
    """Write down what a forest has found, beside the trials it has found it in.

    Raises:
        FileError: it cannot be written.
    """
    write_atomically(path / IMPORTANCE, msgspec.json.encode(importance) + b"\n", follow=False)


def read_importance(path: Path) -> Importance | None:
    """What a forest has found last; nothing where it was not asked yet, or that cannot be read."""
    try:
        found = read_event((path / IMPORTANCE).read_bytes())
    except (OSError, LayerloomError):
        return None
    return found if isinstance(found, Importance) else None


def _drawing_of(path: Path) -> str:
    try:
        return read_origin(path)[0]
    except RunError:
        return ""

"""Which drawing a run is of, and the runs that are a drawing's own.

A run remembers the file of its drawing relative to itself, so that a folder with both can be moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from graph.storage.atomic import write_atomically
from training.errors import RunError
from training.runs.choices import FILES
from training.runs.runs import SETTINGS, read_settings

DRAWING = "drawing"
STARTED_FROM = "started_from"
RUNS = "runs"


def runs_folder(drawing: Path) -> Path:
    """Where the editor keeps the runs of a drawing: beside its file."""
    return drawing.parent / RUNS


def usual_folders(drawing: Path) -> list[Path]:
    """Where runs of a drawing may be: beside its file, and in the working folder, where the command line puts them."""
    folders = [runs_folder(drawing), drawing.parent, Path.cwd() / RUNS]
    return list({folder.resolve(): None for folder in folders})


def written_as(path: Path | None, run: Path) -> str:
    """How a run's settings name the file of its drawing, or another run; "" for none, or one that is not text."""
    if path is None or str(path) != str(path).encode(errors="replace").decode():
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), run.resolve())).as_posix()
    except ValueError:  # on another drive
        return str(path.resolve())


def drawing_of(run: Path) -> Path | None:
    """The file whose drawing was trained, as far as the run remembers it."""
    text = _settings(run).get(DRAWING)
    return (run.resolve() / text).resolve() if isinstance(text, str) and text else None


def started_from(run: Path) -> Path | None:
    """The run whose weights this one began with; none where they were fresh."""
    text = _settings(run).get(STARTED_FROM)
    return (run.resolve() / text).resolve() if isinstance(text, str) and text else None


def name_of(run: Path) -> str:
    """What the trained drawing was called."""
    return str(_settings(run).get("name", ""))


def remember_drawing(run: Path, drawing: Path) -> None:
    """Have a run whose drawing had no file know the one it has got since.

    Raises:
        FileError: the run's settings cannot be written.
    """
    settings = _settings(run)
    if settings and not settings.get(DRAWING):
        text = msgspec.json.encode({**settings, DRAWING: written_as(drawing, run)})
        write_atomically(run / SETTINGS, msgspec.json.format(text, indent=2) + b"\n", follow=False)


def runs_in(folders: Iterable[Path]) -> list[Path]:
    """The runs that have weights, the one that learned last first; what cannot be read is passed over."""
    found = {path.resolve(): None for folder in folders for path in _entries(folder) if (path / SETTINGS).is_file()}
    return _latest_first(run for run in found if _learned(run))


def own_runs(drawing: Path | None, folders: Iterable[Path], made: Iterable[Path] = ()) -> list[Path]:
    """The runs of the drawing in a file, and those ``made`` of it anyway, the one that learned last first."""
    own = {run.resolve(): None for run in made if _learned(run)}
    if drawing is not None:
        own |= {run: None for run in runs_in(folders) if drawing_of(run) == drawing.resolve()}
    return _latest_first(own)


def kindred_runs(name: str, folders: Iterable[Path]) -> list[Path]:
    """Runs that may be of a drawing called ``name``: it was called so, and has no file or one that is gone."""
    return [run for run in runs_in(folders) if name_of(run) == name and not _has_drawing(run)]


def _latest_first(runs: Iterable[Path]) -> list[Path]:
    return sorted(runs, key=lambda run: (_learned(run), run.name), reverse=True)


def _has_drawing(run: Path) -> bool:
    drawing = drawing_of(run)
    return drawing is not None and drawing.exists()


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _learned(run: Path) -> float:
    """When weights were last written into a run; 0 for one that has none."""
    times = [(run / name).stat().st_mtime for name in FILES.values() if (run / name).is_file()]
    return max(times, default=0.0)


def _settings(run: Path) -> dict[str, Any]:
    try:
        return read_settings(run)
    except RunError:
        return {}

"""The runs in folders, the latest first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.errors import RunError
from training.runs.origin import drawing_of
from training.runs.runs import SETTINGS
from training.runs.table.summary import RunSummary, summary_of


def runs_in_folders(folders: Iterable[Path], drawing: Path | None = None) -> list[RunSummary]:
    """The runs in these folders, of the drawing in a file or of all; what is not a run is passed over."""
    wanted = str(drawing.resolve()) if drawing is not None else None
    places = dict.fromkeys(folder.resolve() for folder in folders)
    found = [summary for folder in places for summary in _in_folder(folder)]
    own = found if wanted is None else [summary for summary in found if _drawing(summary) == wanted]
    return sorted(own, key=lambda summary: (summary.began, summary.path.name), reverse=True)


def _in_folder(folder: Path) -> Iterator[RunSummary]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return
    for name in names:
        run = folder / name
        if (run / SETTINGS).is_file():
            try:
                yield summary_of(run)
            except RunError:
                continue


def _drawing(summary: RunSummary) -> str | None:
    """The file whose drawing was trained; links are followed only where there are some, for that takes long."""
    if not summary.drawing:
        return None
    path = Path(os.path.normpath(summary.path / summary.drawing))
    return str(drawing_of(summary.path)) if summary.path.is_symlink() or path.is_symlink() else str(path)


def differing(summaries: Iterable[RunSummary]) -> list[str]:
    """The settings in which these runs are not all alike."""
    every = [summary.settings for summary in summaries]
    names = dict.fromkeys(name for settings in every for name in settings)
    return [name for name in names if any(each.get(name) != every[0].get(name) for each in every)]

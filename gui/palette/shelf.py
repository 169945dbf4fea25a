"""Where the library of blocks is: those that come along, and the user's own in the folder of the user's data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from graph.edits.shelf.library import SUFFIX

READY = Path(__file__).resolve().parent.parent.parent / "examples" / "blocks"


def own_folder() -> Path:
    """Where the user's blocks are kept."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)) / "blocks"


def files() -> list[str]:
    """The files of blocks: the ready ones, then the user's, each by name."""
    return [str(path) for folder in (READY, own_folder()) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def is_own(path: str) -> bool:
    """Whether a file is one of the user's blocks."""
    return Path(path).parent == own_folder()

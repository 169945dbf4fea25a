"""What the editor remembers between sessions: recent files, the window's place, the theme.

One JSON file of ours in the user's configuration folder, read as a drawing is: as data alone. An entry that is wrong
counts as not there, and so does the file if it is damaged; nothing in it keeps the editor from starting.
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from PySide6.QtCore import QByteArray, QStandardPaths
from PySide6.QtWidgets import QMainWindow

from graph.errors import FileError
from graph.storage.atomic import write_atomically

MAX_RECENT = 10
MAX_BYTES = 2**20
Width = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
# What every entry must be; one that is not named here stays in the file and is of no concern.
KINDS: dict[str, Any] = {
    "theme": Literal["light", "dark", "system"],
    "recent": list[str],
    "sides": Annotated[list[Width], msgspec.Meta(min_length=2, max_length=2)],
    "geometry": str,
    "docks": str,
}


def file() -> Path:
    """The file with the preferences; it can be read, moved and deleted."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(place) / "layerloom" / "preferences.json"


def recent_files() -> list[str]:
    """The files opened or saved last that still exist, newest first."""
    return [path for path in _entry("recent", []) if _exists(path)][:MAX_RECENT]


def add_recent(path: str | Path) -> None:
    """Put a file in front of the recent ones."""
    text = str(Path(path).resolve())
    others = [other for other in recent_files() if other != text]
    _remember(recent=[text, *others][:MAX_RECENT])


def forget_recent() -> None:
    """Empty the list of recent files."""
    _remember(recent=[])


def theme_name() -> str:
    """The chosen theme: "light", "dark" or "system"."""
    return str(_entry("theme", "system"))


def set_theme_name(name: str) -> None:
    """Remember the chosen theme."""
    _remember(theme=name)


def save_window(window: QMainWindow, sides: Sequence[int]) -> None:
    """Remember where the window and its docks are, and how wide the user wants those at the sides."""
    geometry, docks = (_text(bytes(state.data())) for state in (window.saveGeometry(), window.saveState()))
    _remember(sides=list(sides), geometry=geometry, docks=docks)


def restore_window(window: QMainWindow) -> bool:
    """Put the window and its docks where they were; whether anything was remembered."""
    geometry, docks = _state("geometry"), _state("docks")
    return bool(geometry and docks) and window.restoreGeometry(geometry) and window.restoreState(docks)


def side_widths() -> list[int]:
    """How wide the user wants the docks at the sides; nothing if they never said."""
    return list(_entry("sides", []))


def _entry(name: str, default: Any) -> Any:
    """An entry of the file, the default where it is not there or is not what it must be."""
    try:
        return msgspec.convert(_entries()[name], KINDS[name])
    except (KeyError, msgspec.ValidationError):
        return default


def _entries() -> dict[str, Any]:
    """The file as it is now, also by the hand of another window; nothing where it is damaged."""
    path = file()
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(**entries: object) -> None:
    path = file()
    text = json.dumps({**_entries(), **entries}, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())
    except (OSError, FileError) as error:
        # No reason to stop anyone in their work, but whoever looks for it shall find it.
        print(f"Layerloom's preferences are not kept: {error}", file=sys.stderr)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # names no system takes, such as one with a null character
        return False


def _state(name: str) -> QByteArray:
    """A state of Qt's own; what is wrong with it inside, Qt refuses."""
    try:
        return QByteArray(base64.b64decode(_entry(name, ""), validate=True))
    except (binascii.Error, ValueError):
        return QByteArray()


def _text(state: bytes) -> str:
    return base64.b64encode(state).decode()

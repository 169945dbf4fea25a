"""What the editor remembers between sessions: recent files, the window's place, the theme.

One JSON file of ours in the user's configuration folder, read as a drawing is: as data alone. An entry that is wrong
counts as not there, and so does the file if it is damaged; nothing in it keeps the editor from starting.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from PySide6.QtCore import QStandardPaths

from graph.errors import FileError
from graph.storage.atomic import write_atomically

MAX_RECENT = 10
MAX_BYTES = 2**20
Length = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Area = Literal["left", "right", "top", "bottom"]
ShortText = Annotated[str, msgspec.Meta(max_length=60)]
Position = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]


class WindowPlace(msgspec.Struct, frozen=True):
    """Where the window is on the screen, in pixels, and whether its toolbar is shown."""

    x: Position
    y: Position
    width: Length
    height: Length
    maximized: bool = False
    toolbar: bool = True


class DockPlace(msgspec.Struct, frozen=True):
    """Where a dock is: docks of one area and group are tabs of one another, ``front`` is the one of them in view."""

    name: str
    area: Area
    group: Length = 0
    shown: bool = True
    front: bool = False
    width: Length = 0
    height: Length = 0


# What every entry must be; one that is not named here stays in the file and is of no concern.
KINDS: dict[str, Any] = {
    "theme": Literal["light", "dark", "system"],
    "recent": list[str],
    "recent_data": list[str],
    "sides": Annotated[list[Length], msgspec.Meta(min_length=2, max_length=2)],
    "window": WindowPlace,
    "docks": list[DockPlace],
    "workspace": str,
    "minimap": bool,
    "restores": bool,
    "open": list[str],
    "motion": bool,
    "toured": bool,
    "figure": ShortText,
    "folders": Annotated[dict[ShortText, str], msgspec.Meta(max_length=50)],
    "keys": Annotated[
        dict[ShortText, Annotated[list[ShortText], msgspec.Meta(max_length=8)]], msgspec.Meta(max_length=500)
    ],
}


def file() -> Path:
    """The file with the preferences; it can be read, moved and deleted."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(place) / "layerloom" / "preferences.json"


def listed_files() -> list[str]:
    """The files opened or saved last, newest first, also those that are no more where they were."""
    return [path for path in _entry("recent", []) if _is_path(path)][:MAX_RECENT]


def recent_files() -> list[str]:
    """The files opened or saved last that still exist, newest first."""
    return [path for path in listed_files() if _exists(path)]


def add_recent(path: str | Path) -> None:
    """Put a file in front of the recent ones."""
    text = str(Path(path).resolve())
    _remember(recent=[text, *(other for other in listed_files() if other != text)][:MAX_RECENT])


def forget_file(path: str) -> None:
    """Take a file off the list of recent files."""
    _remember(recent=[other for other in listed_files() if other != path])


def forget_recent() -> None:
    """Empty the list of recent files."""
    _remember(recent=[])


def recent_data() -> list[str]:
    """The files and folders with data chosen last that still exist, newest first."""
    return [path for path in _entry("recent_data", []) if _exists(path)][:MAX_RECENT]


def add_recent_data(path: str) -> None:
    """Put a file or folder with data in front of those chosen before."""
    _remember(recent_data=[path, *(other for other in recent_data() if other != path)][:MAX_RECENT])


def theme_name() -> str:
    """The chosen theme: "light", "dark" or "system"."""
    return str(_entry("theme", "system"))


def set_theme_name(name: str) -> None:
    """Remember the chosen theme."""
    _remember(theme=name)


def keys() -> dict[str, list[str]]:
    """The keys that the user has given to commands, by their ids."""
    return dict(_entry("keys", {}))


def set_keys(keys: dict[str, list[str]]) -> None:
    """Remember the keys that the user has given to commands."""
    _remember(keys=keys)


def minimap() -> bool:
    """Whether the map of the drawing is shown."""
    return bool(_entry("minimap", False))


def set_minimap(shown: bool) -> None:
    """Remember whether the map of the drawing is shown."""
    _remember(minimap=shown)


def folder(of: str) -> str:
    """Where files of a kind were opened or saved last, "" where that is not known or there no more."""
    path = str(_entry("folders", {}).get(of, ""))
    return path if path and _exists(path) else ""


def set_folder(of: str, path: str | Path) -> None:
    """Remember where a file of a kind was opened or saved."""
    known = dict(_entry("folders", {}))
    _remember(folders={**known, of: str(Path(path).resolve().parent)})


def restores() -> bool:
    """Whether the drawings that were open are opened again at the start."""
    return bool(_entry("restores", False))


def set_restores(on: bool) -> None:
    """Remember whether the drawings that were open are opened again."""
    _remember(restores=on)


def open_files() -> list[str]:
    """The files that were open last and still exist, the one in front last."""
    return [path for path in _entry("open", []) if _is_path(path) and _exists(path)]


def set_open_files(paths: Sequence[str]) -> None:
    """Remember which files are open."""
    if list(paths) != _entry("open", []):
        _remember(open=list(paths))


def motion() -> bool:
    """Whether nodes glide to where a layout puts them."""
    return bool(_entry("motion", True))


def set_motion(on: bool) -> None:
    """Remember whether nodes glide to where a layout puts them."""
    _remember(motion=on)


def toured() -> bool:
    """Whether the tour of the window was seen, or skipped."""
    return bool(_entry("toured", False))


def set_toured(seen: bool) -> None:
    """Remember whether the tour was seen."""
    _remember(toured=seen)


def figure() -> str:
    """What the second chart of a training shows, if anything was chosen."""
    return str(_entry("figure", ""))


def set_figure(name: str) -> None:
    """Keep what the second chart shows."""
    _remember(figure=name)


def save_window(place: WindowPlace, docks: Sequence[DockPlace], sides: Sequence[int]) -> None:
    """Remember where the window and its docks are, and how wide the user wants those at the sides."""
    _remember(window=msgspec.to_builtins(place), docks=msgspec.to_builtins(docks), sides=list(sides))


def window_place() -> WindowPlace | None:
    """Where the window was; nothing if it was never closed."""
    place: WindowPlace | None = _entry("window", None)
    return place


def dock_places() -> list[DockPlace]:
    """Where the docks were, in their order; nothing if the window was never closed."""
    return list(_entry("docks", []))


def side_widths() -> list[int]:
    """How wide the user wants the docks at the sides; nothing if they never said."""
    return list(_entry("sides", []))


def workspace() -> str:
    """The workspace that was in front, "" if that was never said."""
    return str(_entry("workspace", ""))


def set_workspace(name: str) -> None:
    """Remember the workspace in front."""
    _remember(workspace=name)


def _entry(name: str, default: Any) -> Any:
    """An entry of the file, the default where it is not there or is not what it must be."""
    try:
        return msgspec.convert(_entries()[name], KINDS[name])
    except (KeyError, ValueError, msgspec.ValidationError):  # of text that no encoding takes, a ValueError
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


def _is_path(path: str) -> bool:
    """Whether a system could have a file of this name."""
    try:
        return bool(path) and b"\0" not in os.fsencode(path)
    except ValueError:
        return False

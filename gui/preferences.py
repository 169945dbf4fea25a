"""What the editor remembers between sessions: recent files, the window's place, the theme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

MAX_RECENT = 10


def store() -> QSettings:
    """The settings file; an INI file on every system, so that it can be read and moved."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Layerloom", "Layerloom")


def recent_files() -> list[str]:
    """The files opened or saved last that still exist, newest first."""
    value = store().value("recent", [])
    paths = value if isinstance(value, list) else [value]
    return [path for path in paths if isinstance(path, str) and Path(path).exists()]


def add_recent(path: str | Path) -> None:
    """Put a file in front of the recent ones."""
    text = str(Path(path).resolve())
    others = [other for other in recent_files() if other != text]
    store().setValue("recent", [text, *others][:MAX_RECENT])


def forget_recent() -> None:
    """Empty the list of recent files."""
    store().remove("recent")


def theme_name() -> str:
    """The chosen theme: "light", "dark" or "system"."""
    name = str(store().value("theme", "system"))
    return name if name in ("light", "dark", "system") else "system"


def set_theme_name(name: str) -> None:
    """Remember the chosen theme."""
    store().setValue("theme", name)


def save_window(window: QMainWindow, sides: Sequence[int]) -> None:
    """Remember where the window and its docks are, and how wide the user wants those at the sides."""
    store().setValue("sides", [str(width) for width in sides])
    store().setValue("geometry", window.saveGeometry())
    store().setValue("docks", window.saveState())


def restore_window(window: QMainWindow) -> bool:
    """Put the window and its docks where they were; whether anything was remembered."""
    geometry, docks = store().value("geometry"), store().value("docks")
    if not isinstance(geometry, QByteArray) or not isinstance(docks, QByteArray):
        return False
    return window.restoreGeometry(geometry) and window.restoreState(docks)


def side_widths() -> list[int]:
    """How wide the user wants the docks at the sides; nothing if they never said."""
    value = store().value("sides")
    numbers = value if isinstance(value, list) else []
    return [int(item) for item in numbers] if len(numbers) == 2 and all(map(str.isdecimal, numbers)) else []

"""Where a user's settings and caches are kept, on each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def settings_folder() -> Path:
    """Where what a user has decided is kept."""
    return _folder("APPDATA", "AppData/Roaming", "Library/Application Support", "XDG_CONFIG_HOME", ".config")


def cache_folder() -> Path:
    """Where what can be made anew is kept for this user."""
    return _folder("LOCALAPPDATA", "AppData/Local", "Library/Caches", "XDG_CACHE_HOME", ".cache")


def _folder(windows: str, on_windows: str, on_mac: str, elsewhere: str, on_linux: str) -> Path:
    if sys.platform == "win32":
        base = os.environ.get(windows) or str(Path.home() / on_windows)
    elif sys.platform == "darwin":
        base = str(Path.home() / on_mac)
    else:
        base = os.environ.get(elsewhere) or str(Path.home() / on_linux)
    return Path(base) / "layerloom"

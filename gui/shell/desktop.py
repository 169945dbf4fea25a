"""Layerloom in the desktop's menu, and .loom files that open with it, as freedesktop.org describes both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from graph.errors import FileError
from graph.storage.atomic import reason, write_atomically

LOGO = Path(__file__).resolve().parent.parent / "theme" / "art" / "layerloom.svg"
_ENTRY = """[Desktop Entry]
Type=Application
Name=Layerloom
GenericName=Neural network editor
Comment=Draw neural networks, train them and export them
Exec={command} %F
Icon=layerloom
Terminal=false
Categories=Science;Education;Development;
MimeType=application/x-layerloom;
StartupWMClass=layerloom
Keywords=neural;network;deep learning;PyTorch;ONNX;
"""
_MIME = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-layerloom">
    <comment>Layerloom drawing</comment>
    <sub-class-of type="application/json"/>
    <icon name="layerloom"/>
    <glob pattern="*.loom"/>
  </mime-type>
</mime-info>
"""
_UPDATES = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))


def install(home: Path | None = None) -> list[Path]:
    """Write the menu entry, the icon and the file type for the user; the files that were written.

    Raises:
        FileError: this is not a desktop that reads such files, or one cannot be written.
    """
    return _each(home, write=True)


def remove(home: Path | None = None) -> list[Path]:
    """Take them away again; the files that were there.

    Raises:
        FileError: one cannot be removed.
    """
    return _each(home, write=False)


def _each(home: Path | None, *, write: bool) -> list[Path]:
    if sys.platform in ("win32", "darwin"):
        raise FileError("Menu entries of this kind are for Linux desktops; here, open .loom files with layerloom once.")
    base = home or Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    files = {
        base / "applications" / "layerloom.desktop": _ENTRY.format(command=_command()).encode(),
        base / "mime" / "packages" / "layerloom.xml": _MIME.encode(),
        base / "icons" / "hicolor" / "scalable" / "apps" / "layerloom.svg": LOGO.read_bytes(),
    }
    done = []
    for path, content in files.items():
        try:
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, content)
            elif path.exists():
                path.unlink()
            else:
                continue
        except OSError as error:
            raise FileError(f"{path} cannot be {'written' if write else 'removed'}: {reason(error)}.") from None
        done.append(path)
    for program, folder in _UPDATES if done else ():
        if shutil.which(program) and (base / folder).is_dir():
            subprocess.run([program, str(base / folder)], check=False, capture_output=True)
    return done


def _command() -> str:
    """How the desktop starts this very Layerloom, quoted as its entries are."""
    script = Path(sys.executable).parent / "layerloom"
    parts = [str(script)] if script.exists() else [sys.executable, "-m", "layerloom"]
    return " ".join(_quoted(part) for part in parts)


def _quoted(part: str) -> str:
    escaped = "".join(f"\\\\{letter}" if letter in '"`$\\' else letter for letter in part).replace("%", "%%")
    return f'"{escaped}"' if any(letter in part for letter in " \t\"'\\><~|&;$*?#()`%") else escaped

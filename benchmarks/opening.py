"""From choosing an example to its drawing painted in the window, with inspector, problems and figures up to date."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from gui.commands.files import examples_dir
from gui.window import MainWindow

LIMIT = 0.5


def seconds(window: MainWindow, path: Path) -> float:
    """How long it takes to open a drawing for the first time."""
    began = perf_counter()
    window.files.load(path, as_copy=True)
    window.canvas.viewport().repaint()
    QApplication.processEvents()
    return perf_counter() - began


def rows() -> list[dict[str, Any]]:
    """Every example, against the limit."""
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        window = MainWindow()
        window.show()
        app.processEvents()
        found = [(path.stem, seconds(window, path)) for path in sorted(examples_dir().glob("*.loom"))]
        window.workers.close()
        window.close()
    return [
        {"what": f"open {name}", "value": round(value, 3), "limit": LIMIT, "unit": "s", "ok": value <= LIMIT}
        for name, value in found
    ]


if __name__ == "__main__":
    for row in rows():
        verdict = "ok" if row["ok"] else "MISSED"
        print(f"{row['what']:62} {row['value']:8.3f} {row['unit']:3} limit {row['limit']:g}  {verdict}")

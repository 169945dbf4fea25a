"""Drawings in the tabs of a window: turning from one of 1,000 nodes to another, opening, and what tabs leave behind.

Processor time, in the editor's process. ``python -m benchmarks.tabs 1000`` opens and closes as many.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from benchmarks.large import residual
from gui.commands.files import examples_dir
from gui.window import MainWindow

NODES, TURNS = 1_000, 11
TURN_S, OPEN_S, GROWTH = 0.1, 0.5, 0.05
# Opened and closed: until the caches are full, and then.
FIRST, MORE = 30, 60


def _resident() -> float:
    """The memory of this process, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _settle() -> None:
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def turns(window: MainWindow, folder: Path) -> float:
    """The time from one tab of 1,000 nodes to another, painted, in seconds."""
    for name in ("one", "two"):
        path = folder / f"{name}.loom"
        path.write_text(residual(NODES))
        window.opening.open_path(path)
        window.canvas.lay_out()
        window.workspace.document.mark_saved()  # else the window would ask about it at its end
        window.canvas.frame_all()
        _settle()
    spent = []
    for _ in range(TURNS):
        began = process_time()
        window.sessions.step(1)
        window.canvas.viewport().repaint()
        QApplication.processEvents()
        spent.append(process_time() - began)
    return median(spent)


def opens(window: MainWindow, times: int) -> float:
    """Open an example in a tab and close it, so many times; the time of an opening, painted, in seconds."""
    spent = []
    for _ in range(times):
        began = process_time()
        window.opening.open_example(examples_dir() / "lenet5.loom")
        window.canvas.viewport().repaint()
        QApplication.processEvents()
        spent.append(process_time() - began)
        window.opening.close(window.sessions.front)
        _settle()
    return median(spent)


def rows(more: int = MORE) -> list[dict[str, Any]]:
    """Turning, opening, and the growth of memory, against their limits."""
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        window = MainWindow()
        window.show()
        app.processEvents()
        turned = turns(window, Path(folder))
        opened = opens(window, FIRST)
        gc.collect()
        before = _resident()
        opens(window, more)
        gc.collect()
        grown = _resident() / before - 1
        window.workers.close()
        window.close()
    return [
        _row(f"turn to a tab of {NODES:,} nodes", turned, TURN_S, "s"),
        _row("open LeNet-5 in a tab", opened, OPEN_S, "s"),
        _row(f"memory grown by {more:,} tabs opened and closed", grown, GROWTH, ""),
    ]


def _row(what: str, value: float, limit: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 4), "limit": limit, "unit": unit, "ok": value <= limit}


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else MORE):
        verdict = "ok" if row["ok"] else "MISSED"
        print(f"{row['what']:62} {row['value']:8.3f} {row['unit']:3} limit {row['limit']:g}  {verdict}")

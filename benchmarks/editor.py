"""From process start to the first paint, beside a bare window; and from the Train click to the first step."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 7
LIMIT_SECONDS, LIMIT_RATIO, LIMIT_CLICK, LIMIT_PAGE = 0.7, 3.0, 0.2, 0.3
HEAVY = ("torch", "onnx", "onnxruntime", "pyqtgraph", "sklearn")

_EDITOR = f"""
import sys, time
from gui.app import run
def painted():
    print(time.time(), sum(name in sys.modules for name in {HEAVY!r}), flush=True)
    from PySide6.QtWidgets import QApplication
    QApplication.instance().quit()
run((), painted)
"""
_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.done)
    def done(self):
        print(time.time(), 0, flush=True)
        app.quit()
app = QApplication(sys.argv)
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""


def _start(code: str, home: str) -> tuple[float, int]:
    """Seconds from the start of the process to its first paint, and how many heavy packages it had imported."""
    homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "PYTHONPYCACHEPREFIX"), home)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **homes}
    # Warm means: with the bytecode of a second start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time()
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    painted, heavy = done.stdout.split()
    return float(painted) - began, int(heavy)


def starts() -> tuple[float, float, int]:
    """Medians of editor and bare window, taken in turns, the first of each thrown away; and the heavy imports."""
    with tempfile.TemporaryDirectory() as home:
        pairs = [(_start(_EDITOR, home), _start(_BARE, home)) for _ in range(REPEATS + 1)][1:]
    editor, bare = (median(pair[place][0] for pair in pairs) for place in (0, 1))
    return editor, bare, max(pair[0][1] for pair in pairs)


@contextmanager
def _window() -> Iterator[tuple[Any, Any, Path]]:
    """The application, a window of the editor that is shown, and a folder for its files."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    from gui.window import MainWindow

    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        window = MainWindow()
        window.show()
        yield app, window, Path(folder)
        window.workers.close()
        window.close()


def click_to_step() -> float:
    """Seconds from the Train click to the message with the first step, the worker being warm."""
    from PySide6.QtCore import QEventLoop

    from gui.commands.files import examples_dir
    from training.protocol import Progress, Ready

    with _window() as (app, window, folder):
        window.files.load(examples_dir() / "lenet5.loom", as_copy=True)
        window.training.load_plots()
        worker, loop = window.workers.warm(), QEventLoop()
        worker.received.connect(lambda event: loop.quit() if isinstance(event, (Ready, Progress)) else None)
        loop.exec()
        app.processEvents()
        window.workspace.runs_folder = lambda: folder / "runs"
        began = perf_counter()
        window.actions_made["train"].trigger()
        loop.exec()
        seconds = perf_counter() - began
        window.run.stop()
    return seconds


def page_opened() -> float:
    """Seconds from the command to the first paint of the start page, which is built then."""
    with _window() as (app, window, _):
        app.processEvents()
        began = perf_counter()
        window.welcome()
        app.processEvents()
        return perf_counter() - began


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    editor, bare, heavy = starts()
    click = click_to_step()
    page = page_opened()
    ratio = editor / bare
    shown = editor <= LIMIT_SECONDS or ratio <= LIMIT_RATIO
    return [
        {"what": "editor: window shown", "value": round(editor, 3), "limit": LIMIT_SECONDS, "unit": "s", "ok": shown},
        {"what": "editor: / a bare window", "value": round(ratio, 2), "limit": LIMIT_RATIO, "unit": "x", "ok": shown},
        {"what": "editor: heavy imports at first paint", "value": heavy, "limit": 0, "unit": "", "ok": heavy == 0},
        {
            "what": "editor: start page opened",
            "value": round(page, 3),
            "limit": LIMIT_PAGE,
            "unit": "s",
            "ok": page <= LIMIT_PAGE,
        },
        {
            "what": "editor: Train click to first step, warm worker",
            "value": round(click, 3),
            "limit": LIMIT_CLICK,
            "unit": "s",
            "ok": click <= LIMIT_CLICK,
        },
    ]


if __name__ == "__main__":
    for row in rows():
        verdict = "ok" if row["ok"] else "MISSED"
        print(f"{row['what']:62} {row['value']:8.3f} {row['unit']:3} limit {row['limit']:g}  {verdict}")

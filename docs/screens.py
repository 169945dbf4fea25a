"""Pictures of every page and panel of the window, to be looked at: ``python -m docs.screens build/screens``.

``--size 1366x768 --scale 2 --theme dark`` takes some of them, ``--page runs`` one. Each scale needs a process of its
own, which is started. What they show is trained first, once, and kept in the folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtGui import QContextMenuEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from gui.commands.files import examples_dir
from gui.widgets import dialogs
from gui.window import MainWindow

ROOT = Path(__file__).parent.parent
SIZES = ("1366x768", "1024x700", "1440x900")
SCALES = ("1", "2")
THEMES = ("light", "dark")
SETTLE_MS, PATIENCE_MS = 300, 90_000
DRAWING = "lenet5.loom"


def train(home: Path) -> None:
    """Two runs of LeNet-5 and a sweep beside its drawing, unless they are there."""
    if (home / "runs").is_dir():
        return
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(examples_dir() / DRAWING, home)
    for words in (
        ("train", DRAWING, "--epochs", "6"),
        ("train", DRAWING, "--epochs", "6", "--set", "learning_rate=0.01"),
        (
            "sweep",
            DRAWING,
            *("--over", "c1.out_channels=4,6,8"),
            *("--over", "learning_rate=1e-4..1e-1"),
            *("--trials", "5"),
            *("--set", "epochs=2"),
        ),
    ):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-m", "layerloom", *words], cwd=home, env=environment, check=True)


class Screens:
    """A window, and what is done in it to show each page."""

    def __init__(self, window: MainWindow, home: Path) -> None:
        self._window, self._home = window, home
        self._loop = QEventLoop()
        self.pages: dict[str, Callable[[], object]] = {
            "start": window.welcome,
            "draw": self._draw,
            "empty": self._empty,
            "search": self._search,
            "menu": self._menu,
            "problems": self._problems,
            "code": self._code,
            "outline": lambda: self._panel("Outline"),
            "block": self._block,
            "data": self._data,
            "train": self._train,
            "results": self._results,
            "runs": self._runs,
            "compare": self._compare,
            "sweep": self._sweep,
            "manual": window.actions_made["manual"].trigger,
            "keys": window.actions_made["keys"].trigger,
            "commands": window.actions_made["commands"].trigger,
            "about": window.actions_made["about"].trigger,
            "export": self._export,
            "figure": window.actions_made["export_figure"].trigger,
            "question": self._question,
        }

    def take(self, name: str, path: Path) -> None:
        """Show a page, picture it with whatever has opened above it, and leave it as it was found."""
        window = self._window
        window.opening.open_path(self._home / DRAWING)
        with answering("ask_unsaved", "discard"):
            window.actions_made["close_others"].trigger()
        window.show_panel("Draw")
        window.docks.collapse(True)
        self.pages[name]()
        # By the clock, not after the loop: a dialog that is open runs a loop of its own.
        QTimer.singleShot(SETTLE_MS, lambda: self._picture(path))
        self._loop.exec()
        window.canvas.select([])

    def _picture(self, path: Path) -> None:
        picture(self._window).save(str(path))
        for each in QApplication.topLevelWidgets():
            if each is not self._window and each.isVisible():
                each.reject() if isinstance(each, QDialog) else each.close()
        self._loop.quit()

    def _draw(self) -> None:
        self._window.canvas.frame_all()
        self._window.canvas.select(["c3"])

    def _empty(self) -> None:
        self._window.actions_made["new"].trigger()

    def _search(self) -> None:
        self._draw()
        self._window.canvas.search()
        self._window.search.field.setText("conv")

    def _menu(self) -> None:
        self._draw()
        canvas = self._window.canvas
        at = canvas.mapFromScene(canvas.drawing.nodes["c3"].card().center())
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.viewport().mapToGlobal(at))
        QApplication.sendEvent(canvas.viewport(), event)

    def _panel(self, name: str) -> None:
        self._draw()
        self._window.show_panel(name)

    def _code(self) -> None:
        self._panel("Code")
        self._wait(lambda: self._window.code.text)

    def _data(self) -> None:
        self._window.show_panel("Data")
        self._rest()
        self._wait(lambda: not self._window.data.reading.active)

    def _problems(self) -> None:
        self._window.opening.open_copy(examples_dir() / DRAWING)
        with self._window.workspace.document.edit("Break"):
            self._window.workspace.document.model.remove(["flatten"])
        self._window.canvas.frame_all()
        self._window.show_panel("Problems")

    def _block(self) -> None:
        self._window.opening.open_copy(examples_dir() / "resnet18.loom")
        self._window.canvas.frame_all()

    def _train(self) -> None:
        self._window.show_panel("Train")
        self._window.training.load_plots()
        self._window.training.curves_tab.click()

    def _results(self) -> None:
        self._window.show_panel("Train")
        self._window.training.results_tab.click()
        self._wait(lambda: self._window.results.shown)

    def _runs(self) -> None:
        self._window.show_panel("Runs")
        self._window.desk.show_runs()
        panel = self._window.runs
        panel.show_table()
        panel.select(self._folders()[0])

    def _compare(self) -> None:
        self._runs()
        self._window.runs.show_comparison(self._folders())

    def _sweep(self) -> None:
        self._window.show_panel("Runs")
        self._window.desk.show_sweep()

    def _export(self) -> None:
        with answering("ask_save", str(self._home / "lenet5.onnx")):
            self._window.actions_made["export_onnx"].trigger()

    def _question(self) -> None:
        QTimer.singleShot(0, lambda: dialogs.ask(self._window, "Queue", "A run is training. Queue it?", "Queue"))

    def _folders(self) -> list[Path]:
        return [each for each in sorted((self._home / "runs").iterdir()) if (each / "settings.json").exists()]

    def _wait(self, done: Callable[[], object]) -> None:
        """Wait until something is there, as long as one has patience."""
        until = PATIENCE_MS // SETTLE_MS
        while not done() and (until := until - 1):
            self._rest()

    def _rest(self) -> None:
        QTimer.singleShot(SETTLE_MS, self._loop.quit)
        self._loop.exec()


@contextmanager
def answering(question: str, answer: str) -> Iterator[None]:
    """Answer one of the questions in ``dialogs``."""
    before = getattr(dialogs, question)
    setattr(dialogs, question, lambda *_: answer)
    try:
        yield
    finally:
        setattr(dialogs, question, before)


def picture(window: MainWindow) -> QPixmap:
    """A window with the dialogs, menus and lists that stand above it."""
    whole = window.grab()
    painter = QPainter(whole)
    for each in QApplication.topLevelWidgets():
        if each is not window and each.isVisible() and each.width() > 1:
            at = each.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
            painter.drawPixmap(at, each.grab())
    painter.end()
    return whole


def take_all(folder: Path, sizes: list[str], themes: list[str], scale: str, pages: list[str]) -> None:
    """Picture the pages at one scale, in this process."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    window = MainWindow()
    window.show()
    screens = Screens(window, (folder / "home").resolve())
    for size in sizes:
        width, height = map(int, size.split("x"))
        window.resize(width, height)
        for theme in themes:
            window.themes.choose(theme)
            for name in pages or screens.pages:
                screens.take(name, folder / f"{name}-{theme}-{size}@{scale}.png")
    sys.stdout.flush()
    os._exit(0)


def main() -> int:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", action="append", default=[])
    parser.add_argument("--theme", action="append", default=[], choices=THEMES)
    parser.add_argument("--scale", action="append", default=[])
    parser.add_argument("--page", action="append", default=[])
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    train(chosen.folder / "home")
    if "QT_SCALE_FACTOR" in os.environ:
        scale = os.environ["QT_SCALE_FACTOR"]
        take_all(chosen.folder, chosen.size or list(SIZES), chosen.theme or list(THEMES), scale, chosen.page)
    config = (chosen.folder / "home" / "config").resolve()
    for scale in chosen.scale or SCALES:
        environment = {
            **os.environ,
            "QT_SCALE_FACTOR": scale,
            "XDG_CONFIG_HOME": str(config),
            "XDG_STATE_HOME": str(config),
        }
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        subprocess.run([sys.executable, "-m", "docs.screens", *sys.argv[1:]], env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Takes the pictures of the window for the README: ``python -m docs.screenshot docs``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.commands.files import examples_dir
from gui.window import MainWindow

SIZE = (1440, 900)
EPOCHS = 8
SETTLE_MS = 400


def take(folder: Path) -> None:
    """Picture the start page; train LeNet-5 for some epochs, and picture the window in both themes meanwhile."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = home
        window = MainWindow()
        window.themes.choose("light")
        window.resize(*SIZE)
        window.show()
        folder.mkdir(parents=True, exist_ok=True)
        loop = QEventLoop()
        window.welcome()
        _settle(loop)
        window.grab().save(str(folder / "start-light.png"))
        window.files.load(examples_dir() / "lenet5.loom")
        window.show_panel("Train")
        window.training.load_plots()
        window.run.measured.connect(lambda: loop.quit() if window.run.history.epoch > EPOCHS else None)
        window.run.failed.connect(loop.quit)
        window.workspace.path = Path(home) / "lenet5.loom"
        window.commands.exporting.train()
        loop.exec()
        for theme in ("light", "dark"):
            window.themes.choose(theme)
            window.canvas.select(["c3"])
            window.canvas.frame_all()
            _settle(loop)
            window.grab().save(str(folder / f"window-{theme}.png"))
        window.run.stop()
        window.workers.close()
        window.close()


def _settle(loop: QEventLoop) -> None:
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))

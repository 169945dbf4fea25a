"""An editor that is worked in until it is killed: it draws, saves where it is told to, goes on, and says what is drawn.

``python -m tests.support.killed_editor [PATH]``. Between two lines of ``-`` it prints the document as the last finished
gesture left it, and is then in the middle of another. With ``--tabs`` another tab has unsaved work as well, and a third
has none.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from graph.storage.loom import dumps
from gui.app import run
from gui.canvas import Canvas
from gui.commands.files import examples_dir
from gui.widgets import dialogs
from gui.window import MainWindow
from tests.support.editor_window import draw


def work() -> None:
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    window.show_panel("Draw")
    if "--tabs" in sys.argv:
        sys.argv.remove("--tabs")
        document = draw(window)
        with document.edit("Name"):
            document.set_setting("name", "Beside")
        window.opening.open_path(examples_dir() / "mlp.loom")
        window.opening.new()
    canvas = window.canvas
    draw(window)
    if len(sys.argv) > 1:
        dialogs.ask_save = lambda *_: sys.argv[1]
        window.actions_made["save"].trigger()
    canvas.setFocus()
    drag(canvas, "conv1", 90)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at(canvas, "conv1") + QPoint(90, 90))
    canvas.select(["relu1"])
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    canvas.select(["fc1"])
    QTest.keyClick(canvas, Qt.Key.Key_K)
    finished = dumps(window.workspace.document)
    drag(canvas, "flatten", 60)
    print("-", finished, "-", sep="\n", flush=True)


def drag(canvas: Canvas, name: str, by: int) -> None:
    """Begin to drag a node."""
    start = at(canvas, name)
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (by // 2, by):
        QTest.mouseMove(canvas.viewport(), start + QPoint(step, step))


def at(canvas: Canvas, name: str) -> QPoint:
    node = canvas.document.model.node(name)
    return canvas.mapFromScene(node.x, node.y)


if __name__ == "__main__":
    run(painted=lambda: QTimer.singleShot(0, work))

"""What lies over what: the same in every process, and whatever the drawing went through."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps, loads
from tests.support.canvas_tools import on_screen, picture, shown

if TYPE_CHECKING:
    from gui.canvas import Canvas

ROOT = Path(__file__).parent.parent.parent.parent
ZOOMS = (0.15, 0.25, 0.4, 1.0)


def tangle() -> Document:
    """Long wires that cross one another, over nodes of several categories that lie half on each other."""
    document = Document("Tangle")
    kinds = ("Conv2d", "ReLU", "Flatten", "Dropout", "BatchNorm2d", "MaxPool2d")
    with document.edit("Draw"):
        for index in range(12):
            document.model.add("Input", name=f"in{index:02}", at=(index % 3 * 40, index * 60 - 300))
            document.model.add(kinds[index % 6], name=f"out{index:02}", at=(700 + index % 4 * 35, index * 37 - 200))
        for index in range(12):
            document.model.connect(f"in{index:02}", f"out{(index * 5 + 3) % 12:02}")
    document.forget_history()
    return document


def pictures(canvas: Canvas) -> list[QImage]:
    found = []
    for zoom in ZOOMS:
        canvas.zoom_to(zoom)
        canvas.centerOn(450, 0)
        canvas.repaint_all()
        found.append(picture(canvas))
    return found


def test_undo_and_loading_leave_what_lies_over_what(qtbot: QtBot) -> None:
    canvas = shown(qtbot, tangle())
    first = pictures(canvas)
    document = canvas.document
    with document.edit("Delete"):
        document.model.remove(["in03", "out01", "out07", "in11"])
    document.undo()
    with document.edit("Rename"):
        document.model.rename("out02", "zzz")
    document.undo()
    assert pictures(canvas) == first
    canvas.set_document(loads(dumps(document)))
    assert pictures(canvas) == first


@pytest.mark.parametrize("zoom", ZOOMS)
def test_moving_a_node_through_a_tangle_leaves_the_same_picture_as_painting_anew(qtbot: QtBot, zoom: float) -> None:
    canvas = shown(qtbot, tangle())
    canvas.zoom_to(zoom)
    canvas.centerOn(450, 0)
    on_screen(canvas)
    for by in (QPointF(-250.0, 33.0), QPointF(-90.0, 120.0)):
        canvas.drawing.preview({"out04": canvas.drawing.nodes["out04"].pos() + by})
        on_screen(canvas)
    pieces = on_screen(canvas)
    canvas.repaint_all()
    assert pieces == on_screen(canvas)


def test_a_selected_node_lies_above_all_others(qtbot: QtBot) -> None:
    document = Document()
    with document.edit("Draw"):
        document.model.add("ReLU", name="low", at=(0, 30))
        document.model.add("ReLU", name="high", at=(0, 0))
    canvas = shown(qtbot, document)
    at = canvas.drawing.nodes["high"].card().bottomRight()
    names = [[item.box.name for item in canvas.drawing.items_within(canvas.visible())]]
    canvas.select(["high"])
    names.append([item.box.name for item in canvas.drawing.items_within(canvas.visible())])
    assert names == [["high", "low"], ["low", "high"]]
    assert canvas.drawing.nodes["low"].card().contains(at)


@pytest.mark.slow
def test_every_process_paints_the_same() -> None:
    found = {seed: painted_elsewhere(seed) for seed in ("1", "101")}
    assert found["1"] == found["101"]


def painted_elsewhere(seed: str) -> str:
    """What another process paints, in one line."""
    environment = {"PATH": "", "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def main() -> None:
    """Paint the tangle and print what came of it."""
    from PySide6.QtWidgets import QApplication

    from gui.canvas import Canvas

    app = QApplication([sys.argv[0], "-platform", "offscreen"])
    canvas = Canvas()
    canvas.resize(1300, 700)
    canvas.set_document(tangle())
    canvas.show()
    app.processEvents()
    for image in pictures(canvas):
        print(sha256(bytes(image.constBits())).hexdigest())
    canvas.close()
    canvas.deleteLater()


if __name__ == "__main__":
    main()

"""A canvas whose nodes stand between pixels, scrolled and changed piece by piece: what is left must be right.

Run as a program, it prints at which zooms pixels are wrong, under the device pixel ratio of its environment.
"""

from __future__ import annotations

import os
import sys
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from graph.document import Document
from graph.edits.sketching import bends, frames
from gui.canvas import Canvas

ZOOMS = (0.15, 0.25, 0.31, 0.4, 0.5, 0.64, 0.7, 1.0, 1.25, 1.37, 1.953125, 2.5)
SIZE = (640, 420)


def between_pixels(seed: int) -> Document:
    """Nodes close together at fractional places, wired across one another, frames behind and notes above."""
    random, document = Random(seed), Document("Fractions")
    with document.edit("Draw"):
        document.set_setting("notes", "Notes that stand above the drawing\nand are scrolled in with it.")
        for index in range(24):
            # Halves are the ones that rounding takes both ways.
            x, y = (random.choice((random.randint(-900, 900) + 0.5, random.uniform(-900, 900))) for _ in "xy")
            kind = random.choice(("Add", "ReLU", "Conv2d", "Linear", "Flatten"))
            document.model.add(kind, name=f"n{index:02}", at=(x, y))
            if index:
                document.model.connect(f"n{random.randrange(index):02}", f"n{index:02}")
    for wire in sorted(document.model.wires())[::4]:
        bends.add(document, "", wire, (random.uniform(-900, 900), random.uniform(-900, 900)), 0)
    for tint in ("slate", "amber", "violet"):
        left, top = random.uniform(-900, 600), random.uniform(-900, 600)
        key = frames.add(document, "", (left, top, left + 333.3, top + 250.7), (0.0, 0.0))
        frames.tint(document, "", [key], tint)
    return document


class Framed(QWidget):
    """A canvas that does not begin at the window's corner, as in the editor."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.canvas = Canvas(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(7, 13, 5, 3)
        layout.addWidget(self.canvas)
        self.resize(*SIZE)
        self.canvas.set_document(between_pixels(seed))

    def seen(self) -> QImage:
        """What has been painted so far, piece by piece, without painting it anew."""
        for _ in range(3):
            self.canvas.drawing.flush()
            QApplication.processEvents()
        return self.screen().grabWindow(self.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def wrong_pixels(frame: Framed, zoom: float, random: Random, turns: int) -> int:
    """How many pixels differ, after scrolling and moving nodes, from what painting all anew gives."""
    canvas, wrong = frame.canvas, 0
    canvas.zoom_to(zoom)
    canvas.centerOn(0, 0)
    frame.seen()
    for _ in range(turns):
        for _ in range(4):
            canvas.scroll_by(QPoint(random.randint(-70, 70), random.randint(-70, 70)))
            QApplication.processEvents()
        name = random.choice(list(canvas.drawing.nodes))
        canvas.select([name])
        by = QPointF(random.uniform(-40, 40), random.choice((-10.5, 0.5, 7.5)))
        canvas.drawing.preview({name: canvas.drawing.nodes[name].pos() + by})
        pieces = frame.seen()
        canvas.repaint_all()
        wrong += differing(pieces, frame.seen())
    return wrong


def differing(first: QImage, second: QImage) -> int:
    """How many pixels of two pictures of one size differ."""
    if first == second:
        return 0
    columns, rows = range(first.width()), range(first.height())
    return sum(first.pixel(x, y) != second.pixel(x, y) for y in rows for x in columns)


def faults(seeds: range, turns: int) -> list[str]:
    """A line for each drawing and zoom at which pixels were wrong."""
    found = []
    for seed in seeds:
        frame, random = Framed(seed), Random(seed)
        frame.show()
        QApplication.processEvents()
        wrong = {zoom: wrong_pixels(frame, zoom, random, turns) for zoom in ZOOMS}
        found += [f"drawing {seed}, zoom {zoom}: {pixels} pixels" for zoom, pixels in wrong.items() if pixels]
        frame.close()
        frame.deleteLater()
        QApplication.processEvents()
    return found


def main() -> None:
    """Print the faults of a few drawings."""
    app = QApplication([])
    seeds, turns = (int(argument) for argument in sys.argv[1:])
    print(f"ratio {app.primaryScreen().devicePixelRatio()}", *faults(range(seeds), turns), sep="\n")


if __name__ == "__main__":
    main()

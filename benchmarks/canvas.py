"""The canvas: processor time of whole repaints, of panning and of dragging a node, offscreen at 1600 x 1000."""

from __future__ import annotations

import os
from collections.abc import Callable
from math import ceil, sqrt
from statistics import median
from time import process_time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks.shapes import residual_network
from graph.document import Document
from gui.canvas import Canvas

SIZE = (1600, 1000)
# 0.33 is where nodes first show more than a rectangle: the most that is ever painted.
ZOOMS = (None, 0.1, 0.3, 0.33, 0.5, 1.0, 2.0)
# A frame of a 60 Hz screen; two while a zoom has every body and letter painted at a new size.
REPAINT, ZOOMED, PAN, DRAG, DRAG_MANY = 16.0, 33.0, 3.0, 3.0, 16.0
SPACING = (230.0, 160.0)


def drawing(count: int) -> Document:
    """A residual network of ``count`` nodes, laid out row by row."""
    document = residual_network(count)
    columns = ceil(sqrt(count))
    with document.edit("Lay out"):
        places = {
            name: (index % columns * SPACING[0], index // columns * SPACING[1] + index % 3 * 20)
            for index, name in enumerate(document.model.nodes)
        }
        document.model.move(places)
    return document


def figures(count: int) -> list[tuple[str, float, float]]:
    """What was measured on a drawing of ``count`` nodes: words, milliseconds, limit."""
    app = QApplication.instance() or QApplication([])
    canvas = Canvas()
    canvas.resize(*SIZE)
    canvas.set_document(drawing(count))
    canvas.show()
    app.processEvents()
    found = []
    for zoom in ZOOMS:
        words = f"canvas: {count:,} nodes, {'all in view' if zoom is None else f'zoom {zoom:g}'}"
        canvas.frame_all()
        if zoom is not None:
            canvas.zoom_to(zoom)
        found += [
            (f"{words}: repaint", _repaint(canvas), REPAINT),
            (f"{words}: repaint after zooming", _zoom(canvas), ZOOMED),
            (f"{words}: pan", _pan(canvas), PAN),
            (f"{words}: drag a node", _drag(canvas), DRAG),
        ]
    canvas.zoom_to(0.5)
    found.append((f"canvas: {count:,} nodes, zoom 0.5: drag 50 nodes", _drag(canvas, 50), DRAG_MANY))
    canvas.close()
    canvas.deleteLater()
    app.processEvents()
    return found


def _milliseconds(run: Callable[[int], object], repeats: int) -> float:
    """The least of three medians: what other programs do to the caches is not the canvas's doing."""
    return min(median(_times(run, repeats)) for _ in range(3))


def _times(run: Callable[[int], object], repeats: int) -> list[float]:
    times = []
    for turn in range(repeats):
        start = process_time()
        run(turn)
        QApplication.processEvents()
        times.append((process_time() - start) * 1000)
    return times


def _repaint(canvas: Canvas) -> float:
    return _milliseconds(lambda _: canvas.viewport().update(), 25)


def _zoom(canvas: Canvas) -> float:
    """A zoom leaves nothing that was prepared before: bodies and tiles are all painted anew."""
    zoom = canvas.zoom
    figure = _milliseconds(lambda turn: canvas.zoom_to(zoom * (1 + turn % 5 / 1000)), 11)
    canvas.zoom_to(zoom)
    return figure


def _pan(canvas: Canvas) -> float:
    return _milliseconds(lambda turn: canvas.scroll_by(QPoint(5 if turn % 40 < 20 else -5, 3)), 80)


def _drag(canvas: Canvas, many: int = 1) -> float:
    """Mouse moves of a few pixels, as a hand makes them, on the nodes closest to the middle of the view."""
    middle, nodes = canvas.visible().center(), canvas.drawing.nodes
    name, *others = sorted(nodes, key=lambda name: (nodes[name].pos() - middle).manhattanLength())[:many]
    if others:
        canvas.select([name, *others])
    at = canvas.mapFromScene(canvas.drawing.nodes[name].pos() + QPointF(0.0, -10.0))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    _mouse(canvas, QEvent.Type.MouseButtonPress, at, left, left)
    _mouse(canvas, QEvent.Type.MouseMove, at + QPoint(30, 0), none, left)
    figure = _milliseconds(
        lambda turn: _mouse(canvas, QEvent.Type.MouseMove, at + QPoint(30 + turn % 20 * 4, turn % 7), none, left), 60
    )
    canvas.cancel_drag()
    QApplication.processEvents()
    return figure


def _mouse(canvas: Canvas, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    where = canvas.viewport().mapToGlobal(at)
    event = QMouseEvent(kind, QPointF(at), QPointF(where), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas.viewport(), event)


def rows() -> list[dict[str, Any]]:
    """The figures, against their limits."""
    return [
        {"what": what, "value": round(value, 2), "limit": limit, "unit": "ms", "ok": value <= limit}
        for count in (1000, 5000)
        for what, value, limit in figures(count)
    ]


if __name__ == "__main__":
    for row in rows():
        verdict = "ok" if row["ok"] else "MISSED"
        print(f"{row['what']:62} {row['value']:8.2f} {row['unit']}  limit {row['limit']:g}  {verdict}")

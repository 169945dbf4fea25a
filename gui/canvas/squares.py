"""Painting that comes out the same wherever the view is.

A painter rounds what lies left of its device or above it in another way than the rest, and cuts lines off at its edges.
Painted straight onto a view, the strip that comes in with scrolling would not fit what is there already. So
everything is painted on squares that lie fast on the scene, and copied from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap

SIDE = 2048
# Paints a part of the scene, in pixels counted from its origin; the last is the pixel the scene's origin is at.
PaintPart = Callable[[QPainter, QRect, QPoint], None]


class Squares:
    """A sheet of pixels that is one square after the other."""

    def __init__(self) -> None:
        self._sheet: QPixmap | None = None

    def paint(self, painter: QPainter, part: QRect, paint: PaintPart) -> None:
        """Paint a part of the scene; the painter's units are pixels, its origin is the scene's."""
        if self._sheet is None:
            self._sheet = QPixmap(SIDE, SIDE)
        for square in _under(part):
            wanted, corner = square & part, square.topLeft()
            on_sheet = wanted.translated(-corner)
            inner = QPainter(self._sheet)
            # With a clip, if only of all there is, Qt takes a way that is three times as fast.
            inner.setClipRect(inner.viewport())
            paint(inner, wanted, -corner)
            inner.end()
            painter.drawPixmap(wanted.topLeft(), self._sheet, on_sheet)


def _under(part: QRect) -> Iterator[QRect]:
    """The squares that a part of the scene lies on."""
    for row in range(part.top() // SIDE, part.bottom() // SIDE + 1):
        for column in range(part.left() // SIDE, part.right() // SIDE + 1):
            yield QRect(column * SIDE, row * SIDE, SIDE, SIDE)

"""A drag as the stage sees it: what it shows while it lasts, and the one edit it ends in."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter


class Pointer(NamedTuple):
    """Where the pointer is, in the scene and in the view, and the modifier keys held."""

    scene: QPointF
    view: QPoint
    modifiers: Qt.KeyboardModifier

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether a modifier key is held."""
        return bool(self.modifiers & modifier)


class Drag:
    """Base of the drags. A press that is let go before it has moved is a ``click`` instead.

    An edit of the drawing from elsewhere cancels a drag, so what a drag began with is there until its end.
    """

    threshold = True
    edge_pans = True
    cursor: Qt.CursorShape | None = None

    def __init__(self, start: Pointer) -> None:
        self.start = start

    def click(self, pointer: Pointer) -> None:
        """The button went up where it went down."""

    def move(self, pointer: Pointer) -> None:
        """The pointer has moved."""

    def release(self, pointer: Pointer) -> None:
        """The button went up: carry it out."""

    def cancel(self) -> None:
        """Show everything as the document has it."""

    def bounds(self) -> QRectF:
        """The part of the scene that ``paint`` covers."""
        return QRectF()

    def paint(self, painter: QPainter) -> None:
        """Paint over the drawing, in scene units."""

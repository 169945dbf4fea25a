"""Parts of the scene: what has to be painted anew, and the grid by which things are found."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

CELL = 800.0
Cell = tuple[int, int]


def cell_of(x: float, y: float) -> Cell:
    """The cell of the grid that a point lies in."""
    return floor(x / CELL), floor(y / CELL)


class Place(NamedTuple):
    """What changed covers ``rect``; ``anchor`` is a node's centre or a wire's start."""

    rect: QRectF
    anchor: QPointF

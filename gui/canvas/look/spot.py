"""Parts of the scene: what has to be painted anew, the grid by which things are found, and what lies over what."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

CELL = 800.0
Cell = tuple[int, int]
Rank = tuple[bool, float, float, str]


def cell_of(x: float, y: float) -> Cell:
    """The cell of the grid that a point lies in."""
    return floor(x / CELL), floor(y / CELL)


def rank_of(name: str, x: float, y: float, selected: bool = False) -> Rank:
    """What sorts nodes as they are painted: of two, the lower one lies above, a selected one above all others.

    It depends on the drawing alone, not on how that came about: a picture of it is the same after undo and loading.
    """
    return selected, y, x, name


class Place(NamedTuple):
    """What changed covers ``rect``; ``anchor`` is a node's centre or a wire's start."""

    rect: QRectF
    anchor: QPointF

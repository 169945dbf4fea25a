"""A part of the scene that has to be painted anew."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF


class Place(NamedTuple):
    """What changed covers ``rect``; ``anchor`` is a node's centre or a wire's start."""

    rect: QRectF
    anchor: QPointF

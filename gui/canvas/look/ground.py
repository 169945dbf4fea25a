"""Where the scene is on what is painted on, in whole pixels."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QTransform

PAD = 4
# What a pixel's place may be off by where the pixels of the screen are no whole number of the view's.
_FINEST = 4096


class Ground(NamedTuple):
    """``scale`` pixels are a unit of the scene, whose origin is at the pixel ``x``, ``y``."""

    scale: float
    x: int
    y: int

    def origin(self) -> QPoint:
        """The pixel of the scene's origin."""
        return QPoint(self.x, self.y)

    def scene(self) -> QTransform:
        """What leads from the scene to the pixels."""
        return QTransform(self.scale, 0.0, 0.0, self.scale, self.x, self.y)

    def at(self, x: int, y: int) -> QTransform:
        """The same with its origin at a pixel, counted from the scene's: text stands alike there, wherever it is."""
        return QTransform(self.scale, 0.0, 0.0, self.scale, self.x + x, self.y + y)

    def area(self, part: QRect) -> QRectF:
        """The rectangle of the scene under pixels counted from its origin, and a little more against rounding."""
        left, top = (part.left() - PAD) / self.scale, (part.top() - PAD) / self.scale
        return QRectF(left, top, (part.width() + 2 * PAD) / self.scale, (part.height() + 2 * PAD) / self.scale)


def nearest(value: float) -> int:
    """The nearest whole number, a half always up: what moves by whole pixels must not be rounded in two ways."""
    return floor(value + 0.5)


def pixel(at: QPointF) -> QPoint:
    """The pixel nearest to a point of the screen."""
    x, y = (round(value * _FINEST) / _FINEST for value in (at.x(), at.y()))
    return QPoint(nearest(x), nearest(y))

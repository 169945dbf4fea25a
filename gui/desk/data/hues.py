"""The colours of classes."""

from __future__ import annotations

from PySide6.QtGui import QColor

from gui.theme.colors import Theme

_HUES = 47


def kind_color(kind: int, theme: Theme) -> QColor:
    """A colour for a class, told apart from those beside it."""
    return QColor.fromHsl(_hue(kind), 150, 110 if theme.name == "light" else 165)


def mask_color(kind: int) -> QColor:
    """A colour for a class over pictures, whatever the theme."""
    return QColor.fromHsl(_hue(kind), 220, 130)


def _hue(kind: int) -> int:
    return (_HUES * (3 * kind + 1)) % 360

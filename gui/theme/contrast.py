"""How well one colour can be told from another, as WCAG 2 measures it: 1 for equal ones, 21 for black on white."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor

TEXT, SHAPE = 4.5, 3.0
"""What AA asks for: of text, and of what must be seen to use a thing, such as a border."""


def contrast(one: QColor, other: QColor) -> float:
    """The contrast of two opaque colours."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def told_apart(color: QColor, grounds: Sequence[QColor], least: float) -> QColor:
    """A colour of the same hue and saturation that has at least this contrast to every ground, or comes close to it.

    It gets darker on pale grounds and paler on dark ones, and no more than it must.
    """
    hue, saturation, lightness = color.hslHue(), color.hslSaturation(), color.lightness()
    step = -1 if _luminance(grounds[0]) > _luminance(color) else 1
    while 0 < lightness < 255 and min(contrast(color, ground) for ground in grounds) < least:
        lightness += step
        color = QColor.fromHsl(hue, saturation, lightness)
    return color


def mixed(front: QColor, back: QColor, share: float) -> QColor:
    """``share`` of one colour over another."""
    ends = ((front.red(), back.red()), (front.green(), back.green()), (front.blue(), back.blue()))
    return QColor(*(round(share * a + (1 - share) * b) for a, b in ends))


def _luminance(color: QColor) -> float:
    red, green, blue = (_linear(value) for value in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

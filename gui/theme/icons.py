"""The icons of the toolbar and of questions: strokes on a 24 by 24 field, in the colour of the theme."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QIcon, QPixmap

LOGO = Path(__file__).resolve().parent / "art" / "layerloom.svg"
_STROKES = {
    "new": "M6 3h8l4 4v14H6z M14 3v4h4",
    "open": "M3 19V6h6l2 2h8v3 M3 19l3-8h16l-3 8z",
    "save": "M4 4h13l3 3v13H4z M8 4v5h7V4 M7 20v-7h10v7",
    "undo": "M9 14L4 9l5-5 M4 9h10a6 6 0 0 1 0 12h-3",
    "redo": "M15 14l5-5-5-5 M20 9H10a6 6 0 0 0 0 12h3",
    "frame": "M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5",
    "train": "M7 4.5v15l12-7.5z",
    "pause": "M8 5v14 M16 5v14",
    "stop": "M6 6h12v12H6z",
    "close": "M6 6l12 12 M18 6L6 18",
    "export": "M12 15V3 M7.5 7.5L12 3l4.5 4.5 M4 14v6h16v-6",
    "warning": "M12 4L2.5 20h19z M12 10v4.5 M12 17.2v.1",
    "question": "M12 3a9 9 0 1 0 .01 0z M9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1 1-1.1 1.9 M12 16.8v.1",
}
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 24 24" fill="none" '
    'stroke="{color}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
)


def icon(name: str, color: QColor, disabled: QColor, ratio: float) -> QIcon:
    """An icon by name, in its two states, for a screen with ``ratio`` pixels to a point."""
    made = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
        made.addPixmap(picture(name, ink, ratio), mode)
    return made


def picture(name: str, color: QColor, ratio: float, size: int = 20) -> QPixmap:
    """An icon in one colour, ``size`` points wide and high."""
    pixmap = QPixmap()
    drawn = _SVG.format(size=round(size * ratio), color=color.name(), path=_STROKES[name])
    pixmap.loadFromData(drawn.encode(), "SVG")
    pixmap.setDevicePixelRatio(ratio)
    return pixmap

"""The fonts of a node, in canvas units, and how wide a text is in them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QStaticText, QTransform

Role = Literal["title", "kind", "summary", "shape", "port", "far", "count", "note", "frame"]
_SIZES: dict[Role, int] = {
    "title": 13,
    "kind": 11,
    "summary": 12,
    "shape": 11,
    "port": 10,
    "far": 24,
    "count": 11,
    "note": 15,
    "frame": 19,
}


@cache
def font(role: Role) -> QFont:
    """The font of a kind of text; sizes are canvas units, so that a text scales with its node."""
    made = QFont(QGuiApplication.font())
    made.setPixelSize(_SIZES[role])
    made.setBold(role in ("title", "far", "count", "frame"))
    # Hinting fits letters to the pixels of one size; a canvas shows every size.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(role: Role) -> QFontMetricsF:
    """The measures of a kind of text."""
    return QFontMetricsF(font(role))


@lru_cache(maxsize=20_000)
def text_width(text: str, role: Role) -> float:
    """How wide a text is, in canvas units."""
    return metrics(role).horizontalAdvance(text)


@lru_cache(maxsize=20_000)
def elided(text: str, role: Role, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than ``width``."""
    if text_width(text, role) <= width:
        return text
    return metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=20_000)
def prepared(text: str, role: Role) -> QStaticText:
    """A text laid out once, to be painted many times."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(QTransform(), font(role))
    return made

"""Text as it is written, wherever Qt would take some of it for HTML, for a key or for a placeholder.

A drawing, a file's name and a worker's message are other people's text: shown as HTML, they open files and size
windows. Labels and tool tips are made here and nowhere else.
"""

from __future__ import annotations

import html
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

MAX_TIP = 1_000
MAX_NAME = 60
WRAPPED = 80


class Label(QLabel):
    """A label that shows its text as it is written."""

    def __init__(self, text: str | QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent if isinstance(text, str) else text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)  # or one with a margin of the style sheet would stand half a letter off the others
        self.setText(text if isinstance(text, str) else "")


class Tipped(Protocol):
    """A widget or an action."""

    def setToolTip(self, text: str) -> None:
        """Take a text that may be HTML."""


def set_tip(target: Tipped, text: str) -> None:
    """Give a widget or an action a tool tip that shows its text as it is written."""
    target.setToolTip(tip(text))


def show_tip(widget: QWidget, at: QPoint, text: str) -> None:
    """Show a tool tip at a point of the screen, "" hides it."""
    QToolTip.showText(at, tip(text), widget)


def tip(text: str, heading: str = "") -> str:
    """What Qt shows as ``text``, under a bold ``heading`` if there is one; long text is wrapped, very long text cut."""
    shown = text if len(text) <= MAX_TIP else f"{text[:MAX_TIP]}…"
    if not heading and len(shown) <= WRAPPED and "<" not in shown and "&" not in shown:
        return shown
    head = f"<b>{html.escape(heading)}</b><br>" if heading else ""
    return f"<qt>{head}{markup(shown)}</qt>"


def markup(text: str) -> str:
    """Text for what shows nothing but HTML."""
    return html.escape(text).replace("\n", "<br>")


def shortened(text: str, characters: int = MAX_NAME) -> str:
    """One line of text that sizes nothing: cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= characters else f"{line[: characters - 1]}…"


def unkeyed(text: str) -> str:
    """Text for a menu, a button or a tab, where an ampersand would underline the next letter and go."""
    return text.replace("&", "&&")


def untitled(text: str) -> str:
    """Text for a window's title, where ``[*]`` stands for the mark of unsaved changes."""
    return text.replace("[*]", "[*][*]")

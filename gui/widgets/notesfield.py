"""A field for text of several lines that changes nothing but what is typed."""

from __future__ import annotations

import re
from itertools import count

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_ENDS = "\n.!?"
# To Qt both line ends are one paragraph's end.
_SHOWN = re.compile("\r\n|.", re.DOTALL)
_numbers = count()


class NotesField(QPlainTextEdit):
    """``written`` tells the text and the number of the passage it was written in.

    A passage is what is typed, or deleted, in one go: up to the end of a sentence or a line, or until the cursor is
    set elsewhere. Qt has but one kind of line end and of space; those that a text came with are kept.
    """

    written = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._text = self._shown = self._begun = ""
        self._passage = next(_numbers)
        self._kind, self._at = "", 0
        self.textChanged.connect(self._tell)

    def show_text(self, text: str) -> None:
        """Show a text, unless it is the one that is known here."""
        if text == self._text:
            return
        at = self.textCursor().position()
        with QSignalBlocker(self):
            self.setPlainText(text)
        self._text, self._shown, self._kind = text, self._raw(), ""
        cursor = self.textCursor()
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)

    def forget(self) -> None:
        """Forget what was typed before: the next text is another one's."""
        self._kind = ""
        self.document().clearUndoRedoStacks()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _PASSING:
            self._kind = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # With Shift, Qt would put in a line end that other programs do not know.
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        before, self._shown = self._shown, self._raw()
        if self._shown == before:
            return
        start = _in_common(before, self._shown)
        end = _in_common(before[start:][::-1], self._shown[start:][::-1])
        gone, come = before[start : len(before) - end], self._shown[start : len(self._shown) - end]
        self._choose_passage(before, gone, come)
        kept = _SHOWN.findall(self._text)
        self._text = "".join((*kept[:start], come, *kept[len(kept) - end :]))
        self.written.emit(self._text, self._passage)

    def _choose_passage(self, before: str, gone: str, come: str) -> None:
        """Begin another passage unless this goes on with the last one, or takes back all of it."""
        at = self.textCursor().position()
        kind = "typing" if len(come) == 1 and not gone else "deleting" if len(gone) == 1 and not come else "replacing"
        follows = {"typing": at - _width(come), "deleting": at}.get(kind, -1)
        # The key that deletes forwards leaves the cursor where it is.
        near = self._at in (follows, follows + _width(gone)) if kind == "deleting" else self._at == follows
        if (kind != self._kind or not near) and self._shown != self._begun:
            self._passage = next(_numbers)
            self._begun = before
        self._kind = "" if come in _ENDS and kind == "typing" else kind
        self._at = at

    def _raw(self) -> str:
        """The text as it is shown; Qt's plain text would hold other spaces than were written."""
        return self.document().toRawText().replace("\u2029", "\n")


def _in_common(one: str, other: str) -> int:
    """How many letters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _width(text: str) -> int:
    """How many of a cursor's steps a text takes."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2

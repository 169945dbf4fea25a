"""An editor for a few lines of Python."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontDatabase, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.code.highlight import PythonHighlighter
from gui.inspector.fields.known import MIXED, PASSING, UNKNOWN
from gui.theme.colors import Theme

INDENT = "    "
LEAST_LINES, MOST_LINES = 4, 16


class CodeEditor(QPlainTextEdit):
    """Tried with every key like other fields; as tall as its text, and it indents as an editor does.

    Tab indents; Ctrl+Enter takes what is written and leaves, Escape takes it back.
    """

    begun = Signal()
    edited = Signal(object)
    entered = Signal()
    abandoned = Signal()
    dropped = Signal()
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known: Any = UNKNOWN
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(INDENT))
        self._highlighter = PythonHighlighter(self.document())
        self._told = ""
        self.textChanged.connect(self._tell)
        self._paint()
        self._fit()

    def show_value(self, value: Any) -> None:
        """Show the document's value, unless it is the one already known here."""
        if value == self.known:
            return
        typed = UNKNOWN if self.known is UNKNOWN else self.value()
        self.known = value
        self.setPlaceholderText("several values" if value is MIXED else "")
        if typed != value:
            self._told = "" if value is MIXED else str(value)
            self.setPlainText(self._told)
            self._fit()

    def value(self) -> str:
        """What is written."""
        return self.toPlainText()

    def selectAll(self) -> None:
        """Put the cursor at the end: nobody means to type a whole function anew."""
        self.moveCursor(QTextCursor.MoveOperation.End)

    def put(self, value: Any) -> None:
        """Have the editor hold a text as if it were typed."""
        super().selectAll()
        self.insertPlainText(str(value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in PASSING:
            self.begun.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in PASSING:
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        if key == Qt.Key.Key_Escape:
            self.abandoned.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if held & Qt.KeyboardModifier.ControlModifier:
                self.entered.emit()
            else:
                self._begin_line()
        elif key == Qt.Key.Key_Tab and not held:
            self.insertPlainText(INDENT)
        else:
            super().keyPressEvent(event)

    def _begin_line(self) -> None:
        """A new line as deep as the one it follows, one deeper behind a colon."""
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        depth = before[: len(before) - len(before.lstrip())]
        self.insertPlainText("\n" + depth + (INDENT if before.rstrip().endswith(":") else ""))
        self.ensureCursorVisible()

    def _tell(self) -> None:
        if self._told != self.value():  # colours are no change
            self._told = self.value()
            self._fit()
            self.edited.emit(self._told)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._paint()

    def _paint(self) -> None:
        dark = self.palette().base().color().lightness() < 128
        self._highlighter.set_theme(Theme.dark() if dark else Theme.light())

    def _fit(self) -> None:
        lines = min(max(self.blockCount(), LEAST_LINES), MOST_LINES) + 1
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * self.frameWidth())

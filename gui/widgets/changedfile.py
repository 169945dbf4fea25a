"""Asks what to do with a file that was changed since it was opened, and shows how it differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtGui import QColor, QFontDatabase, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.text import Label

Answer = Literal["overwrite", "save_as", "cancel"]
# Legible on light and on dark.
MARKS = {"+": "#2e9e62", "-": "#d64f57", "@": "#7f8c9b"}


class ChangedFile(QDialog):
    """A sentence, the difference on demand, and three ways on; ``answer`` says which was taken."""

    def __init__(self, sentence: str, difference: Callable[[], Sequence[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("The file has changed")
        self.answer: Answer = "cancel"
        self._difference = difference
        self.sentence = Label(sentence, self)
        self.sentence.setWordWrap(True)
        warning = Label("If you overwrite it, what the other wrote is lost.", self)
        warning.setObjectName("description")
        self.view = QPlainTextEdit(self)
        self.view.setReadOnly(True)
        self.view.hide()
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.view.setAccessibleName("Difference: lines of the file with a minus, lines of this window with a plus")
        _Marks(self.view.document())
        self.legend = Label("- is in the file      + is in this window", self)
        self.legend.setObjectName("help")
        self.legend.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addLayout(_beside(self._picture(), self.sentence, warning))
        layout.addWidget(self.view, 1)
        layout.addWidget(self.legend)
        layout.addWidget(self._buttons())
        self.setMinimumWidth(560)

    def _picture(self) -> Label:
        picture = Label(self)
        picture.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(40, 40))
        return picture

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(self)
        roles = QDialogButtonBox.ButtonRole
        self.show_difference = box.addButton("Show Difference", roles.HelpRole)
        self.show_difference.clicked.connect(self._show)
        box.addButton("Overwrite", roles.DestructiveRole).clicked.connect(lambda: self._take("overwrite"))
        # Named before it is added, which is when its style is worked out.
        save_as = QPushButton("Save As…", self)
        save_as.setObjectName("primary")
        save_as.clicked.connect(lambda: self._take("save_as"))
        box.addButton(save_as, roles.AcceptRole)
        save_as.setDefault(True)
        box.addButton("Cancel", roles.RejectRole).clicked.connect(self.reject)
        return box

    def _take(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()

    def _show(self) -> None:
        self.view.setPlainText("\n".join(self._difference()))
        self.show_difference.setEnabled(False)
        for widget in (self.view, self.legend):
            widget.show()
        self.resize(max(self.width(), 860), max(self.height(), 520))
        self.view.setFocus()


class _Marks(QSyntaxHighlighter):
    """Gives the lines of a difference their colours."""

    def highlightBlock(self, text: str) -> None:
        if text[:1] in MARKS:
            style = QTextCharFormat()
            style.setForeground(QColor(MARKS[text[0]]))
            self.setFormat(0, len(text), style)


def _beside(picture: Label, *words: Label) -> QHBoxLayout:
    column, row = QVBoxLayout(), QHBoxLayout()
    for label in words:
        column.addWidget(label)
    row.setSpacing(16)
    row.addWidget(picture)
    row.addLayout(column, 1)
    return row

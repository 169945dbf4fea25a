"""Colours for Python source."""

from __future__ import annotations

import builtins
import keyword
import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.theme.colors import Theme

_TOKENS = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<string>\"\"\".*?(?:\"\"\"|$)|\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^'\\]*(?:\\.[^'\\]*)*')"
    r"|(?P<number>\b\d[\w.]*)"
    r"|(?P<word>\b[A-Za-z_]\w*)"
)
HUES = {
    "comment": ("#5a6473", "#98a1b0"),
    "string": ("#226b36", "#8fce9b"),
    "number": ("#8f5200", "#e5b567"),
    "keyword": ("#8b3fc0", "#c79bf2"),
    "builtin": ("#0a6188", "#7cc4e8"),
    "name": ("#1d4ed8", "#8fb4ff"),
}


class PythonHighlighter(QSyntaxHighlighter):
    """Highlights a text document; the source has no strings over several lines."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme(Theme.light())

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for role, (light, dark) in HUES.items():
            made = QTextCharFormat()
            made.setForeground(QColor(dark if theme.name == "dark" else light))
            if role == "keyword":
                made.setFontWeight(QFont.Weight.DemiBold)
            made.setFontItalic(role == "comment")
            self._formats[role] = made
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        defined = False
        for token in _TOKENS.finditer(text):
            role = token.lastgroup or ""
            if role == "word":
                word = token.group()
                role = "name" if defined else _word_role(word)
                defined = word in ("def", "class")
            if role in self._formats:
                self.setFormat(token.start(), len(token.group()), self._formats[role])


def _word_role(word: str) -> str:
    if keyword.iskeyword(word):
        return "keyword"
    return "builtin" if word == "self" or hasattr(builtins, word) else ""

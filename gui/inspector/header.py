"""The top of an inspector page: a colour, what it is about, and a sentence on it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip


class Header(QWidget):
    """A title with a coloured bar in front, a subtitle, a description, and a link to a page of documentation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QFrame(self)
        self._bar.setFixedSize(4, 34)
        self._title, self._subtitle, self._text = ElidedLabel(self), ElidedLabel(self), Label(self)
        self._title.setObjectName("title")
        self._subtitle.setObjectName("help")
        self._text.setObjectName("description")
        self._text.setWordWrap(True)
        self._page = ""
        self.link = QPushButton("PyTorch docs \u2197", self)
        self.link.setObjectName("link")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.link.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._page)))
        self.link.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._bar)
        top.addLayout(words, 1)
        top.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._text)

    def show_text(self, title: str, subtitle: str, text: str) -> None:
        """Show what the page is about."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def show_link(self, page: str) -> None:
        """Offer a page to be opened in the browser; none for ""."""
        self._page = page
        self.link.setVisible(bool(page))
        set_tip(self.link, f"Opens {page} in the browser")

    def set_color(self, color: QColor) -> None:
        """Paint the bar."""
        self._bar.setStyleSheet(f"background: {color.name()}; border-radius: 2px;")


def section(text: str, parent: QWidget) -> Label:
    """The heading of a part of a page."""
    label = Label(text, parent)
    label.setObjectName("section")
    label.setIndent(0)
    return label

"""A small field that asks for a name where the user is looking."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.popup import Popup
from gui.widgets.text import Label

WIDTH = 280


class NamePopup(Popup):
    """Asks until what is to be done with the name is done, or Escape is pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._accept: Callable[[str], str] = lambda _: ""
        self._caption = Label(self)
        self._caption.setObjectName("help")
        self.error = Label(self)
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.setSpacing(6)
        for widget in (self._caption, self.field, self.error):
            layout.addWidget(widget)
        self.field.returnPressed.connect(self._try)
        self.field.textEdited.connect(lambda: self._refuse(""))

    def ask(self, caption: str, name: str, where: QPoint, accept: Callable[[str], str]) -> None:
        """Ask at a place on the screen; ``accept`` does something with the name, or says why not."""
        self._accept = accept
        self._caption.setText(caption)
        self.field.setAccessibleName(caption)
        self.field.setText(name)
        self._refuse("")
        self.move(where - QPoint(WIDTH // 2, self.sizeHint().height() // 2))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def _try(self) -> None:
        sentence = self._accept(self.field.text().strip())
        if sentence:
            self._refuse(sentence)
        else:
            self.hide()

    def _refuse(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.adjustSize()

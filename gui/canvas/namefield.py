"""A name typed right where it stands on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.canvas.look.fonts import Role, font
from gui.theme.colors import Theme

MIN_WIDTH, MIN_PIXELS = 150, 12
_SIDES = 14


class NameField(QLineEdit):
    """Asks until the name is taken, or Escape is pressed; ``refused`` carries the sentence why not, and where.

    ``left`` follows its end. What is typed is handed in when the focus goes elsewhere, too; a name that is refused
    then is dropped.
    """

    refused = Signal(str, QPoint)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._accept: Callable[[str], str] = lambda _: ""
        self._where: Callable[[], QRect] = QRect
        self._wrong = False
        self.setFrame(False)
        self.set_theme(Theme.light())
        self.returnPressed.connect(self._try)
        self.textEdited.connect(lambda: self._mark(False))
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        edge = theme.error if self._wrong else theme.accent
        self.setStyleSheet(
            f"QLineEdit {{ color: {theme.node_text.name()}; background: {theme.field.name()};"
            f" border: 2px solid {edge.name()}; border-radius: 4px; padding: 0 4px; }}"
        )

    def ask(self, what: str, text: str, role: Role, where: Callable[[], QRect], accept: Callable[[str], str]) -> None:
        """Ask for the name of ``what``; ``where`` tells where it stands on the view, ``accept`` takes it
        or says why not.
        """
        self._accept, self._where = accept, where
        self._role = role
        self._mark(False)
        self.setAccessibleName(what)
        self.setText(text)
        self.follow()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def follow(self) -> None:
        """Stand where the name stands now."""
        if self.isHidden() and not self.text():
            return
        rect = self._where()
        made = QFont(font(self._role))
        made.setPixelSize(max(MIN_PIXELS, round(rect.height() * 0.78)))
        self.setFont(made)
        height = max(rect.height(), self.fontMetrics().height()) + 6
        width = max(MIN_WIDTH, rect.width() + _SIDES, self.fontMetrics().horizontalAdvance(self.text()) + 2 * _SIDES)
        self.setGeometry(rect.left() - 6, rect.center().y() - height // 2, width, height)

    def drop(self) -> None:
        """Leave the name as it was."""
        if self.isVisible():
            self._accept = lambda _: ""
            self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        elif event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
            event.accept()  # what the field has no use for means nothing on the canvas either

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() != Qt.FocusReason.PopupFocusReason and not self._handed_in():
            self.drop()

    def _try(self) -> None:
        if self._handed_in():
            self._end()

    def _handed_in(self) -> bool:
        accept, self._accept = self._accept, lambda _: ""
        sentence = accept(self.text().strip())
        if sentence:
            self._accept = accept
            self._mark(True)
            self.refused.emit(sentence, self.geometry().bottomLeft())
        elif not self.hasFocus():
            self._end()
        return not sentence

    def _end(self) -> None:
        self.hide()
        self.setText("")
        self.left.emit()

    def _mark(self, wrong: bool) -> None:
        if wrong != self._wrong:
            self._wrong = wrong
            self.set_theme(self._theme)

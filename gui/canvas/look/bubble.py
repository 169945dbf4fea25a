"""The words beside the pointer that say why a wire does not fit, or what a drop would do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from gui.theme.colors import Theme
from gui.widgets.text import Label

WIDTH = 340
_OFFSET = QPoint(18, 18)


class Bubble(Label):
    """A line or two of text that keeps within its parent; it never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = Theme.light()
        self._calm = False
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        edge = theme.border if self._calm else theme.error
        self.setStyleSheet(
            f"QLabel {{ color: {theme.node_text.name()}; background: {theme.node.name()};"
            f" border: 1px solid {edge.name()}; border-radius: 6px; padding: 6px 9px; }}"
        )

    def show_at(self, text: str, at: QPoint, *, calm: bool = False) -> None:
        """Say why not, or ``calm`` what would happen, beside a point of the parent; nothing hides the bubble."""
        if not text:
            self.hide()
            return
        if calm != self._calm:
            self._calm = calm
            self.set_theme(self._theme)
        self.setText(text)
        self.setFixedWidth(min(WIDTH, self.fontMetrics().horizontalAdvance(text) + 24))
        self.setFixedHeight(self.heightForWidth(self.width()))
        parent = self._parent.rect()
        place = at + _OFFSET
        self.move(
            max(0, min(place.x(), parent.right() - self.width())),
            place.y() if place.y() + self.height() < parent.bottom() else at.y() - self.height() - 10,
        )
        self.show()
        self.raise_()

"""A line along a widget that says whether it has the focus, for one that paints no frame of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme.colors import Theme

THICK = 2


class FocusLine(QWidget):
    """Follows the focus of one widget; it takes the same room whether it shows or not."""

    def __init__(self, watched: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._watched = watched
        self._theme = Theme.light()
        self.setFixedHeight(THICK)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        watched.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.accent if self._watched.hasFocus() else self._theme.canvas)

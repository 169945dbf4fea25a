"""Pages that are made when they are wanted: most of them are not looked at in most visits to a drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme.colors import Theme


class Page(QWidget):
    """A part of the window that has colours of its own."""

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        raise NotImplementedError


P = TypeVar("P", bound=Page)


class Later(QWidget, Generic[P]):
    """The place of a page that is made when it is first seen or asked for, whichever is earlier.

    ``make`` is handed the parent to give it, and has to make it as things are then: nobody told it what was before.
    ``made`` tells of it once, when it wears the theme and can be used.
    """

    made = Signal()

    def __init__(self, make: Callable[[QWidget], P], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._theme: Theme | None = None
        self.there: P | None = None

    def page(self) -> P:
        """The page; it is made if it is not there yet."""
        if self.there is None:
            self.there = made = self._make(self)
            layout = QVBoxLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(made)
            made.show()  # at once where this can be seen already, and of the size that there is for it
            layout.activate()
            if self._theme is not None:
                made.set_theme(self._theme)
            self.made.emit()
        return self.there

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours, or keep them for the page."""
        self._theme = theme
        if self.there is not None:
            self.there.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        self.page()
        super().showEvent(event)

"""The chosen theme, worn by everything in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication

from gui import settings
from gui.actions import TOOLBAR
from gui.icons import icon
from gui.style import style_sheet
from gui.theme import Theme, apply

if TYPE_CHECKING:
    from gui.window import MainWindow

ICONS = {"frame_all": "frame", "export_onnx": "export"}


class Themes(QObject):
    """Light, dark, or as the desktop is; the choice is remembered."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._app, self._window = app, window
        self._worn: Theme | None = None
        self._group = QActionGroup(self)
        menu = window.actions_made.menus["theme"]
        for name in ("light", "dark", "system"):
            action = menu.addAction(name.capitalize())
            action.setCheckable(True)
            action.setChecked(name == settings.theme_name())
            action.triggered.connect(lambda _=False, name=name: self.choose(name))
            self._group.addAction(action)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.wear()

    @property
    def theme(self) -> Theme:
        """The theme worn."""
        assert self._worn is not None
        return self._worn

    def choose(self, name: str) -> None:
        """Wear "light", "dark" or "system" from now on."""
        settings.set_theme_name(name)
        self.wear()

    def wear(self) -> None:
        """Give everything the colours of the chosen theme."""
        theme = _theme(settings.theme_name())
        if theme is self._worn:
            return
        self._worn = theme
        apply(self._app, theme)
        window = self._window
        window.setStyleSheet(style_sheet(theme))
        for wearer in window.themed():
            wearer.set_theme(theme)
        for name in TOOLBAR:
            if name != "-":
                window.actions_made[name].setIcon(icon(ICONS.get(name, name), theme.text, theme.border))

    def _follow_system(self) -> None:
        if settings.theme_name() == "system":
            self.wear()


def _theme(name: str) -> Theme:
    if name == "system":
        return Theme.system()
    return Theme.dark() if name == "dark" else Theme.light()

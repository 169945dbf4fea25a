"""The chosen theme, worn by everything in the window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication, QMainWindow

from gui import preferences as settings
from gui.shell.actions import TOOLBAR, Actions
from gui.theme.colors import Theme, apply
from gui.theme.icons import icon
from gui.theme.stylesheet import style_sheet

ICONS = {"frame_all": "frame", "export_onnx": "export"}


class Themed(Protocol):
    """What has colours of its own to change."""

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""


class Themes(QObject):
    """Light, dark, or as the desktop is; the choice is remembered.

    Application and window wear the theme from the start, what is in the window from ``dress`` on. ``chosen`` carries
    the name of another choice, which other windows are to take.
    """

    chosen = Signal(str)

    def __init__(self, app: QApplication, window: QMainWindow) -> None:
        super().__init__(window)
        self._app, self._window = app, window
        self._wearers: list[Themed] = []
        self._actions: Actions | None = None
        self._group = QActionGroup(self)
        self._name = settings.theme_name()
        self.theme = _theme(self._name)
        self._wear()

    def dress(self, wearers: Iterable[Themed], actions: Actions) -> None:
        """Give everything in the window the theme, and the menu its choices."""
        self._actions = actions
        self._wearers += wearers
        for name in ("light", "dark", "system"):
            action = actions.menus["theme"].addAction(name.capitalize())
            action.setCheckable(True)
            action.setChecked(name == self._name)
            action.triggered.connect(lambda _=False, name=name: self.choose(name))
            self._group.addAction(action)
        self._app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._wear_inside()

    def add(self, wearers: Iterable[Themed]) -> None:
        """Have more things wear the theme, from now on."""
        for wearer in wearers:
            self._wearers.append(wearer)
            wearer.set_theme(self.theme)

    def remove(self, wearers: Iterable[Themed]) -> None:
        """Forget things that are leaving the window."""
        gone = set(map(id, wearers))
        self._wearers = [wearer for wearer in self._wearers if id(wearer) not in gone]

    def choose(self, name: str) -> None:
        """Wear "light", "dark" or "system" from now on."""
        settings.set_theme_name(name)
        self.take(name)
        self.chosen.emit(name)

    def take(self, name: str) -> None:
        """Wear what was chosen, here or in another window."""
        self._name = name
        for action in self._group.actions():
            action.setChecked(action.text().lower() == name)
        self._change()

    def _follow_system(self) -> None:
        if self._name == "system":
            self._change()

    def _change(self) -> None:
        theme = _theme(self._name)
        if theme is not self.theme:
            self.theme = theme
            self._wear()
            self._wear_inside()

    def _wear(self) -> None:
        apply(self._app, self.theme)
        self._window.setStyleSheet(style_sheet(self.theme))

    def _wear_inside(self) -> None:
        for wearer in self._wearers:
            wearer.set_theme(self.theme)
        assert self._actions is not None
        inks, ratio = (self.theme.text, self.theme.border), self._window.devicePixelRatioF()
        for name in TOOLBAR:
            if name != "-":
                self._actions[name].setIcon(icon(ICONS.get(name, name), *inks, ratio))


def _theme(name: str) -> Theme:
    if name == "system":
        return Theme.system()
    return Theme.dark() if name == "dark" else Theme.light()

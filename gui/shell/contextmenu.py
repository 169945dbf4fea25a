"""The menus of a right click, made from the one table of commands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.shell.actions import COMMANDS, Actions, Command

# Commands of this menu bar's menu stand in a submenu of a context menu: there are many, and they are needed seldom.
FOLDED = "Arrange"


def open_menu(place: str, actions: Actions, where: QPoint, parent: QWidget) -> QMenu:
    """Open the menu of something, by what the table calls it, at a point of the screen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    listed = [command for command in COMMANDS if place in command.on.split() or command.text == "-"]
    plain = [command for command in listed if command.menu != FOLDED]
    folded = [command for command in listed if command.menu == FOLDED]
    _fill(menu, plain, actions)
    if any(command.id for command in folded):
        menu.addSeparator()
        _fill(menu.addMenu(FOLDED), folded, actions)
    menu.popup(where)
    return menu


def _fill(menu: QMenu, commands: Sequence[Command], actions: Actions) -> None:
    """Put commands into a menu, with lines where the table has them or goes on to another menu."""
    before: Command | None = None
    for command in commands:
        if command.text == "-":
            menu.addSeparator()
            continue
        if before is not None and command.menu and before.menu and command.menu != before.menu:
            menu.addSeparator()
        action: QAction = actions[command.id]
        action.setShortcutVisibleInContextMenu(True)
        menu.addAction(action)
        before = command

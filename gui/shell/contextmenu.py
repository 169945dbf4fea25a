"""The menus of a right click, made from the one table of commands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.shell.actions import COMMANDS, Actions, Command

# Commands of these menus of the menu bar stand in submenus: there are many, and they are needed seldom.
FOLDED = ("Arrange",)


def open_menu(place: str, actions: Actions, where: QPoint, parent: QWidget) -> QMenu:
    """Open the menu of something, by what the table calls it, at a point of the screen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    listed = [command for command in COMMANDS if place in command.on.split() or command.text == "-"]
    _fill(menu, [command for command in listed if not _fold(command)], actions)
    menu.addSeparator()
    for fold in dict.fromkeys(_fold(command) for command in listed if command.id and _fold(command)):
        _fill(menu.addMenu(fold), [command for command in listed if _fold(command) == fold], actions)
    menu.popup(where)
    return menu


def _fold(command: Command) -> str:
    """The submenu that a command stands in; "" for one in the menu itself."""
    return command.fold or (command.menu if command.menu in FOLDED else "")


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

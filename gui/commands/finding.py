"""Commands found by their names, nodes found by what they are, and steps listed to go to."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction

from graph.edits.search.finding import Found, find
from graph.edits.search.fuzzy import rank
from gui.commands.editing import Editing
from gui.commands.guide import Guide
from gui.commands.parts import Parts
from gui.shell.actions import COMMANDS, SUBMENUS
from gui.widgets.chooser import Row

# How far below the upper edge of the canvas the list opens.
_DROP = 12
# The state before the first step, and the mark of the present one.
FIRST, NOW = "As it was opened", "\N{BLACK LEFT-POINTING TRIANGLE} now"


class Finding:
    """The searches of one window for commands, nodes and steps."""

    def __init__(self, parts: Parts, guide: Guide, editing: Editing) -> None:
        self._parts, self._guide, self._editing = parts, guide, editing
        self._steps: list[int] = []
        self._actions: list[tuple[str, QAction]] = []
        self._offered: list[QAction] = []
        self._found: list[Found] = []

    def commands(self) -> None:
        """Ask for a command, and carry it out."""
        self._actions = self._named()
        self._parts.chooser.ask("Find a command", self._place(), self._offer_commands, self._run)

    def nodes(self) -> None:
        """Ask for nodes by name, kind or parameter; each is shown, and Enter goes on to the next."""
        self._parts.chooser.ask(
            "Find by name, kind or parameter", self._place(), self._offer_nodes, self._next, self._show
        )

    def steps(self) -> None:
        """List every step there is, the newest first, and go to the one that is chosen."""
        document = self._parts.workspace.document
        ahead = len(document.future)
        self._parts.chooser.ask("Go to a step", self._place(), self._offer_steps, self._travel, first=ahead)

    def _offer_steps(self, text: str) -> list[Row]:
        document = self._parts.workspace.document
        done, ahead = document.history, document.future
        listed = [(-len(ahead) + at, label, "undone") for at, label in enumerate(ahead[::-1])]
        listed += [(at, label, "" if at else NOW) for at, label in enumerate(done[::-1])]
        listed.append((len(done), FIRST, "" if done else NOW))
        words = text.lower().split()
        fitting = [row for row in listed if all(word in row[1].lower() for word in words)]
        self._steps = [by for by, _, _ in fitting]
        return [Row(label, detail) for _, label, detail in fitting]

    def _travel(self, index: int) -> bool:
        self._editing.travel(self._steps[index])
        return True

    def _named(self) -> list[tuple[str, QAction]]:
        """Every action with its name; those of submenus behind the name of the menu."""
        made = self._parts.actions
        found = [
            (command.name, made[command.id])
            for command in COMMANDS
            if command.menu and command.text != "-" and command.id not in SUBMENUS
        ]
        for command in COMMANDS:
            if command.id not in SUBMENUS:
                continue
            menu = made.menus[command.id]
            menu.aboutToShow.emit()
            rows = [action for action in menu.actions() if action.text() and not action.isSeparator()]
            found += [(f"{command.name}: {_plain(action.text())}", action) for action in rows]
        return found

    def _offer_commands(self, text: str) -> list[Row]:
        ranked = [(rank(text, name, (name,)), name, action) for name, action in self._actions]
        fitting = [(how, name, action) for how, name, action in ranked if how is not None]
        fitting.sort(key=lambda row: (row[0], not row[2].isEnabled()))
        self._offered = [action for _, _, action in fitting]
        return [Row(name, _keys(action), action.isEnabled()) for _, name, action in fitting]

    def _run(self, index: int) -> bool:
        action = self._offered[index]
        self._parts.chooser.hide()
        action.trigger()
        return False

    def _offer_nodes(self, text: str) -> list[Row]:
        document, canvas = self._parts.workspace.document, self._parts.canvas
        self._found = find(document, text, canvas.graph)
        return [Row(f"{each.graph}/{each.name}" if each.graph else each.name, each.text) for each in self._found]

    def _show(self, index: int) -> None:
        found = self._found[index]
        self._guide.go_to(f"{found.graph}/{found.name}" if found.graph else found.name)

    def _next(self, index: int) -> bool:
        self._parts.chooser.step(1)
        return False

    def _place(self) -> QPoint:
        view = self._parts.canvas.viewport()
        return view.mapToGlobal(QPoint(view.width() // 2, _DROP))


def _plain(text: str) -> str:
    """The text of an action without the marks of a menu and without its key."""
    return text.partition("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _keys(action: QAction) -> str:
    shown = action.text().partition("\t")[2]
    keys = [key.toString() for key in action.shortcuts()]
    return ", ".join([shown, *keys] if shown else keys)

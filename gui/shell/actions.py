"""Every command of the window as data: its menu, its words, its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolButton

from gui.widgets.text import set_tip


@dataclass(frozen=True)
class Command:
    """A command; ``id`` names what it does, ``menu`` where it stands, a ``text`` of "-" is a line between others."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""


COMMANDS = (
    Command("new", "File", "&New", ("Ctrl+N",), "Start an empty drawing"),
    Command("open", "File", "&Open…", ("Ctrl+O",), "Open a drawing"),
    Command("examples", "File", "Open &Example"),
    Command("recent", "File", "Open &Recent"),
    Command("recover", "File", "Reco&ver Unsaved Work…", (), "Look for work that was not saved when Layerloom ended"),
    Command("", "File", "-"),
    Command("save", "File", "&Save", ("Ctrl+S",), "Save the drawing"),
    Command("save_as", "File", "Save &As…", ("Ctrl+Shift+S",)),
    Command("", "File", "-"),
    Command("export_onnx", "File", "Export ONN&X…", ("Ctrl+E",), "Write an ONNX file that is checked against PyTorch"),
    Command("export_code", "File", "Export &Code…", (), "Write the PyTorch source"),
    Command("export_figure", "File", "Export &Figure…", (), "Write the drawing as SVG, PDF or PNG"),
    Command("", "File", "-"),
    Command("quit", "File", "&Quit", ("Ctrl+Q",)),
    Command("undo", "Edit", "&Undo", ("Ctrl+Z",)),
    Command("redo", "Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("", "Edit", "-"),
    Command("cut", "Edit", "Cu&t", ("Ctrl+X",)),
    Command("copy", "Edit", "&Copy", ("Ctrl+C",)),
    Command("paste", "Edit", "&Paste", ("Ctrl+V",)),
    Command("paste_wired", "Edit", "Paste &with Incoming Wires", ("Ctrl+Shift+V",)),
    Command("duplicate", "Edit", "D&uplicate", ("Ctrl+D",)),
    Command("", "Edit", "-"),
    Command("delete", "Edit", "&Delete", ("Delete", "Backspace"), "Delete, joining the neighbours of a layer"),
    Command("delete_apart", "Edit", "Delete without &Healing", ("Shift+Delete",)),
    Command("select_all", "Edit", "Select &All", ("Ctrl+A",)),
    Command("rename", "Edit", "Re&name", ("F2",)),
    Command("freeze", "Edit", "&Freeze Weights", ("K",), "Keep the weights of the selected nodes from training"),
    Command("", "Edit", "-"),
    Command("group", "Edit", "&Group into Block…", ("Ctrl+G",), "Make the selected nodes a block"),
    Command("unpack", "Edit", "Unpack &Block", ("Ctrl+Shift+G",), "Put what is inside a block in its place"),
    Command("new_block", "Edit", "Ne&w Block", (), "Add an empty block and go into it"),
    Command("zoom_in", "View", "Zoom &In", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", "View", "Zoom &Out", ("Ctrl+-",)),
    Command("zoom_reset", "View", "&100 %", ("Ctrl+0",)),
    Command("frame", "View", "Connect Two or Frame &Selection", ("F",), "Wire two selected nodes; frame any others"),
    Command("frame_all", "View", "Frame &All", ("Home",), "Show the whole drawing"),
    Command("lay_out", "View", "&Lay Out", ("L",), "Put the selected nodes, or all, in order"),
    Command("", "View", "-"),
    Command("theme", "View", "&Theme"),
    Command("panels", "View", "&Panels"),
    Command("train", "Train", "&Train", ("F5",), "Train the drawing as it is"),
    Command("pause", "Train", "&Pause", ("F6",)),
    Command("stop", "Train", "&Stop", ("Shift+F5",)),
    Command("about", "Help", "&About Layerloom"),
)
TOOLBAR = (
    *("new", "open", "save", "-", "undo", "redo", "-", "frame_all", "-"),
    *("train", "pause", "stop", "-", "export_onnx"),
)
WORDED = ("train", "pause", "stop", "export_onnx")
SUBMENUS = ("examples", "recent", "theme", "panels")


@dataclass
class Actions:
    """The window's actions and submenus by the command's id."""

    actions: dict[str, QAction]
    menus: dict[str, QMenu]

    def __getitem__(self, id: str) -> QAction:
        return self.actions[id]


def build_actions(window: QMainWindow, slots: Mapping[str, Callable[[], object]]) -> Actions:
    """Fill the menu bar and the toolbar; ``slots`` says what each command does."""
    made = Actions({}, {})
    menus: dict[str, QMenu] = {}
    for command in COMMANDS:
        if command.menu not in menus:
            menus[command.menu] = window.menuBar().addMenu(f"&{command.menu}")
        menu = menus[command.menu]
        if command.text == "-":
            menu.addSeparator()
        elif command.id in SUBMENUS:
            made.menus[command.id] = menu.addMenu(command.text)
        else:
            made.actions[command.id] = _action(window, menu, command, slots[command.id])
    _fill_toolbar(window, made)
    return made


def _action(window: QMainWindow, menu: QMenu, command: Command, slot: Callable[[], object]) -> QAction:
    action = QAction(command.text, window)
    action.setShortcuts([QKeySequence(key) for key in command.keys])
    name = command.text.replace("&", "").rstrip("…")
    set_tip(action, f"{command.tip or name}" + (f" ({command.keys[0]})" if command.keys else ""))
    action.triggered.connect(lambda: slot())
    menu.addAction(action)
    return action


def _fill_toolbar(window: QMainWindow, made: Actions) -> None:
    bar = window.addToolBar("Toolbar")
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    for name in TOOLBAR:
        if name == "-":
            bar.addSeparator()
        else:
            bar.addAction(made[name])
            button = bar.widgetForAction(made[name])
            if name in WORDED and isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

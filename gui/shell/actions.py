"""Every command of the window as data: its menu, its words, its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QToolButton

from graph.records import Tint
from gui.canvas.input.keys import BINDINGS

TINTS: tuple[Tint, ...] = get_args(Tint)


@dataclass(frozen=True)
class Command:
    """A command; ``id`` names what it does, ``menu`` where it stands, a ``text`` of "-" is a line between others.

    ``on`` lists what it is offered for by a right click: "canvas", "node", "wire", "dot", "frame", "port", "layer",
    "tab".
    Without a ``menu`` it is offered there alone; ``fold`` names the submenu it stands in there, where there are many.
    ``gesture`` is one that stands for it as well; ``own`` keys are taken by the canvas alone.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    on: str = ""
    gesture: str = ""
    fold: str = ""
    own: bool = False

    @property
    def name(self) -> str:
        """Its text without the marks of a menu."""
        return self.text.replace("&", "").rstrip("…")

    @property
    def draws(self) -> bool:
        """Whether it works on what the canvas shows, so that it means nothing where there is no canvas."""
        return self.id not in HISTORY and (self.menu in DRAWING or self.id in VIEWING)

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """Every key and gesture that stands for it."""
        return (*((self.gesture,) if self.gesture else ()), *self.keys)


HISTORY = ("undo", "redo")
DRAWING = ("Edit", "Layer", "Arrange", "")
VIEWING = ("zoom_in", "zoom_out", "zoom_reset", "frame", "frame_all", "lay_out", "bottom")
COMMANDS = (
    Command("new", "File", "&New", ("Ctrl+N",), "Start an empty drawing"),
    Command("open", "File", "&Open…", ("Ctrl+O",), "Open a drawing"),
    Command("new_window", "File", "New &Window", ("Ctrl+Shift+N",), "Open another window"),
    Command("open_in_window", "File", "Open &in New Window…", (), "Open a drawing in a window of its own"),
    Command("examples", "File", "Open &Example"),
    Command("recent", "File", "Open &Recent"),
    Command("workspace_start", "File", "S&tart Page", (), "Starts, recent files and the examples in pictures"),
    Command("recover", "File", "Reco&ver Unsaved Work…", (), "Look for work that was not saved when Layerloom ended"),
    Command("", "File", "-"),
    Command("save", "File", "&Save", ("Ctrl+S",), "Save the drawing"),
    Command("save_as", "File", "Save &As…", ("Ctrl+Shift+S",)),
    Command("close_tab", "File", "C&lose", ("Ctrl+W",), "Close the drawing", "tab"),
    Command("close_others", "File", "Close Ot&hers", (), "Close every other drawing of this window", "tab"),
    Command("restores", "File", "Open &These Again at the Start", (), "Begin with the drawings that were open last"),
    Command("reopen_tab", "File", "Open Close&d Again", ("Ctrl+Shift+T",), "Open what was closed last", "tab"),
    Command("", "File", "-"),
    Command("export_onnx", "File", "Export ONN&X…", ("Ctrl+E",), "Write an ONNX file that is checked against PyTorch"),
    Command("export_code", "File", "Export &Code…", (), "Write the PyTorch source"),
    Command("export_figure", "File", "Export &Figure…", (), "Draw all or the selection: SVG, PDF, TikZ, PNG"),
    Command("", "File", "-"),
    Command("quit", "File", "&Quit", ("Ctrl+Q",)),
    Command("undo", "Edit", "&Undo", ("Ctrl+Z",), on="canvas"),
    Command("redo", "Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), on="canvas"),
    Command("history", "Edit", "&History…", ("Ctrl+H",), "List every step, and go to one", "canvas"),
    Command("", "Edit", "-"),
    Command("cut", "Edit", "Cu&t", ("Ctrl+X",), on="node frame"),
    Command("copy", "Edit", "&Copy", ("Ctrl+C",), on="node frame"),
    Command("paste", "Edit", "&Paste", ("Ctrl+V",), on="canvas"),
    Command("paste_wired", "Edit", "Paste &with Incoming Wires", ("Ctrl+Shift+V",), on="canvas"),
    Command("duplicate", "Edit", "D&uplicate", ("Ctrl+D",), on="node frame"),
    Command("", "Edit", "-"),
    Command("delete", "Edit", "&Delete", ("Delete", "Backspace"), "Delete what is selected", "node wire dot frame"),
    Command("delete_apart", "Edit", "Delete without &Healing", ("Shift+Delete",), on="node"),
    Command("", "Edit", "-"),
    Command("select_all", "Edit", "Select &All", ("Ctrl+A",), on="canvas"),
    Command(
        "select_upstream",
        "Edit",
        "Select Upst&ream",
        ("Ctrl+Shift+Up",),
        "Add what feeds the selection",
        "node",
        fold="Selection",
    ),
    Command(
        "select_downstream",
        "Edit",
        "Select D&ownstream",
        ("Ctrl+Shift+Down",),
        "Add what it feeds",
        "node",
        fold="Selection",
    ),
    Command("find", "Edit", "&Find…", ("Ctrl+F",), "Find nodes by name, kind or parameter", "canvas"),
    Command("add", "Layer", "&Add…", ("Tab",), "Add a layer, after the selected node if any", "canvas node", own=True),
    Command("add_at_port", "", "Add a Layer Here…", (), "Add a layer, wired to this port", "port", "drag"),
    Command("add_to_wire", "", "Add a Layer into the Wire…", (), "Add a layer between the ends of this wire", "wire"),
    Command("add_kind", "", "Add to the Drawing", (), "Add it, after the selected node", "layer", "Enter"),
    Command("replace", "Layer", "Re&place…", ("Shift+S",), "Take another layer; its wires stay", "node"),
    Command("replace_by_kind", "", "Replace the Selection by It", (), "Make the selected nodes this layer", "layer"),
    Command("forget_block", "", "Remove from the Library…", (), "Delete the file of one of your own blocks", "layer"),
    Command("cut_port", "", "Cut the Wires of This Port", (), "Take the wires at this port away", "port", "Alt+click"),
    Command("rename", "Layer", "Re&name", ("F2",), "Type another name where it stands", "node frame"),
    Command("freeze", "Layer", "&Freeze Weights", ("K",), "Keep the weights of the selection from training", "node"),
    Command("bypass", "Layer", "B&ypass", ("M",), "Pass the input on unchanged, or use the layer again", "node"),
    Command("collapse", "Layer", "&Collapse", ("H",), "Show the headers of the selection alone, or all again", "node"),
    Command("frame_around", "Layer", "Comment &Frame", ("C",), "Put a titled frame around it", "node canvas"),
    *(Command(f"tint_{tint}", "", tint.capitalize(), (), "Colour the frame", "frame", fold="Colour") for tint in TINTS),
    Command("", "Layer", "-"),
    Command("open_block", "Layer", "&Open Block", (), "Go into the block that the node uses", "node", "Enter", "Block"),
    Command("group", "Layer", "&Group into Block…", ("Ctrl+G",), "Make the selection a block", "node", "", "Block"),
    Command(
        "unpack", "Layer", "&Unpack Block", ("Ctrl+Shift+G",), "Put what it holds in its place", "node", "", "Block"
    ),
    Command("move_out", "Layer", "Move &Out of Block", (), "Move nodes to where it is used", "node", "", "Block"),
    Command("keep_block", "Layer", "&Keep Block in Library", (), "Keep it for other drawings", "node", "", "Block"),
    Command("new_block", "Layer", "New &Block", (), "Add an empty block and go into it", "canvas"),
    Command("workspace_draw", "View", "Dra&w Workspace", ("Ctrl+1",), "Draw the network"),
    Command("workspace_data", "View", "&Data Workspace", ("Ctrl+2",), "Choose the data and see what is in it"),
    Command("workspace_train", "View", "T&rain Workspace", ("Ctrl+3",), "See the curves beside the drawing"),
    Command("workspace_runs", "View", "R&uns Workspace", ("Ctrl+4",), "See and compare what was trained"),
    Command("", "View", "-"),
    Command("move_tab", "View", "&Move to New Window", (), "Give the drawing a window of its own", "tab"),
    Command("next_tab", "View", "&Next Drawing", ("Ctrl+Tab",), "Turn to the next tab"),
    Command("previous_tab", "View", "Pre&vious Drawing", ("Ctrl+Shift+Tab",), "Turn to the tab before"),
    Command("", "View", "-"),
    Command("zoom_in", "View", "Zoom &In", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", "View", "Zoom &Out", ("Ctrl+-",)),
    Command("zoom_reset", "View", "&100 %", ("Ctrl+0",)),
    Command("frame", "View", "&Connect Two or Frame", ("F",), "Wire two selected nodes; frame any others", "node"),
    Command("frame_all", "View", "Frame &All", ("Home",), "Show the whole drawing", "canvas"),
    Command("lay_out", "View", "&Lay Out", ("L",), "Put the selected nodes, or all, in order", "canvas node"),
    Command("", "View", "-"),
    Command("bottom", "View", "Show or Hide the &Bottom", ("Ctrl+J",), "Open the panels there, or leave their tabs"),
    Command("minimap", "View", "Show or Hide the &Map", ("Ctrl+M",), "The whole drawing in a corner", "canvas"),
    Command("motion", "View", "Turn M&otion On or Off", (), "Have nodes glide to where they are put, or not"),
    Command("theme", "View", "&Theme"),
    Command("panels", "View", "&Panels"),
    Command("align_left", "Arrange", "Align &Left", (), "Put the left edges in one line", "node"),
    Command("align_center", "Arrange", "Align in a &Column", (), "Put the middles below one another", "node"),
    Command("align_right", "Arrange", "Align &Right", (), "Put the right edges in one line", "node"),
    Command("", "Arrange", "-"),
    Command("align_top", "Arrange", "Align &Top", (), "Put the upper edges in one line", "node"),
    Command("align_middle", "Arrange", "Align in a Ro&w", (), "Put the middles beside one another", "node"),
    Command("align_bottom", "Arrange", "Align &Bottom", (), "Put the lower edges in one line", "node"),
    Command("", "Arrange", "-"),
    Command("distribute_across", "Arrange", "Distribute &Horizontally", (), "Leave equal gaps across", "node"),
    Command("distribute_down", "Arrange", "Distribute &Vertically", (), "Leave equal gaps downwards", "node"),
    Command("train", "Train", "S&tart Training", ("F5",), "Train the drawing as it is"),
    Command("pause", "Train", "&Pause", ("F6",)),
    Command("stop", "Train", "&Stop", ("Shift+F5",)),
    Command("try_rates", "Train", "Try &Learning Rates…", (), "See the loss at rising learning rates, and take one"),
    Command("", "Train", "-"),
    Command("sweep", "Train", "S&weep", (), "Train it many times with other values, and see which are best"),
    Command("sweep_over", "Train", "Sweep &Over…", (), "Vary a setting, or a parameter of a node", "node"),
    Command("manual", "Help", "&Manual", (), "Read the manual, and search it"),
    Command("explain", "Help", "&What Is This?", ("F1",), "Read of the selected layer, or of the page", "node layer"),
    Command("tour", "Help", "&Tour", (), "See what stands where in the window"),
    Command("", "Help", "-"),
    Command("commands", "Help", "All &Commands…", ("Ctrl+Shift+P",), "Find any command by its name"),
    Command("keys", "Help", "&Keys and Gestures…", (), "List every key and gesture"),
    Command("", "Help", "-"),
    Command("about", "Help", "&About Layerloom"),
)
# What stands in no menu: keys of the canvas.
CANVAS_KEYS = tuple(
    Command(name, "", text, BINDINGS[name], own=True)
    for name, text in (
        ("add_here", "Add a layer at the pointer"),
        ("walk_left", "Walk to the left"),
        ("walk_right", "Walk to the right"),
        ("walk_up", "Walk up"),
        ("walk_down", "Walk down"),
        ("enter", "Go into a block, or into the first field"),
        ("escape", "Leave a block, end a drag"),
        ("hold", "Pan while it is held"),
    )
)
# What the mouse does.
GESTURES = (
    ("Add a layer at a place", "double-click there"),
    ("Connect", "drag from a port to a port"),
    ("Add a layer and connect it", "drag from a port to empty canvas"),
    ("Move all wires of an output", "Ctrl+drag its port"),
    ("Add a dot to a wire", "double-click it; drag the dot"),
    ("Type another name or title", "double-click it"),
    ("Move a frame and what it holds", "drag its title; its edges stretch it"),
    ("Cut wires with a knife", "Ctrl+right-drag across them"),
    ("Put a layer into a wire", "drop it on the wire; with Alt it is not put in"),
    ("Replace a layer", "drop another kind on it; with Alt it is not replaced"),
    ("Move nodes into a block", "drop them on it; with Alt they stay beside it"),
    ("Copy nodes", "Alt+drag"),
    ("Select nodes and wires", "click, drag a rectangle; Shift adds, Ctrl toggles"),
    ("Go to a place on the map", "click or drag there"),
    ("Pan", "middle drag, two fingers; sideways Shift+wheel or a second wheel"),
    ("Zoom", "wheel, pinch"),
)
TOOLBAR = (
    *("new", "open", "save", "-", "undo", "redo", "-", "frame_all", "-"),
    *("train", "pause", "stop", "-", "export_onnx"),
)
WORDED = ("train", "pause", "stop", "export_onnx")
WORKSPACES = ("workspace_draw", "workspace_data", "workspace_train", "workspace_runs")
TOOLBAR_NAME = "toolbar"
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
        if command.menu and command.menu not in menus:
            menus[command.menu] = window.menuBar().addMenu(f"&{command.menu}")
        if command.text != "-" and command.id not in SUBMENUS:
            made.actions[command.id] = _action(window, command, slots[command.id])
        if command.menu:
            _stand(menus[command.menu], command, made)
    _fill_row(window, made)
    _fill_toolbar(window, made)
    return made


def _stand(menu: QMenu, command: Command, made: Actions) -> None:
    """Put a command into its menu."""
    if command.text == "-":
        menu.addSeparator()
    elif command.id in SUBMENUS:
        made.menus[command.id] = menu.addMenu(command.text)
    else:
        menu.addAction(made[command.id])


def _action(window: QMainWindow, command: Command, slot: Callable[[], object]) -> QAction:
    action = QAction(f"{command.text}\t{command.gesture}" if command.gesture else command.text, window)
    action.triggered.connect(lambda: slot())
    return action


def _fill_row(window: QMainWindow, made: Actions) -> None:
    """The workspaces before the toolbar, in line with it: the row costs no height, and stays if the toolbar goes."""
    bar = window.addToolBar("Workspaces")
    bar.setObjectName("workspaces")
    bar.setMovable(False)
    bar.toggleViewAction().setVisible(False)
    group = QActionGroup(bar)
    for name in WORKSPACES:
        action = made[name]
        action.setCheckable(True)
        action.setIconText(action.iconText().removesuffix(" Workspace"))
        group.addAction(action)
        bar.addAction(action)
        button = bar.widgetForAction(action)
        button.setObjectName("workspace")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(f"{action.iconText()} workspace")


def _fill_toolbar(window: QMainWindow, made: Actions) -> None:
    bar = window.addToolBar("Toolbar")
    bar.setObjectName(TOOLBAR_NAME)
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
                _name(button, made[name])


def _name(button: QToolButton, action: QAction) -> None:
    """Have a button be called all that its command says, also where it shows one word of it."""

    def follow() -> None:
        button.setAccessibleName(action.text().replace("&", "").rstrip("…"))

    action.changed.connect(follow)
    follow()

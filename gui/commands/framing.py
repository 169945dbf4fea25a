"""The commands on a window itself, and what its own parts ask of the document in front."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint

from gui.canvas.input.keys import Keymap
from gui.commands.commands import Commands
from gui.commands.parts import Frame
from gui.commands.touring import Touring
from gui.shell.about import About
from gui.shell.bindings import Bindings
from gui.shell.contextmenu import open_menu
from gui.shell.keysheet import KeySheet
from gui.shell.workspaces import WORKSPACES

ABOUT = (
    "Draw a neural network; get the PyTorch you would have written by hand, "
    "trained in front of you and deployed as ONNX."
)


class Framing:
    """Hears the palette, the bar at the bottom and the workspaces, and hands on to the document in front."""

    def __init__(
        self, frame: Frame, keymap: Keymap, front: Callable[[], Commands], every: Callable[[], Iterable[Commands]]
    ) -> None:
        self._frame, self._front, self._every = frame, front, every
        self.bindings = Bindings(frame.actions, keymap, frame.window.menuBar())
        self.touring = Touring(frame, lambda: front().parts.canvas)
        self._connect()

    def slots(self) -> dict[str, Callable[[], object]]:
        """What each command does, by its id; the others are those of the document."""
        frame = self._frame
        return {
            "keys": self.show_keys,
            "tour": self.touring.show,
            "about": lambda: About(ABOUT, frame.window).open(),
            "bottom": frame.docks.toggle_bottom,
            "minimap": self.toggle_minimap,
            "motion": self.toggle_motion,
            **{f"workspace_{name.lower()}": partial(frame.workspaces.show_workspace, name) for name in WORKSPACES},
        }

    def show_keys(self) -> None:
        """List every key and gesture, to be changed there."""
        KeySheet(self._frame.window, self.bindings).open()

    def toggle_minimap(self) -> None:
        """Show the map of every drawing, or no more."""
        self._front().toggle_minimap()
        for each in self._every():
            each.parts.canvas.show_minimap(self._front().parts.canvas.minimap.shown)

    def toggle_motion(self) -> None:
        """Have the nodes of every drawing glide, or no more."""
        self._front().toggle_motion()
        for each in self._every():
            each.parts.canvas.motion.on = self._front().parts.canvas.motion.on

    def _connect(self) -> None:
        frame, front = self._frame, self._front
        palette, status, spaces = frame.palette, frame.status, frame.workspaces
        palette.menu_requested.connect(self._open_palette_menu)
        palette.add_requested.connect(lambda kind: front().editing.add_behind(kind))
        frame.search.chosen.connect(lambda kind: front().editing.add_wanted(kind))
        frame.docks["Code"].visibilityChanged.connect(lambda _: front().parts.code.come_up())
        frame.search.explain_requested.connect(lambda kind: front().reading.explain_kind(kind))
        frame.manual.left.connect(spaces.leave_manual)
        frame.manual.example_wanted.connect(frame.open_copy)
        spaces.leaving.connect(lambda name: front().showing.leave(name))
        spaces.changed.connect(lambda name: front().showing.workspace(name))
        status.training_clicked.connect(lambda: spaces.bring_up("Train"))
        status.problems_clicked.connect(lambda: spaces.bring_up("Problems"))
        status.zoom_clicked.connect(lambda: front().parts.canvas.zoom_reset())

    def _open_palette_menu(self, where: QPoint) -> None:
        actions = self._frame.actions
        actions["forget_block"].setVisible(self._front().shelving.has_own)
        open_menu("layer", actions, where, self._frame.window)

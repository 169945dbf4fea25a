"""The tour of a window: shown once to whoever begins for the first time, and again whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QToolBar, QWidget

from gui import preferences as settings
from gui.commands.parts import Frame
from gui.shell.actions import TOOLBAR_NAME
from gui.shell.workspaces import FIRST
from gui.tour.tour import Step, Tour

WORDS = {
    "Layers": "Every layer there is. Type to find one; drag it onto the canvas, or press Enter to add it behind the "
    "selected one. F1 tells what it does.",
    "Canvas": "The network. Drag from a port to a port to connect them; Tab adds a layer behind the selected one, "
    "wired. Each node shows the shape that leaves it.",
    "Inspector": "The parameters of what is selected. With nothing selected: the drawing's name, its data, and how it "
    "is trained.",
    "Problems": "What keeps the drawing from running, and advice. A click lists them, each with a button that repairs "
    "it where there is a way.",
    "Start": "Trains the drawing as it is (F5), with curves beside it. Every training is kept as a run.",
    "Export ONNX": "Writes the trained network to a file that other programs run, compared with PyTorch before it is "
    "saved. The Help menu has the manual, and this tour again.",
}


class Touring:
    """The command that shows a window's parts, and when it is shown without being asked for."""

    def __init__(self, frame: Frame, canvas: Callable[[], QWidget]) -> None:
        self._frame, self._canvas = frame, canvas
        self._due = self._chosen = False
        self.tour = Tour(frame.window, self._steps())
        start = frame.start
        for chosen in (start.begun, start.new_requested, start.example_chosen):
            chosen.connect(self._choose)
        frame.workspaces.changed.connect(self._follow)
        self.tour.ended.connect(lambda: settings.set_toured(True))

    def offer(self) -> None:
        """Show it once a drawing is begun on the start page, to whoever has not seen it."""
        self._due = not settings.toured()

    def show(self) -> None:
        """Show it from its beginning, where its parts are."""
        self._frame.workspaces.show_workspace(FIRST)
        self.tour.start(with_keys=True)

    def _choose(self) -> None:
        self._chosen = True

    def _follow(self, workspace: str) -> None:
        if self.tour.running and workspace != FIRST:
            self.tour.end()
        elif self._due and self._chosen and workspace == FIRST:
            self._due = False
            # Once everything has its place.
            QTimer.singleShot(0, self._frame.window, lambda: self.tour.start(with_keys=False))

    def _steps(self) -> tuple[Step, ...]:
        frame = self._frame
        found: dict[str, Callable[[], QWidget | None]] = {
            "Layers": lambda: frame.docks["Layers"],
            "Canvas": self._canvas,
            "Inspector": lambda: frame.docks["Inspector"],
            "Problems": lambda: frame.status.problems,
            "Start": lambda: self._button("train"),
            "Export ONNX": lambda: self._button("export_onnx"),
        }
        return tuple(Step(heading, WORDS[heading], find) for heading, find in found.items())

    def _button(self, command: str) -> QWidget | None:
        bar = self._frame.window.findChild(QToolBar, TOOLBAR_NAME)
        return bar.widgetForAction(self._frame.actions[command]) if bar is not None else None

"""What commands reach: the parts of a document, and of the window that holds it, handed to them as one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLayout, QMainWindow

from gui.analysis import Analysis
from gui.canvas import Canvas
from gui.code.panel import CodePanel
from gui.commands.files import FileCommands
from gui.desk.data.page import DataPage
from gui.desk.later import Later
from gui.desk.results.page import ResultsPage
from gui.desk.runs.panel import RunsPanel
from gui.desk.sweep.desk import RunsDesk
from gui.desk.sweep.page import SweepPage
from gui.desk.sweep.run import SweepRun
from gui.desk.training.panel import TrainPanel
from gui.desk.training.queue import TrainQueue
from gui.desk.training.run import TrainRun
from gui.export.onnx import OnnxExport
from gui.inspector.panel import Inspector
from gui.manual.desk import ManualDesk
from gui.outline.panel import OutlinePanel
from gui.palette.panel import Palette
from gui.palette.popup import SearchPopup
from gui.problems.panel import ProblemsPanel
from gui.recovery.keeper import Keeper
from gui.shell.actions import Actions
from gui.shell.breadcrumb import Breadcrumb
from gui.shell.docks import Docks
from gui.shell.statusbar import StatusBar
from gui.shell.voice import Voice
from gui.shell.workspaces import Workspaces
from gui.start.page import StartPage
from gui.widgets.chooser import Chooser
from gui.widgets.namepopup import NamePopup
from gui.workspace import Workspace


@dataclass(frozen=True)
class Frame:
    """What a window has once, whichever document it shows.

    ``window`` is what dialogs belong to, ``open_copy`` opens a drawing as one that has no file yet, and has its parts.
    """

    window: QMainWindow
    palette: Palette
    start: StartPage
    manual: ManualDesk
    workspaces: Workspaces
    docks: Docks
    status: StatusBar
    search: SearchPopup
    names: NamePopup
    chooser: Chooser
    actions: Actions
    open_copy: Callable[[Path], Parts | None]


@dataclass(frozen=True)
class Pages:
    """The pages of a document: on its data, on the run that trains, on all runs and sweeps.

    None is there before it is looked at. What has something to tell one that is not there leaves it: a page shows what
    is so when it is made.
    """

    data: Later[DataPage]
    training: Later[TrainPanel]
    desk: Later[RunsDesk]


class WithPages:
    """What has ``pages``, by what they are."""

    pages: Pages

    @property
    def data(self) -> DataPage:
        """The page on the data; made where it is not there yet, as are the others."""
        return self.pages.data.page()

    @property
    def training(self) -> TrainPanel:
        """The page on the run."""
        return self.pages.training.page()

    @property
    def results(self) -> ResultsPage:
        """What the run makes of samples."""
        return self.training.results

    @property
    def desk(self) -> RunsDesk:
        """The page on runs and sweeps."""
        return self.pages.desk.page()

    @property
    def runs(self) -> RunsPanel:
        """The table of runs."""
        return self.desk.runs

    @property
    def sweep(self) -> SweepPage:
        """The page on sweeps."""
        return self.desk.sweep


@dataclass
class Parts(WithPages):
    """A document with its panels and helpers; ``frame`` is of the window that holds it, ``middle`` the layout of path
    and canvas, ``status`` what it says in the bar at the bottom."""

    frame: Frame
    middle: QLayout
    workspace: Workspace
    analysis: Analysis
    canvas: Canvas
    breadcrumb: Breadcrumb
    inspector: Inspector
    problems: ProblemsPanel
    outline: OutlinePanel
    code: CodePanel
    pages: Pages
    status: Voice
    files: FileCommands
    keeper: Keeper
    run: TrainRun
    queue: TrainQueue
    sweeping: SweepRun
    onnx: OnnxExport

    @property
    def front(self) -> bool:
        """Whether this is the document that its window shows."""
        return self.status.front

    @property
    def window(self) -> QMainWindow:
        """The window that holds it at present; dialogs belong to it."""
        return self.frame.window

    @property
    def actions(self) -> Actions:
        """The actions of the window."""
        return self.frame.actions

    @property
    def palette(self) -> Palette:
        """The window's palette."""
        return self.frame.palette

    @property
    def workspaces(self) -> Workspaces:
        """The window's workspaces."""
        return self.frame.workspaces

    @property
    def docks(self) -> Docks:
        """The window's docks."""
        return self.frame.docks

    @property
    def search(self) -> SearchPopup:
        """The window's search for a layer."""
        return self.frame.search

    @property
    def names(self) -> NamePopup:
        """The window's question for a name."""
        return self.frame.names

    @property
    def chooser(self) -> Chooser:
        """The window's list to choose from."""
        return self.frame.chooser

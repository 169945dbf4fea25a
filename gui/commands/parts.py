"""The parts of a window that commands reach, handed to them as one record."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QLayout, QMainWindow

from gui.analysis import Analysis
from gui.canvas import Canvas
from gui.code.panel import CodePanel
from gui.commands.files import FileCommands
from gui.desk.data.page import DataPage
from gui.desk.runs.panel import RunsPanel
from gui.desk.sweep.desk import RunsDesk
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
from gui.recovery.recovery import Recovery
from gui.shell.breadcrumb import Breadcrumb
from gui.shell.docks import Docks
from gui.shell.statusbar import StatusBar
from gui.shell.workspaces import Workspaces
from gui.start.page import StartPage
from gui.widgets.chooser import Chooser
from gui.widgets.namepopup import NamePopup
from gui.workspace import Workspace


@dataclass(frozen=True)
class Parts:
    """A window's document, panels and helpers; ``window`` is what dialogs belong to,
    ``middle`` the layout of path and canvas."""

    window: QMainWindow
    middle: QLayout
    workspace: Workspace
    analysis: Analysis
    canvas: Canvas
    breadcrumb: Breadcrumb
    palette: Palette
    inspector: Inspector
    problems: ProblemsPanel
    outline: OutlinePanel
    code: CodePanel
    training: TrainPanel
    runs: RunsPanel
    desk: RunsDesk
    data: DataPage
    start: StartPage
    manual: ManualDesk
    workspaces: Workspaces
    docks: Docks
    status: StatusBar
    search: SearchPopup
    names: NamePopup
    chooser: Chooser
    files: FileCommands
    keeper: Keeper
    recovery: Recovery
    run: TrainRun
    queue: TrainQueue
    sweeping: SweepRun
    onnx: OnnxExport

"""The main window: the canvas in the middle, and the panels around it put to work together."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from graph.wiring import nodes as wired_nodes
from gui import preferences as settings
from gui.analysis import Analysis
from gui.canvas import Canvas
from gui.code.panel import CodePanel
from gui.commands.commands import Commands
from gui.commands.files import FileCommands, examples_dir, guide_dir
from gui.commands.parts import Parts
from gui.desk.data.page import DataPage, is_data
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
from gui.recovery.recovery import Recovery
from gui.shell.actions import build_actions
from gui.shell.breadcrumb import Breadcrumb
from gui.shell.docks import Docks
from gui.shell.fieldkeys import FieldKeys
from gui.shell.placing import dock_places, put_docks, put_window, window_place
from gui.shell.statusbar import StatusBar
from gui.shell.themes import Themes
from gui.shell.workspaces import MANUAL, START, Workspaces
from gui.start.page import StartPage
from gui.widgets import dialogs
from gui.widgets.chooser import Chooser
from gui.widgets.focusline import FocusLine
from gui.widgets.namepopup import NamePopup
from gui.workers.pool import Workers
from gui.workers.process import COMMAND
from gui.workspace import Workspace

# Pixels that a window's frame and its title take, about, on any desktop.
FRAME, TITLE = 8, 40


class MainWindow(QMainWindow):
    """The editor; ``painted`` follows its first paint, ``worker_command`` starts its workers."""

    painted = Signal()

    def __init__(self, worker_command: Sequence[str] = COMMAND) -> None:
        super().__init__()
        self.setObjectName("window")
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # First: a style sheet is worked out for every child that is already there.
        self.themes = Themes(app, self)
        self.workspace = Workspace(self)
        self.analysis = Analysis(self.workspace)
        self.workers = Workers(worker_command, self)
        self.run = TrainRun(self.workers, self)
        self.queue = TrainQueue(self.run, self)
        self.sweeping = SweepRun(self.workers, self)
        self.onnx = OnnxExport(self.workers, self)
        self.files = FileCommands(self.workspace, self)
        self.keeper = Keeper(self.workspace, self)
        self.recovery = Recovery(self.workspace, self.keeper, self.files.may_leave, self)
        self.breadcrumb = Breadcrumb(self)
        self.canvas = Canvas(self)
        self.focus_line = FocusLine(self.canvas, self)
        self.palette_panel = Palette(self)
        self.inspector = Inspector(self.workspace, self.analysis, self)
        self.problems = ProblemsPanel(self.analysis, self)
        self.code = CodePanel(self.workspace, self.analysis, self.workers, self)
        self.results = ResultsPage(self.workers, self)
        self.training = TrainPanel(self.run, self.queue, self.results, self)
        self.runs = RunsPanel(self)
        self.sweep = SweepPage(self.workspace, self.sweeping, self)
        self.desk = RunsDesk(self.runs, self.sweep, self)
        self.data = DataPage(self.workspace, self.workers, self)
        self.search = SearchPopup(self)
        self.names = NamePopup(self)
        self.chooser = Chooser(self)
        self.status = StatusBar(self.analysis, self)
        self.outline = OutlinePanel(self.workspace, self)
        bottom = {"Problems": self.problems, "Code": self.code, "Outline": self.outline}
        self.docks = Docks(self, self.palette_panel, self.inspector, bottom)
        self.start = StartPage(examples_dir(), self)
        self.manual = ManualDesk(guide_dir(), examples_dir(), self)
        pages: dict[str, QWidget] = {"Data": self.data, "Train": self.training, "Runs": self.desk}
        pages |= {START: self.start, MANUAL: self.manual}
        self.workspaces = Workspaces(self._drawing(), pages, self.docks, self)
        self._was_painted = False
        self._build()

    def sizeHint(self) -> QSize:
        """What a first window has: as much as suits it, or as the screen has beside a frame and its title."""
        screen = self.screen().availableGeometry().size()
        return QSize(1440, 900).boundedTo(screen - QSize(2 * FRAME, TITLE + FRAME))

    def prepare(self) -> None:
        """What can wait until the window is seen: the first worker, and what the first node needs."""
        self.workers.warm()
        wired_nodes.prepare()

    def welcome(self) -> None:
        """Show what one can begin with."""
        self.workspaces.show_workspace(START)

    def show_panel(self, name: str) -> None:
        """Bring a workspace or a panel to the front."""
        self.workspaces.bring_up(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.inspector.settle()
        if not self._may_close():
            event.ignore()
            return
        self.keeper.close()
        settings.set_workspace(self.workspaces.lasting)
        settings.save_window(window_place(self), dock_places(self, self.docks), self.docks.widths)
        self.queue.clear()
        self.run.stop()
        self.sweeping.close()
        self.data.close_worker()
        self.results.close_worker()
        self.hide()
        if self.workers.close():
            print("A worker did not end by itself and was ended; a run keeps what was saved before.", file=sys.stderr)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            # Outside the drop: a question to the user must not keep the other application waiting.
            QTimer.singleShot(0, self, lambda: self._open_dropped(paths[0]))

    def _open_dropped(self, path: str) -> None:
        if is_data(path):
            self.workspaces.bring_up("Data")
            self.data.choose_path(path)
        else:
            self.files.open_path(path)

    def _may_close(self) -> bool:
        waiting = len(self.queue.waiting)
        lost = f" The {waiting} that wait{'s' if waiting == 1 else ''} to train will not be trained." if waiting else ""
        question = f"Stop training and quit? The run keeps what it has learned so far.{lost}"
        if self.run.active and not dialogs.ask(self, "Training is running", question, "Stop and quit"):
            return False
        question = "Stop the sweep and quit? Its trials keep what they have learned, and it can be continued."
        if self.sweeping.active and not dialogs.ask(self, "A sweep is running", question, "Stop and quit"):
            return False
        return self.files.may_leave()

    def _drawing(self) -> QWidget:
        holder = QWidget(self)
        self.middle = QVBoxLayout(holder)
        self.middle.setContentsMargins(0, 0, 0, 0)
        self.middle.setSpacing(0)
        self.middle.addWidget(self.breadcrumb)
        self.middle.addWidget(self.focus_line)
        self.middle.addWidget(self.canvas, 1)
        return holder

    def _parts(self) -> Parts:
        return Parts(
            window=self,
            middle=self.middle,
            workspace=self.workspace,
            analysis=self.analysis,
            canvas=self.canvas,
            breadcrumb=self.breadcrumb,
            palette=self.palette_panel,
            inspector=self.inspector,
            problems=self.problems,
            outline=self.outline,
            code=self.code,
            training=self.training,
            runs=self.runs,
            desk=self.desk,
            data=self.data,
            start=self.start,
            manual=self.manual,
            workspaces=self.workspaces,
            docks=self.docks,
            status=self.status,
            search=self.search,
            names=self.names,
            chooser=self.chooser,
            files=self.files,
            keeper=self.keeper,
            recovery=self.recovery,
            run=self.run,
            queue=self.queue,
            sweeping=self.sweeping,
            onnx=self.onnx,
        )

    def _build(self) -> None:
        self.setCentralWidget(self.workspaces)
        self.setStatusBar(self.status)
        self.setAcceptDrops(True)
        self.commands = Commands(self._parts())
        self.actions_made = build_actions(self, self.commands.slots())
        panels = (
            self.palette_panel,
            self.inspector,
            self.problems,
            self.outline,
            self.code,
            self.training,
            self.runs,
            self.sweep,
            self.data,
            self.start,
            self.manual,
            self.search,
        )
        self.themes.dress((self.canvas, self.focus_line, *panels), self.actions_made)
        FieldKeys(self)
        self.commands.connect(self.actions_made)
        for name, dock in self.docks.by_name.items():
            action = dock.toggleViewAction()
            action.setText(name)
            self.actions_made.menus["panels"].addAction(action)
        self.canvas.set_document(self.workspace.document)
        self.resize(self.sizeHint())
        if (place := settings.window_place()) is not None:
            put_window(self, place)
        if not put_docks(self, self.docks, settings.dock_places()):
            self.docks.arrange()
        self.docks.fit(settings.side_widths())
        self.docks.watch_tabs()
        self.docks.collapse(True)  # until there is something to see
        self.workspaces.show_workspace(settings.workspace())

"""The main window: the documents that are open in it, and the panels around the one in front."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from graph.wiring import nodes as wired_nodes
from gui import preferences as settings
from gui.analysis import Analysis
from gui.canvas import Canvas
from gui.canvas.input.keys import Keymap
from gui.code.panel import CodePanel
from gui.commands.commands import Commands
from gui.commands.files import FileCommands, examples_dir, guide_dir
from gui.commands.framing import Framing
from gui.commands.parts import Frame
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
from gui.palette import shelf
from gui.palette.panel import Palette
from gui.palette.popup import SearchPopup
from gui.problems.panel import ProblemsPanel
from gui.recovery.keeper import Keeper
from gui.recovery.recovery import Recovery
from gui.sessions.opening import Opening
from gui.sessions.session import Session
from gui.sessions.sessions import PLACES, Place, Sessions
from gui.sessions.tabbar import TabBar
from gui.shell.actions import COMMANDS, build_actions
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
# How far below and beside a window the next one opens.
BELOW = 32
T = TypeVar("T")


class Front(Generic[T]):
    """A part of the document in front, as an attribute of its window."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, window: MainWindow, owner: type) -> T:
        found = getattr(window.sessions.front, self._name)
        assert isinstance(found, self._kind)
        return found


# The windows of this process, in the order in which they were opened.
open_windows: list[MainWindow] = []


class MainWindow(QMainWindow):
    """The editor; ``painted`` follows its first paint.

    ``worker_command`` starts its workers, where it is not to have the ``workers`` of another window.
    """

    painted = Signal()

    workspace = Front(Workspace)
    analysis = Front(Analysis)
    canvas = Front(Canvas)
    breadcrumb = Front(Breadcrumb)
    focus_line = Front(FocusLine)
    inspector = Front(Inspector)
    problems = Front(ProblemsPanel)
    code = Front(CodePanel)
    outline = Front(OutlinePanel)
    data = Front(DataPage)
    training = Front(TrainPanel)
    results = Front(ResultsPage)
    runs = Front(RunsPanel)
    sweep = Front(SweepPage)
    desk = Front(RunsDesk)
    run = Front(TrainRun)
    queue = Front(TrainQueue)
    sweeping = Front(SweepRun)
    onnx = Front(OnnxExport)
    files = Front(FileCommands)
    keeper = Front(Keeper)
    commands = Front(Commands)

    def __init__(self, worker_command: Sequence[str] = COMMAND, workers: Workers | None = None) -> None:
        super().__init__()
        self.setObjectName("window")
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # First: a style sheet is worked out for every child that is already there.
        self.themes = Themes(app, self)
        self.workers = workers or Workers(worker_command)
        self.keymap = Keymap()
        self.palette_panel = Palette(self)
        self.search = SearchPopup(self)
        self.names = NamePopup(self)
        self.chooser = Chooser(self)
        self.status = StatusBar(self)
        self.start = StartPage(examples_dir(), self)
        self.manual = ManualDesk(guide_dir(), examples_dir(), self)
        self.tabs = TabBar(self)
        places = {name: Place(self) for name in PLACES}
        bottom: dict[str, QWidget] = {name: places[name] for name in ("Problems", "Code", "Outline")}
        self.docks = Docks(self, self.palette_panel, places["Inspector"], bottom)
        pages: dict[str, QWidget] = {name: places[name] for name in ("Data", "Train", "Runs")}
        pages |= {START: self.start, MANUAL: self.manual}
        self.workspaces = Workspaces(places["Drawing"], pages, self.docks, self)
        self.setCentralWidget(self._middle())
        self.setStatusBar(self.status)
        self.actions_made = build_actions(self, {each.id: partial(self._do, each.id) for each in COMMANDS})
        frame = self._frame()
        self.sessions = Sessions(frame, places, self.tabs, self.themes, self.keymap, self.workers)
        self.framing = Framing(
            frame, self.keymap, lambda: self.commands, lambda: [each.commands for each in self.sessions.all]
        )
        self.opening = Opening(frame, self.sessions, self)
        self.recovery = Recovery(self.opening.restore, self)
        self._slots = {**self.framing.slots(), **self.opening.slots(), "recover": self.recover, "quit": self.quit}
        self._was_painted = False
        self._build()
        open_windows.append(self)

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

    def another(self) -> Opening:
        """Open one more window, a little below this one; it has the same workers."""
        window = MainWindow(workers=self.workers)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = self.normalGeometry() if self.isMaximized() else self.geometry()
        window.setGeometry(place.translated(BELOW, BELOW))
        window.show()
        window.activateWindow()
        return window.opening

    def show_document(self, workspace: Workspace) -> None:
        """Bring the window with a document to the front."""
        for window in open_windows:
            if window.opening.show(workspace):
                window.raise_()
                window.activateWindow()

    def remember_open(self) -> None:
        """Keep which files are open, the one in front of this window last, where they are to be opened again."""
        if self not in open_windows or not settings.restores():
            return
        open_now = [session.workspace.path for window in open_windows for session in window.sessions.all]
        paths = sorted((path for path in open_now if path is not None), key=lambda path: path == self.workspace.path)
        settings.set_open_files(list(map(str, paths)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self in open_windows:
            self.framing.bindings.reload()  # they may have been changed in another window

    def _wear(self, name: str) -> None:
        for window in open_windows:
            if window is not self:
                window.themes.take(name)

    def quit(self) -> None:
        """Close every window, until one is to stay."""
        self.remember_open()
        for window in tuple(open_windows):
            if not window.close():
                break

    def recover(self) -> None:
        """Offer unsaved work back, or say that there is none."""
        if not self.recovery.offer():
            self.status.say("There is no unsaved work to recover.")

    def offer_tour(self) -> None:
        """Show the tour to whoever begins a drawing for the first time."""
        self.framing.touring.offer()

    def show_panel(self, name: str) -> None:
        """Bring a workspace or a panel to the front."""
        self.workspaces.bring_up(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, lambda: self.painted.emit())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self not in open_windows:
            event.accept()  # it was closed before
            return
        self.inspector.settle()
        if not self._may_close():
            event.ignore()
            return
        self.remember_open()
        settings.set_workspace(self.workspaces.lasting)
        settings.save_window(window_place(self), dock_places(self, self.docks), self.docks.widths)
        for session in self.sessions.all:
            session.let_go()
        self.hide()
        open_windows.remove(self)
        shared = any(window.workers is self.workers for window in open_windows)
        if not shared and self.workers.close():
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
            QTimer.singleShot(0, self, lambda: self._open_dropped(paths))

    def _open_dropped(self, paths: Sequence[str]) -> None:
        for path in paths:
            if is_data(path):
                self.workspaces.bring_up("Data")
                self.data.choose_path(path)
            else:
                self.opening.open_path(path)

    def _do(self, command: str) -> None:
        if command not in self._slots:
            self.commands.run(command)
        else:
            self.commands.settled(self._slots[command])

    def _may_close(self) -> bool:
        sessions = self.sessions.all
        waiting = sum(len(session.queue.waiting) for session in sessions)
        lost = f" The {waiting} that wait{'s' if waiting == 1 else ''} to train will not be trained." if waiting else ""
        question = f"Stop training and quit? The run keeps what it has learned so far.{lost}"
        training = any(session.run.active for session in sessions)
        if training and not dialogs.ask(self, "Training is running", question, "Stop and quit"):
            return False
        question = "Stop the sweep and quit? Its trials keep what they have learned, and it can be continued."
        sweeping = any(session.sweeping.active for session in sessions)
        if sweeping and not dialogs.ask(self, "A sweep is running", question, "Stop and quit"):
            return False
        return self._may_leave([session for session in sessions if session.workspace.document.modified])

    def _may_leave(self, unsaved: Sequence[Session]) -> bool:
        if len(unsaved) < 2:
            return all(session.files.may_leave() for session in unsaved)
        wanted = dialogs.ask_unsaved_drawings(self, [session.workspace.title() for session in unsaved])
        if wanted is None:
            return False
        for session in (unsaved[number] for number in wanted):
            self.sessions.show(session)  # whoever is asked for a file is to see what it is for
            if not session.files.save():
                return False
        return True

    def _middle(self) -> QWidget:
        """The tabs above what they turn to."""
        holder = QWidget(self)
        middle = QVBoxLayout(holder)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.tabs)
        middle.addWidget(self.workspaces, 1)
        return holder

    def _frame(self) -> Frame:
        return Frame(
            window=self,
            palette=self.palette_panel,
            start=self.start,
            manual=self.manual,
            workspaces=self.workspaces,
            docks=self.docks,
            status=self.status,
            search=self.search,
            names=self.names,
            chooser=self.chooser,
            actions=self.actions_made,
            open_copy=lambda path: self.opening.open_copy(path),
        )

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self.palette_panel.show_library(shelf.files())
        wearers = (self.palette_panel, self.search, self.start, self.manual, self.tabs, self.framing.touring.tour)
        self.themes.dress(wearers, self.actions_made)
        self.themes.chosen.connect(self._wear)
        FieldKeys(self)
        for name, dock in self.docks.by_name.items():
            action = dock.toggleViewAction()
            action.setText(name)
            self.actions_made.menus["panels"].addAction(action)
        self.sessions.add()
        self.resize(self.sizeHint())
        if (place := settings.window_place()) is not None:
            put_window(self, place)
        if not put_docks(self, self.docks, settings.dock_places()):
            self.docks.arrange()
        self.docks.fit(settings.side_widths())
        self.docks.watch_tabs()
        self.docks.collapse(True)  # until there is something to see
        self.workspaces.show_workspace(settings.workspace())


def say(sentence: str) -> None:
    """Say something in the window that is active, or in the one that was opened last."""
    if open_windows:
        next((window for window in open_windows if window.isActiveWindow()), open_windows[-1]).status.say(sentence)

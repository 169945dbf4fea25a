"""A document that is open in a window: its panels, its run, its journal and the commands on it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.document import Document
from gui.analysis import Analysis
from gui.canvas import Canvas
from gui.canvas.input.keys import Keymap
from gui.code.panel import CodePanel
from gui.commands.commands import Commands
from gui.commands.files import FileCommands
from gui.commands.parts import Frame, Pages, Parts, WithPages
from gui.desk.data.page import DataPage
from gui.desk.later import Later
from gui.desk.sweep.desk import RunsDesk
from gui.desk.sweep.run import SweepRun
from gui.desk.training.panel import TrainPanel
from gui.desk.training.queue import TrainQueue
from gui.desk.training.run import TrainRun
from gui.export.onnx import OnnxExport
from gui.inspector.panel import Inspector
from gui.outline.panel import OutlinePanel
from gui.problems.panel import ProblemsPanel
from gui.recovery.keeper import Keeper
from gui.shell.breadcrumb import Breadcrumb
from gui.shell.themes import Themed
from gui.shell.voice import Voice
from gui.widgets.focusline import FocusLine
from gui.workers.pool import Workers
from gui.workspace import Workspace


class Session(WithPages, QObject):
    """``places`` has what a window shows of it, by the name of the place there: the drawing, panels and pages.

    ``homes`` are these places: what is made elsewhere and put there has all its style worked out twice.
    """

    def __init__(self, frame: Frame, homes: Mapping[str, QWidget], keymap: Keymap, workers: Workers) -> None:
        super().__init__(frame.window)
        self.workspace = Workspace(self)
        self.analysis = Analysis(self.workspace)
        self.run = TrainRun(workers, self)
        self.queue = TrainQueue(self.run, self)
        self.sweeping = SweepRun(workers, self)
        self.keeper = Keeper(self.workspace, self)
        self.drawing = QWidget(homes["Drawing"])
        self.breadcrumb = Breadcrumb(self.drawing)
        self.canvas = Canvas(self.drawing, keymap)
        self.focus_line = FocusLine(self.canvas, self.drawing)
        self.inspector = Inspector(self.workspace, self.analysis, homes["Inspector"])
        self.problems = ProblemsPanel(self.analysis, homes["Problems"])
        self.code = CodePanel(self.workspace, self.analysis, workers, homes["Code"])
        self.pages = Pages(
            Later(lambda parent: DataPage(self.workspace, workers, parent), homes["Data"]),
            Later(lambda parent: TrainPanel(self.run, self.queue, workers, parent), homes["Train"]),
            Later(lambda parent: RunsDesk(self.workspace, self.sweeping, parent), homes["Runs"]),
        )
        self.outline = OutlinePanel(self.workspace, homes["Outline"])
        self.onnx = OnnxExport(workers, self.drawing)
        self.files = FileCommands(self.workspace, self.drawing)
        self.places: dict[str, QWidget] = {
            "Drawing": self.drawing,
            "Inspector": self.inspector,
            "Problems": self.problems,
            "Code": self.code,
            "Outline": self.outline,
            "Data": self.pages.data,
            "Train": self.pages.training,
            "Runs": self.pages.desk,
        }
        self._lay_out()
        self.commands = Commands(self._parts(frame))
        self.workspace.hold()
        self.canvas.set_document(self.workspace.document)

    @property
    def untouched(self) -> bool:
        """Whether nothing was done here yet, so that another document may take its place."""
        workspace, document = self.workspace, self.workspace.document
        drawn = bool(document.model.nodes or document.definitions or document.history or document.future)
        made = self.run.active or self.sweeping.active or self.run.runs_of(document) or self.queue.waiting
        return workspace.path is None and workspace.content is None and not (drawn or document.modified or made)

    @property
    def wearers(self) -> tuple[Themed, ...]:
        """What wears the colours of the theme."""
        panels = (self.inspector, self.problems, self.outline, self.code)
        return (self.canvas, self.focus_line, *panels, self.pages.data, self.pages.training, self.pages.desk)

    def close(self) -> None:
        """Let go of the document for good: its workers end, its journal goes, and its panels are deleted."""
        self.let_go()
        self.canvas.set_document(Document())  # what is left of the panels follows no edit of the document any more
        for widget in self.places.values():
            widget.deleteLater()  # from where it is: without a parent, all in it would have its style worked out anew
        self.deleteLater()

    def move(self, frame: Frame, keymap: Keymap) -> None:
        """Be of another window, which is to put the parts in its places; all that goes on goes on."""
        self.setParent(frame.window)
        self.commands.parts.frame = frame
        self.canvas.keymap = keymap

    def let_go(self) -> None:
        """End what goes on, with its window or alone."""
        self.workspace.let_go()
        self.keeper.close()
        self.queue.clear()
        self.run.close()
        self.sweeping.close()
        for page in (self.pages.data.there, self.pages.training.there):
            if page is not None:
                page.close_worker()
        if self.onnx.active:
            self.onnx.cancel()

    def _lay_out(self) -> None:
        self.middle = QVBoxLayout(self.drawing)
        self.middle.setContentsMargins(0, 0, 0, 0)
        self.middle.setSpacing(0)
        self.middle.addWidget(self.breadcrumb)
        self.middle.addWidget(self.focus_line)
        self.middle.addWidget(self.canvas, 1)

    def _parts(self, frame: Frame) -> Parts:
        return Parts(
            frame=frame,
            middle=self.middle,
            workspace=self.workspace,
            analysis=self.analysis,
            canvas=self.canvas,
            breadcrumb=self.breadcrumb,
            inspector=self.inspector,
            problems=self.problems,
            outline=self.outline,
            code=self.code,
            pages=self.pages,
            status=Voice(frame.status, self.analysis),
            files=self.files,
            keeper=self.keeper,
            run=self.run,
            queue=self.queue,
            sweeping=self.sweeping,
            onnx=self.onnx,
        )

"""The sweep that is prepared: what is varied, how it is searched, how many runs that is, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from graph.edits.setting.proposing import trials_wanted
from graph.errors import LayerloomError
from graph.recipe.sweep.search import Grid, Random
from graph.records import Change, SettingChange
from gui.desk.sweep.rows import AxisRows
from gui.desk.sweep.run import SweepRun
from gui.desk.sweep.settings import SearchForm
from gui.widgets.scrolling import hold_column, scroll_area
from gui.widgets.text import Label, set_tip
from gui.workspace import Workspace

WIDTH = 296


class SweepSetup(QWidget):
    """Shows the document's sweep; the signals ask for what they say."""

    start_requested = Signal()
    stop_requested = Signal()
    add_requested = Signal()

    def __init__(self, workspace: Workspace, run: SweepRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._run = workspace, run
        area = scroll_area(Qt.Orientation.Vertical, self)
        fields = QWidget(area.widget())
        fields.setFixedWidth(WIDTH)
        self.rows = AxisRows(workspace, fields)
        self.search = SearchForm(workspace, fields)
        self.add = QPushButton("Add a Field\N{HORIZONTAL ELLIPSIS}", fields)
        set_tip(self.add, "Vary a training setting, or a parameter of a node")
        self.count = Label(self)
        self.count.setWordWrap(True)
        self.start, self.stop = QPushButton("Start Sweep", self), QPushButton("Stop Sweep", self)
        self.start.setObjectName("primary")
        set_tip(self.stop, "Have the trials write a checkpoint and end; the sweep can be continued")
        buttons = QHBoxLayout()
        buttons.addWidget(self.start)
        buttons.addWidget(self.stop)
        layout = QVBoxLayout(fields)
        layout.setContentsMargins(2, 0, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(_heading("What is varied", fields))
        layout.addWidget(self.rows)
        layout.addWidget(self.add)
        layout.addWidget(_heading("How it is searched", fields))
        layout.addWidget(self.search)
        layout.addStretch(1)
        # Below what scrolls: however much is varied, it can be started.
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addWidget(hold_column(area, fields), 1)
        outer.addWidget(self.count)
        outer.addLayout(buttons)
        self.setFixedWidth(self.sizeHint().width())
        self.add.clicked.connect(self.add_requested)
        self.start.clicked.connect(self.start_requested)
        self.stop.clicked.connect(self.stop_requested)
        workspace.opened.connect(lambda _: self._open())
        workspace.changed.connect(self._follow)
        workspace.settling.connect(self.rows.settle)
        run.changed.connect(self._enable)
        self.refresh()

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        self.rows.refresh()
        self.search.refresh()
        self._enable()

    def _open(self) -> None:
        self.rows.forget()
        self.search.forget()
        self.refresh()

    def _follow(self, changes: list[Change]) -> None:
        # What a field has now stands beside its values, so any change may concern a row.
        settings = any(isinstance(change, SettingChange) for change in changes)
        if settings or self._workspace.document.sweep.over:
            self.refresh()

    def _enable(self) -> None:
        sentence, able = self._counted()
        self.count.setText(sentence)
        self.start.setEnabled(able and not self._run.active)
        self.stop.setEnabled(self._run.may_stop)

    def _counted(self) -> tuple[str, bool]:
        """How many runs there will be, in a sentence; and whether there will be any."""
        document = self._workspace.document
        try:
            wanted = trials_wanted(document)
        except LayerloomError as error:
            return str(error), False
        if not wanted:
            return "", False
        runs = f"{wanted:,} run{'s' if wanted != 1 else ''}"
        epochs = "" if document.sweep.axis("epochs") else f" of {document.training.epochs:,} epochs"
        search = document.sweep.search
        how = ", one for each combination" if isinstance(search, Grid) else ""
        how = ", at random" if isinstance(search, Random) else how
        return f"It will be {runs}{epochs}{how}.", True


def _heading(words: str, parent: QWidget) -> Label:
    made = Label(words, parent)
    made.setObjectName("heading")
    return made

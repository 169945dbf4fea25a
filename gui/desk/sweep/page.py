"""The page on sweeps: the one that is prepared at the left, one that goes on or is done at the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from graph.errors import LayerloomError
from gui.desk.charts.pace import Pace
from gui.desk.later import Page
from gui.desk.sweep.run import SweepRun
from gui.desk.sweep.setup import SweepSetup
from gui.desk.sweep.shown import ShownSweep, read_shown, summed_up
from gui.desk.sweep.table import TrialsTable
from gui.shell.docks import in_view
from gui.theme.colors import Theme
from gui.widgets.progress import ProgressBar
from gui.widgets.text import Label, set_tip
from gui.workspace import Workspace
from training.runs.sweeps.ledger import ENDED

if TYPE_CHECKING:
    from gui.desk.sweep.plots.plots import SweepPlots

NONE = "No sweeps yet"
NOTHING = "No sweep of this drawing yet: choose at the left what is varied, and start."


class SweepPage(Page):
    """``wanted`` asks for the drawing's sweeps; the other signals carry the run of a trial or the folder of a sweep."""

    wanted = Signal()
    open_requested = Signal(object)
    curves_requested = Signal(object)
    continue_requested = Signal(object)

    def __init__(self, workspace: Workspace, run: SweepRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._theme = Theme.light()
        self.shown: ShownSweep | None = None
        self.selected: int | None = None
        # Whether the user chose a trial: else it is the best that is selected, whichever that is by now.
        self._chosen = False
        self.plots: SweepPlots | None = None
        self.setup = SweepSetup(workspace, run, self)
        self.sweeps = QComboBox(self)
        self.sweeps.setAccessibleName("Which sweep is shown")
        self.sweeps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sweeps.setPlaceholderText(NONE)
        self.go_on = QPushButton("Continue", self)
        set_tip(self.go_on, "Go on with a sweep that was stopped; no trial is done twice")
        self.curves = QPushButton("Show Curves", self)
        set_tip(self.curves, "Show the curves of the selected trial beside the drawing")
        self.open = QPushButton("Open Trial", self)
        set_tip(self.open, "Open the selected trial's drawing with its settings, as a copy, and show its curves")
        self.bar = ProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.summary, self.message = Label(self), Label(self)
        self.message.setObjectName("description")
        for line in (self.summary, self.message):
            line.setWordWrap(True)
            line.setMinimumWidth(60)
        self.table = TrialsTable(self)
        self._pace = Pace(self._draw, self)
        self._lay_out()
        self.sweeps.activated.connect(lambda place: self.show_folder(self.sweeps.itemData(place)))
        self.go_on.clicked.connect(lambda: self.shown and self.continue_requested.emit(self.shown.folder))
        self.open.clicked.connect(lambda: self._ask(self.open_requested.emit))
        self.curves.clicked.connect(lambda: self._ask(self.curves_requested.emit))
        self.table.picked.connect(self.pick)
        self.table.opened.connect(self.open_trial)
        run.measured.connect(self._pace.ask)
        run.changed.connect(self._follow)
        run.said.connect(self.say)
        run.failed.connect(lambda failure: self.say(failure.message))
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.table.set_theme(theme)
        if self.plots is not None:
            self.plots.set_theme(theme)

    def come_up(self) -> None:
        """Ask for the sweeps there are: the page has come into view."""
        self.load_plots()
        self.wanted.emit()

    def load_plots(self) -> None:
        """Import pyqtgraph and put the plots above the table; once."""
        if self.plots is not None:
            return
        from gui.desk.sweep.plots.plots import SweepPlots

        self.plots = SweepPlots(self)
        self.plots.set_theme(self._theme)
        self.split.insertWidget(0, self.plots)
        self.split.setSizes([600, 400])
        self.plots.picked.connect(self.pick)
        self.plots.opened.connect(self.open_trial)
        self._show()

    def show_sweeps(self, folders: Sequence[Path]) -> None:
        """Offer these; the one that is shown stays so, else the latest is."""
        own = self._run.sweep.folder if self._run.active and self._run.sweep is not None else None
        listed = list(dict.fromkeys([*([own] if own is not None else []), *folders]))
        kept = self.shown.folder if self.shown is not None else None
        self.sweeps.clear()
        for folder in listed:
            self.sweeps.addItem(folder.name, folder)
        chosen = own or (kept if kept in listed else listed[0] if listed else None)
        if chosen is None:
            self._take(None)
        else:
            self.sweeps.setCurrentIndex(listed.index(chosen))
            self.show_folder(chosen)

    def show_folder(self, folder: Path) -> None:
        """Show a sweep as it is now: that which goes on here as it is told, any other from its folder."""
        if self._run.sweep is not None and self._run.sweep.folder == folder and self._run.active:
            self._take(self._run.sweep)
            return
        try:
            self._take(read_shown(folder))
        except LayerloomError as error:
            self.say(str(error))

    def pick(self, number: int) -> None:
        """Select the trial that the user chose, and stay with it."""
        self._chosen = True
        self.select(number)

    def select(self, number: int | None) -> None:
        """Select a trial wherever it is shown."""
        self.selected = number
        self.table.blockSignals(True)
        self.table.select(number)
        self.table.blockSignals(False)
        if self.plots is not None:
            self.plots.select(number)
        self._enable()

    def open_trial(self, number: int) -> None:
        """Have a trial's run opened."""
        self.pick(number)
        self._ask(self.open_requested.emit)

    def select_run(self, run: Path) -> None:
        """Select the trial with this run."""
        if self.shown is not None:
            self._chosen = True
            self.select(next((n for n, trial in self.shown.trials.items() if trial.run == run.name), None))

    def say(self, sentence: str) -> None:
        """Show a sentence on the sweep, "" for none."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def _ask(self, emit: object) -> None:
        if self.shown is not None and self.selected in self.shown.trials and callable(emit):
            emit(self.shown.run_of(self.selected))

    def _take(self, sweep: ShownSweep | None) -> None:
        before = self.shown.folder if self.shown is not None else None
        self.shown = sweep
        if sweep is None or sweep.folder != before:
            self._chosen = False
            self.say("")
        self._show()

    def _follow(self) -> None:
        """A sweep has begun or ended here: it is the one that is looked at."""
        if self._run.sweep is not None and self._run.state in ("starting", "idle"):
            if self._run.state == "starting":
                self._take(self._run.sweep)
                self.say("Starting\N{HORIZONTAL ELLIPSIS}")
            self.wanted.emit()
        elif self._run.state == "running":
            self.say("")
        else:
            self.say("Stopping: the trials write their checkpoints\N{HORIZONTAL ELLIPSIS}")
        self._enable()

    def _draw(self) -> None:
        """Show the news of the sweep that goes on here, if it is the one that is looked at."""
        running = self._run.sweep
        if running is not None and self.shown is not None and running.folder == self.shown.folder:
            self.shown = running
            if in_view(self):
                self._show()

    def _show(self) -> None:
        sweep = self.shown
        self.summary.setText(summed_up(sweep) if sweep is not None else NOTHING)
        if self.plots is not None:
            self.plots.setVisible(sweep is not None)
            if sweep is not None:
                self.plots.show_sweep(sweep)
        self.table.show_sweep(sweep)
        if not self._chosen:
            best = sweep.best if sweep is not None else None
            self.selected = best.number if best is not None else None
        self.select(self.selected if sweep is not None and self.selected in sweep.trials else None)
        self._progress()

    def _progress(self) -> None:
        """How far the sweep is that goes on here: in trials, and in epochs of those on their way."""
        sweep = self._run.sweep
        here = self._run.active and sweep is not None and self.shown is not None and sweep.folder == self.shown.folder
        self.bar.setVisible(here)
        if not here or sweep is None:
            return
        done = 0.0
        for trial in sweep.trials.values():
            done += 1.0 if trial.state in ENDED else trial.epoch / trial.epochs if trial.epochs else 0.0
        self.bar.setMaximum(1000 * max(1, sweep.wanted))
        self.bar.setValue(round(1000 * done))

    def _enable(self) -> None:
        sweep = self.shown
        chosen = sweep is not None and self.selected in sweep.trials
        self.open.setEnabled(chosen)
        self.curves.setEnabled(chosen)
        self.go_on.setEnabled(sweep is not None and sweep.unfinished and not self._run.active)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.sweeps, 1)
        for button in (self.go_on, self.curves, self.open):
            head.addWidget(button)
        right = QWidget(self)
        results = QVBoxLayout(right)
        results.setContentsMargins(12, 0, 0, 0)
        results.setSpacing(6)
        results.addLayout(head)
        results.addWidget(self.bar)
        results.addWidget(self.summary)
        results.addWidget(self.message)
        self.split = QSplitter(Qt.Orientation.Vertical, right)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.table)
        results.addWidget(self.split, 1)
        right.setMinimumWidth(360)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 10)
        outer.setSpacing(0)
        outer.addWidget(self.setup)
        outer.addWidget(right, 1)

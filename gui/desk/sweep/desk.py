"""The workspace of the runs: their table, and beside it the page on sweeps."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gui.desk.later import Later, Page
from gui.desk.runs.panel import RunsPanel
from gui.desk.sweep.page import SweepPage
from gui.desk.sweep.run import SweepRun
from gui.theme.colors import Theme
from gui.widgets.text import set_tip
from gui.workspace import Workspace


class RunsDesk(Page):
    """Two pages, one at a time."""

    def __init__(self, workspace: Workspace, run: SweepRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedWidget(self)
        self.runs = RunsPanel(self._stack)
        self.sweep_later = Later(lambda parent: SweepPage(workspace, run, parent), self._stack)
        self.runs_tab, self.sweep_tab = QPushButton("Runs", self), QPushButton("Sweep", self)
        set_tip(self.sweep_tab, "Train the drawing many times with other values, and see which are best")
        self._stack.addWidget(self.runs)
        self._stack.addWidget(self.sweep_later)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 8, 12, 0)
        group = QButtonGroup(self)
        for place, button in enumerate((self.runs_tab, self.sweep_tab)):
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setChecked(place == 0)
            group.addButton(button, place)
            tabs.addWidget(button)
        tabs.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(tabs)
        layout.addWidget(self._stack, 1)
        group.idClicked.connect(self._turn_to)
        self._size_by()

    @property
    def sweep(self) -> SweepPage:
        """The page on sweeps."""
        return self.sweep_later.page()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.runs.set_theme(theme)
        self.sweep_later.set_theme(theme)

    def show_sweep(self) -> None:
        """Turn to the page on sweeps."""
        self.sweep_tab.setChecked(True)
        self._turn_to(1)

    def show_runs(self) -> None:
        """Turn to the table of runs."""
        self.runs_tab.setChecked(True)
        self._turn_to(0)

    def come_up(self) -> None:
        """Bring what is in front up to date: the workspace has come into view."""
        (self.runs if self._stack.currentWidget() is self.runs else self.sweep).come_up()

    def _turn_to(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._size_by()
        self.come_up()

    def _size_by(self) -> None:
        """Have the window be as small as the page in front allows."""
        for page in (self.runs, self.sweep_later):
            policy = QSizePolicy.Policy.Preferred if page is self._stack.currentWidget() else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)

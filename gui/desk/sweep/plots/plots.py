"""The plots of a sweep, one kind at a time, and what their colours mean."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui.desk.sweep.plots.importance import ImportancePlot
from gui.desk.sweep.plots.parallel import ParallelPlot
from gui.desk.sweep.plots.ramp import Ramp
from gui.desk.sweep.plots.slices import Slices
from gui.desk.sweep.shown import ShownSweep
from gui.theme.colors import Theme
from gui.widgets.scrolling import scrolling
from gui.widgets.text import Label, set_tip

LOWEST = 220


class SweepPlots(QWidget):
    """``picked`` and ``opened`` carry the number of a trial that was clicked in any of them."""

    picked = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sweep: ShownSweep | None = None
        self._stale: set[int] = set()
        self.parallel, self.slices, self.importance = ParallelPlot(self), Slices(self), ImportancePlot(self)
        self.ramp = Ramp(self)
        self.let_through = Label(self)
        self.let_through.setObjectName("caption")
        self.parallel_tab, self.slices_tab = QPushButton("Parallel", self), QPushButton("Slices", self)
        self.importance_tab = QPushButton("Importance", self)
        set_tip(self.parallel_tab, "A line for each trial; drag along an axis to let only some through")
        set_tip(self.slices_tab, "The figure over each thing that was varied")
        set_tip(self.importance_tab, "How much of the figure goes with each thing that was varied")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(scrolling(self.parallel, Qt.Orientation.Horizontal))
        self._stack.addWidget(scrolling(self.slices, Qt.Orientation.Vertical))
        self._stack.addWidget(scrolling(self.importance, Qt.Orientation.Vertical))
        tabs = QHBoxLayout()
        group = QButtonGroup(self)
        for place, button in enumerate((self.parallel_tab, self.slices_tab, self.importance_tab)):
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setChecked(place == 0)
            group.addButton(button, place)
            tabs.addWidget(button)
        tabs.addSpacing(16)
        tabs.addWidget(self.ramp, 100)
        tabs.addStretch(1)
        tabs.addWidget(self.let_through)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(tabs)
        layout.addWidget(self._stack, 1)
        self.setMinimumHeight(LOWEST)
        group.idClicked.connect(self._turn_to)
        self.parallel.filtered.connect(self._count)
        for plot in (self.parallel, self.slices):
            plot.picked.connect(self.picked)
            plot.opened.connect(self.opened)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for part in (self.parallel, self.slices, self.importance, self.ramp):
            part.set_theme(theme)
        if self._sweep is not None:
            self.show_sweep(self._sweep)

    def show_sweep(self, sweep: ShownSweep) -> None:
        """Draw a sweep as it is now."""
        self._sweep = sweep
        self._stale = {0, 1, 2}
        self._draw()
        self.ramp.show_sweep(sweep)
        self._count()

    def select(self, number: int | None) -> None:
        """Bring out a trial in all of them, or none."""
        self.parallel.select(number)
        self.slices.select(number)

    def _draw(self) -> None:
        """Draw what is in front, if it is not yet drawn."""
        place = self._stack.currentIndex()
        if self._sweep is not None and place in self._stale:
            self._stale.discard(place)
            (self.parallel, self.slices, self.importance)[place].show_sweep(self._sweep)

    def _turn_to(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._draw()
        self.ramp.setVisible(place < 2)
        self.ramp.show_marks(points=place == 1)
        self._count()

    def _count(self) -> None:
        """Say how many trials are let through, where not all are."""
        filtered = bool(self.parallel.filters) and self._stack.currentIndex() == 0
        passing = sum(map(self.parallel.passes, self.parallel.trials)) if filtered else 0
        self.let_through.setText(f"{passing} of {len(self.parallel.trials)} let through" if filtered else "")

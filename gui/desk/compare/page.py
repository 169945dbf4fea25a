"""The page that compares runs: their curves, their settings and figures, and their drawings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from gui.desk.charts.axis import Axis, Unit
from gui.desk.charts.chart import Chart
from gui.desk.charts.curve import Curve
from gui.desk.compare.overlay import COLORS, EACH_STEP, Compared, curve_of, figures_of
from gui.desk.compare.tables import drawings_table, fill_drawings, fill_settings, settings_table
from gui.desk.training.curves import History
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip, shortened
from training.runs.runs import read_run
from training.runs.table.comparison import Comparison, compare
from training.runs.table.drawings import NodeDifference

UNITS: dict[Unit, str] = {"epoch": "epochs", "step": "steps", "time": "time"}
MOST = len(COLORS)
NARROWEST = 240


class ComparePage(QWidget):
    """Compares runs; ``left`` asks for the list of runs, ``lit`` for a run's drawing with what differs lit up."""

    left = Signal()
    lit = Signal(object, object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs: list[Compared] = []
        self.found: Comparison | None = None
        self._axis = Axis()
        self.back = QPushButton("Back to the Runs", self)
        self.heading = Label(self)
        self.heading.setObjectName("description")
        self.figure, self.over = QComboBox(self), QComboBox(self)
        self.figure.setAccessibleName("Which figure is drawn")
        self.over.setAccessibleName("Curves over")
        self.over.addItems(list(UNITS.values()))
        self.log = QCheckBox("Log scale", self)
        self.chart = Chart("Figure", self._axis, self)
        self.settings = settings_table(self)
        self.drawings = drawings_table(self)
        self.against = QComboBox(self)
        self.against.setAccessibleName("Whose drawing is held against that of the first run")
        self.said = Label(self)
        self.said.setWordWrap(True)
        self.light = QPushButton("Light Up on the Canvas", self)
        set_tip(self.light, "Open this run's drawing as a copy, with the nodes that differ lit up")
        self._lay_out()
        self.back.clicked.connect(self.left)
        self.figure.currentIndexChanged.connect(self._draw)
        self.over.currentIndexChanged.connect(self._draw)
        self.log.toggled.connect(self._draw)
        self.against.currentIndexChanged.connect(self._show_drawings)
        self.light.clicked.connect(self._light_up)

    def compare(self, paths: Sequence[Path]) -> None:
        """Compare these runs, the first being what the others are held against.

        Raises:
            RunError: one cannot be read.
        """
        found = compare(paths)
        histories = [History.of(read_run(path).events) for path in paths]
        self.found = found
        self.runs = [
            Compared(shortened(run.title), COLORS[place % MOST], history)
            for place, (run, history) in enumerate(zip(found.runs, histories, strict=True))
        ]
        self.heading.setText(f"{len(self.runs)} runs; the others are held against {shortened(found.runs[0].title)}.")
        self._list(self.figure, figures_of(self.runs))
        self._list(self.against, [run.title for run in self.runs[1:]])
        fill_settings(self.settings, found, [run.color for run in self.runs])
        self._show_drawings()
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.chart.set_theme(theme)

    def _draw(self) -> None:
        """Draw the chosen figure of all runs, over what is chosen."""
        figure, self._axis.unit = self.figure.currentText(), list(UNITS)[max(0, self.over.currentIndex())]
        self.chart.clear()
        self.chart.title = figure[:1].upper() + figure[1:]
        self.chart.setAccessibleName(self.chart.title)
        self.chart.log = self.log.isChecked()
        for place, run in enumerate(self.runs):
            series = curve_of(run, figure, self._axis.unit)
            if series is not None:
                look = Curve(run.title, run.color, 1.0 if figure == EACH_STEP else 2.0, dots=figure != EACH_STEP)
                self.chart.show_series(str(place), series, look)
        self.chart.redraw()

    def _show_drawings(self) -> None:
        place = self.against.currentIndex() + 1
        if self.found is None or not 0 < place < len(self.runs):
            return
        differences = self.found.drawings[place]
        same = f"The drawing of {self.runs[place].title} is the same as that of {self.runs[0].title}."
        self.said.setText("" if differences else same)
        self.said.setVisible(not differences)
        self.drawings.setVisible(bool(differences))
        self.light.setEnabled(bool(differences))
        fill_drawings(self.drawings, self.found, place)

    def _light_up(self) -> None:
        place = self.against.currentIndex() + 1
        assert self.found is not None
        differences: list[NodeDifference] = self.found.drawings[place]
        self.lit.emit(self.found.runs[place].path, differences, self.found.runs[0].title)

    def _list(self, box: QComboBox, words: Sequence[str]) -> None:
        """Offer these; what was chosen stays so, where it is among them."""
        chosen = box.currentText()
        box.blockSignals(True)
        box.clear()
        box.addItems(list(words))
        box.setCurrentIndex(max(0, box.findText(chosen)))
        box.blockSignals(False)

    def _lay_out(self) -> None:
        head, bar = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.back)
        head.addSpacing(8)
        head.addWidget(self.heading, 1)
        for word, widget in (("Figure", self.figure), ("Over", self.over)):
            caption = Label(word, self)
            caption.setObjectName("caption")
            bar.addWidget(caption)
            bar.addWidget(widget)
            bar.addSpacing(8)
        bar.addWidget(self.log)
        bar.addStretch(1)
        left, right = QWidget(self), QWidget(self)
        curves, tables = QVBoxLayout(left), QVBoxLayout(right)
        for layout in (curves, tables):
            layout.setSpacing(6)
        curves.setContentsMargins(0, 0, 8, 0)
        tables.setContentsMargins(8, 0, 0, 0)
        curves.addLayout(bar)
        curves.addWidget(self.chart, 1)
        below = QHBoxLayout()
        caption = Label("Drawing of", self)
        caption.setObjectName("caption")
        below.addWidget(caption)
        below.addWidget(self.against, 1)
        below.addWidget(self.light)
        tables.addWidget(self.settings, 3)
        tables.addLayout(below)
        tables.addWidget(self.said)
        tables.addWidget(self.drawings, 2)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        for part in (left, right):
            part.setMinimumWidth(NARROWEST)
            split.addWidget(part)
        split.setSizes([500, 500])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 10)
        outer.setSpacing(8)
        outer.addLayout(head)
        outer.addWidget(split, 1)

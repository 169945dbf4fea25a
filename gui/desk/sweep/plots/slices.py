"""Slices: the figure of every trial over each thing that is varied, one plot beside the other."""

from __future__ import annotations

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.desk.charts.scale import Scale
from gui.desk.charts.ticks import Tick
from gui.desk.sweep.plots.board import Board, Shape
from gui.desk.sweep.plots.ramp import look_of
from gui.desk.sweep.plots.spread import Spread
from gui.desk.sweep.shown import ShownSweep, value_of
from gui.theme.colors import Theme
from gui.widgets.elided import ElidedLabel

_ROOM, _ASIDE, _BELOW = 0.07, 0.15, -0.13
# Below the dots, and the grid with them.
_UNDER = -1000
_DOT, _CHOSEN = 9, 15
_NARROWEST, _HIGH = 230, 190
_SPACE = 12.0


class SlicePlot(Board):
    """One of them; trials without a value stand in a row below, crossed if they failed."""

    def __init__(self, parent: QWidget) -> None:
        self._across, self._up = Spread(""), Spread("")
        self._metrics = QFontMetricsF(parent.font())
        self.scales = Scale("bottom", self._ticks_across), Scale("left", self._ticks_up)
        super().__init__(parent, axisItems={"bottom": self.scales[0], "left": self.scales[1]})
        self.getPlotItem().layout.setContentsMargins(2, 4, 10, 2)
        for scale in self.scales:
            scale.setZValue(_UNDER)
        self._dots = pyqtgraph.ScatterPlotItem()
        self.addItem(self._dots)
        self.setMinimumHeight(_HIGH)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.setBackground(theme.field)
        for scale in self.scales:
            scale.set_theme(theme)

    def show_slice(self, sweep: ShownSweep, across: Spread, figure: Spread) -> None:
        """Draw the figure over one thing that is varied."""
        self._across, self._up = across, figure
        self.setAccessibleName(f"{figure.name} over {across.name}")
        self.trials = dict(sweep.trials)
        self.shapes = []
        for trial in reversed(sweep.sorted()):
            x, y = across.place(trial.values.get(across.name)), figure.place(value_of(trial))
            if x is not None:
                self.shapes.append(Shape(trial.number, np.array([[x, _BELOW if y is None else y]])))
        self._figure = figure
        lost = any(figure.place(value_of(trial)) is None for trial in sweep.trials.values())
        self.box.setRange(xRange=(-_ASIDE, 1 + _ASIDE), yRange=((_BELOW if lost else 0) - _ROOM, 1 + _ROOM), padding=0)
        for scale in self.scales:
            scale.picture = None
            scale.update()
        self._style()

    def select(self, number: int | None) -> None:
        """Bring out a trial, or none."""
        self.selected = number
        self._style()

    def _hover(self, number: int) -> None:
        super()._hover(number)
        self._style()

    def _style(self) -> None:
        spots = []
        for shape in sorted(self.shapes, key=lambda shape: shape.number in (self.selected, self.near_by)):
            trial = self.trials[shape.number]
            look, bold = look_of(trial, self._up, self.theme), shape.number in (self.selected, self.near_by)
            color = QColor(look.color)
            around = self.theme.text if bold else self.theme.field
            spots.append(
                {
                    "pos": tuple(shape.points[0]),
                    "size": _CHOSEN if bold else _DOT,
                    "symbol": "o" if look.valued else "x" if trial.state == "failed" else "t",
                    "brush": pyqtgraph.mkBrush(color) if look.valued else pyqtgraph.mkBrush(None),
                    "pen": pyqtgraph.mkPen(
                        around if look.valued else color, width=1.4 if bold or not look.valued else 0.8
                    ),
                }
            )
        self._dots.setData(spots)

    def _ticks_across(self, low: float, high: float, size: float) -> list[Tick]:
        for most in range(8, 1, -1):
            found = self._across.ticks(most)
            widest = max((self._metrics.horizontalAdvance(word) for _, word in found), default=0.0)
            if len(found) * (widest + _SPACE) <= size:
                return found
        return self._across.ticks(1)

    def _ticks_up(self, low: float, high: float, size: float) -> list[Tick]:
        return self._up.ticks(max(2, int(size / (2.2 * self._metrics.height()))))


class Slices(QWidget):
    """A plot for everything that is varied, as many in a row as there is room for."""

    picked = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self._cells: list[tuple[QWidget, ElidedLabel, SlicePlot]] = []
        self._columns = 0
        self._selected: int | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)

    @property
    def plots(self) -> list[SlicePlot]:
        """The plots that are shown."""
        return [plot for cell, _, plot in self._cells if not cell.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        for _, _, plot in self._cells:
            plot.set_theme(theme)

    def show_sweep(self, sweep: ShownSweep) -> None:
        """Draw its trials."""
        figure = Spread.of_figure(sweep.figure or "figure", map(value_of, sweep.trials.values()))
        while len(self._cells) < len(sweep.axes):
            self._cells.append(self._cell())
            self._columns = 0
        for place, (cell, heading, plot) in enumerate(self._cells):
            cell.setVisible(place < len(sweep.axes))
            if place < len(sweep.axes):
                heading.setText(f"{figure.name} over {sweep.axes[place].name}")
                plot.selected = self._selected
                plot.show_slice(sweep, Spread.of_axis(sweep.axes[place]), figure)
        self._arrange()

    def select(self, number: int | None) -> None:
        """Bring out a trial, or none."""
        self._selected = number
        for _, _, plot in self._cells:
            plot.select(number)

    def resizeEvent(self, event: object) -> None:
        self._arrange()

    def _cell(self) -> tuple[QWidget, ElidedLabel, SlicePlot]:
        cell = QWidget(self)
        heading, plot = ElidedLabel(cell), SlicePlot(cell)
        heading.setObjectName("caption")
        plot.set_theme(self._theme)
        layout = QVBoxLayout(cell)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(heading)
        layout.addWidget(plot, 1)
        plot.picked.connect(self.picked)
        plot.opened.connect(self.opened)
        return cell, heading, plot

    def _arrange(self) -> None:
        count = len(self.plots)
        columns = max(1, min(count, self.width() // _NARROWEST))
        if columns == self._columns:
            return
        self._columns = columns
        for place, (cell, _, _) in enumerate(self._cells):
            self._grid.addWidget(cell, place // columns, place % columns, Qt.AlignmentFlag(0))
        for column in range(max(columns, self._grid.columnCount())):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

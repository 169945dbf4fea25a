"""Live curves of a training run. Importing this costs most of a second: the window does it after its first paint."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.desk.training.curves import History, Series
from gui.theme.colors import Theme
from gui.widgets.text import Label, markup

HEADING = 24
NARROWEST = 180
GAP = "  ·  "


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """Curves over epochs with a legend, and a crosshair that reads them."""

    def __init__(self, title: str, legend: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._names: dict[str, str] = {}
        self._curves: dict[str, Any] = {}
        self._data: dict[str, Series] = {}
        self._styles: dict[str, tuple[str, float, bool]] = {}
        self._theme = Theme.light()
        self.setAccessibleName(title)
        self.setMinimumWidth(NARROWEST)
        # Over the plot and not in it: pyqtgraph widens a plot until its title fits, beyond what can be seen.
        self.heading = Label(self)
        self.heading.setObjectName("help")
        self.heading.setWordWrap(True)
        self.heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.heading.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.getPlotItem().layout.setContentsMargins(1, HEADING, 1, 1)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.getPlotItem().setDownsampling(auto=True, mode="peak")
        self.getPlotItem().setClipToView(True)
        self._legend = self.addLegend(offset=legend, labelTextSize="9pt")
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.hide()
        self.addItem(self._cross, ignoreBounds=True)
        self.scene().sigMouseMoved.connect(self._follow)

    def add_curve(self, key: str, name: str, color: str, width: float, *, dots: bool = False) -> None:
        """Prepare a curve; ``color`` names a colour of the theme."""
        self._styles[key] = (color, width, dots)
        self._names[key] = name
        self._curves[key] = self.plot(name=markup(name), connect="finite")
        self._paint(key)

    def clear_curves(self) -> None:
        """Take all curves away."""
        for curve in self._curves.values():
            self.removeItem(curve)
        self._curves.clear()
        self._data.clear()

    def has_curve(self, key: str) -> bool:
        """Whether a curve is prepared."""
        return key in self._curves

    def show_series(self, key: str, series: Series) -> None:
        """Draw a curve's points."""
        self._data[key] = series
        x, y = np.array(series.x), np.array(series.y)
        if self.getPlotItem().getAxis("left").logMode:
            y = np.where(y > 0, y, np.nan)
        self._curves[key].setData(x, y)

    def set_log(self, on: bool) -> None:
        """Show the values on a logarithmic scale."""
        self.getPlotItem().setLogMode(x=False, y=on)
        for key, series in self._data.items():
            self.show_series(key, series)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.setBackground(theme.field)
        self.heading.setStyleSheet(f"background: {theme.field.name()};")
        item = self.getPlotItem()
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setPen(theme.border)
            axis.setTextPen(theme.muted)
        item.showGrid(x=True, y=True, alpha=0.18)
        self._legend.setLabelTextColor(theme.text)
        for _, label in self._legend.items:
            label.setText(label.text)  # a label takes up its colour with its text
        self._cross.setPen(pg.mkPen(theme.muted, width=1, style=Qt.PenStyle.DashLine))
        for key in self._curves:
            self._paint(key)
        self._say()

    def reading(self, x: float) -> str:
        """The values of all curves at a place, as the heading shows them."""
        parts = [f"epoch {x:.2f}"]
        for key, series in self._data.items():
            if len(series.x) and (place := _nearest(series, x)) is not None:
                parts.append(f"{self._names[key]} {series.y[place]:.4g}")
        return GAP.join(parts)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls this without one, before there is a heading
            self._place()

    def leaveEvent(self, event: Any) -> None:
        self._cross.hide()
        self._say()
        super().leaveEvent(event)

    def _follow(self, position: QPointF) -> None:
        box = self.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(position):
            self._cross.hide()
            self._say()
            return
        x = box.mapSceneToView(position).x()
        self._cross.setPos(x)
        self._cross.show()
        self._say(self.reading(x))

    def _say(self, text: str = "") -> None:
        # A line ends between two readings, never in one.
        self.heading.setText(GAP.join(part.replace(" ", "\u00a0") for part in text.split(GAP)) or self._title)
        self._place()

    def _place(self) -> None:
        self.heading.setGeometry(4, 4, self.width() - 8, self.heading.heightForWidth(self.width() - 8))

    def _paint(self, key: str) -> None:
        name, width, dots = self._styles[key]
        color = QColor(getattr(self._theme, name))
        if width < 1.5:
            color.setAlpha(110)
        curve = self._curves[key]
        curve.setPen(pg.mkPen(color, width=width))
        curve.setSymbol("o" if dots else None)
        curve.setSymbolSize(5)
        curve.setSymbolBrush(color)
        curve.setSymbolPen(None)


class Plots(QWidget):
    """The loss and the accuracy of a run, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = Plot("Loss over epochs", (-8, 8), self)
        self.accuracy = Plot("Accuracy over epochs", (-8, -8), self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.loss)
        layout.addWidget(self.accuracy)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for plot in (self.loss, self.accuracy):
            plot.set_theme(theme)

    def set_log(self, on: bool) -> None:
        """Show the loss on a logarithmic scale."""
        self.loss.set_log(on)

    def clear(self) -> None:
        """Make ready for another run."""
        for plot in (self.loss, self.accuracy):
            plot.clear_curves()

    def show_history(self, history: History) -> None:
        """Draw what a run has said."""
        self._show(self.loss, "steps", "each step", "muted", 1.0, history.losses)
        self._show_means(self.loss, "loss", history, "")
        accuracies = [name for name in history.metrics() if name.startswith("accuracy")]
        self.accuracy.setVisible(bool(accuracies) or not history.started)
        for name in accuracies:
            self._show_means(self.accuracy, name, history, name.removeprefix("accuracy").replace("_", " "))

    def _show_means(self, plot: Plot, name: str, history: History, suffix: str) -> None:
        both = ((history.training, "training", "accent"), (history.validation, "validation", "advice"))
        for curves, word, color in both:
            if name in curves:
                self._show(plot, f"{word} {name}", word + suffix, color, 2.0, curves[name])

    def _show(self, plot: Plot, key: str, name: str, color: str, width: float, series: Series) -> None:
        if not plot.has_curve(key):
            plot.add_curve(key, name, color, width, dots=width > 1.5)
        plot.show_series(key, series)


def _nearest(series: Series, x: float) -> int | None:
    """The point of a curve next to ``x``; nothing beyond its ends."""
    place = bisect_left(series.x, x)
    if place == len(series.x):
        return place - 1 if x - series.x[-1] < 0.5 else None
    if place > 0 and x - series.x[place - 1] < series.x[place] - x:
        return place - 1
    return place

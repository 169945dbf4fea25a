"""How much of the figure goes with each thing that was varied, as bars."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.desk.charts.scale import Scale
from gui.desk.charts.ticks import Tick
from gui.desk.sweep.shown import ShownSweep
from gui.theme.colors import Theme
from gui.widgets.text import Label, shortened
from training.protocol import Importance
from training.runs.sweeps.ledger import FEWEST_FOR_IMPORTANCE

_THICK, _ROOM, _LONGEST = 0.62, 1.18, 34
_ROW = 44
# Below this share of the variation, the shares of the rest are worth little.
_POOR = 0.3


class _Bars(pyqtgraph.PlotWidget):
    """The bars, the longest at the top."""

    def __init__(self, parent: QWidget) -> None:
        self.names: list[str] = []
        self.scale_left = Scale("left", self._ticks)
        super().__init__(parent, viewBox=pyqtgraph.ViewBox(enableMenu=False), axisItems={"left": self.scale_left})
        item = self.getPlotItem()
        item.hideAxis("bottom")
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        self.scale_left.setGrid(False)
        self._metrics = QFontMetricsF(parent.font())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def show_shares(self, found: Importance, theme: Theme) -> None:
        """Draw shares that add up to 1."""
        self.clear()
        shares = sorted(found.shares.items(), key=lambda share: share[1])
        self.names = [name for name, _ in shares]
        values = [value for _, value in shares]
        places = list(range(len(shares)))
        bars = pyqtgraph.BarGraphItem(
            x0=0, y=places, height=_THICK, width=values, brush=theme.accent, pen=pyqtgraph.mkPen(None)
        )
        self.addItem(bars)
        for place, value in zip(places, values, strict=True):
            text = pyqtgraph.TextItem(color=theme.text, anchor=(0.0, 0.5))
            text.setPlainText(f"{value:.0%}")
            text.setPos(value, place)
            self.addItem(text)
        most = max(values, default=0.0) or 1.0
        self.getPlotItem().getViewBox().setRange(xRange=(0, _ROOM * most), yRange=(-0.6, len(shares) - 0.4), padding=0)
        self.setFixedHeight(max(2, len(shares)) * _ROW)
        widest = max((self._metrics.horizontalAdvance(shortened(name, _LONGEST)) for name in self.names), default=0.0)
        self.scale_left.setWidth(round(widest) + 16)
        self.scale_left.picture = None
        self.scale_left.update()

    def _ticks(self, low: float, high: float, size: float) -> list[Tick]:
        return [(float(place), shortened(name, _LONGEST)) for place, name in enumerate(self.names)]


class ImportancePlot(QWidget):
    """The bars, and how far they are to be trusted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self._found: Importance | None = None
        self.said = Label(self)
        self.said.setObjectName("description")
        self.said.setWordWrap(True)
        self.bars = _Bars(self)
        self.bars.setAccessibleName("Importance of what was varied")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.said)
        layout.addWidget(self.bars)
        layout.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.bars.setBackground(theme.field)
        self.bars.scale_left.set_theme(theme)
        self.bars.scale_left.setGrid(False)
        if self._found is not None:
            self.bars.show_shares(self._found, theme)

    def show_sweep(self, sweep: ShownSweep) -> None:
        """Show what a forest found, or say why it was not asked yet."""
        self._found = sweep.importance
        self.bars.setVisible(self._found is not None)
        done = sum(trial.state == "complete" for trial in sweep.trials.values())
        if self._found is None:
            self.said.setText(
                f"Importance is told from {FEWEST_FOR_IMPORTANCE} complete trials on; {done or 'none'} so far."
            )
            return
        self.said.setText(_trusted(self._found))
        self.bars.show_shares(self._found, self._theme)


def _trusted(found: Importance) -> str:
    """How the shares were found, and how much they say."""
    start = f"A random forest over {found.trials} complete trials, with the values of one thing after another shuffled."
    if found.explained <= 0:
        return f"{start} It foretells nothing of trials it was not shown: the shares are worth nothing yet."
    little = ": little, and so are the shares worth" if found.explained < _POOR else ""
    return f"{start} It explains {found.explained:.0%} of the variation among trials it was not shown{little}."

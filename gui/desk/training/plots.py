"""Live curves of a training run. Importing this imports numpy and pyqtgraph, so it waits until they are looked at."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gui import preferences
from gui.desk.charts.axis import Axis, Unit
from gui.desk.charts.chart import Chart
from gui.desk.charts.curve import Curve
from gui.desk.charts.series import Series
from gui.desk.training.curves import ACCURACY, History
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip

UNITS: dict[Unit, str] = {"epoch": "epochs", "step": "steps", "time": "time"}
# From so many pixels on the charts stand side by side.
BESIDE = 900
_SHORT = 7  # letters
SMOOTHINGS = {1: "none", 10: "10 steps", 100: "100 steps", 1000: "1,000 steps"}


class Plots(QWidget):
    """The loss of a run and beside it, or below it in a narrow place, another figure: accuracy until one is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = Axis()
        self.loss = Chart("Loss", self._axis, self)
        self.accuracy = Chart("Accuracy", self._axis, self)
        self.beside = _choice("What the second chart shows", [ACCURACY], self)
        self._history = History()
        self._wanted = preferences.figure() or ACCURACY
        self.over = _choice("Curves over", list(UNITS.values()), self)
        self.smoothing = _choice("Smoothing of the loss of each step", list(SMOOTHINGS.values()), self)
        set_tip(self.smoothing, "Average the loss of each step over the steps before; the extremes stay behind it")
        self.over.currentIndexChanged.connect(self._show_over)
        self.smoothing.currentIndexChanged.connect(self._smooth)
        self.beside.activated.connect(self._choose)
        set_tip(self.beside, "What the second chart shows")
        # Names are long and the place may be narrow: the list that opens shows them whole.
        self.beside.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.beside.setMinimumContentsLength(_SHORT)
        charts = self._charts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        charts.setSpacing(8)
        charts.addWidget(self.loss)
        charts.addWidget(self.accuracy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._bar())
        layout.addLayout(charts, 1)

    @property
    def charts(self) -> tuple[Chart, Chart]:
        """All of them."""
        return self.loss, self.accuracy

    def resizeEvent(self, event: QResizeEvent) -> None:
        ways = QBoxLayout.Direction
        wide = event.size().width() >= BESIDE
        self._charts.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        super().resizeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for chart in self.charts:
            chart.set_theme(theme)

    def set_log(self, on: bool) -> None:
        """Show the loss on a logarithmic scale."""
        self.loss.log = on
        self.loss.redraw()

    def clear(self) -> None:
        """Make ready for another run."""
        for chart in self.charts:
            chart.clear()

    def show_history(self, history: History) -> None:
        """Draw what a run has said, at once: what it takes can be measured."""
        self._axis.take(history.steps_per_epoch, history.epochs, history.seconds, history.step)
        self.loss.show_series("steps", history.losses, Curve("each step", "muted", 1.0, noisy=True))
        self._show_means(self.loss, "loss", history, "")
        self._history = history
        self._offer(history)
        self._show_beside(history)
        best = history.best
        for chart in self.charts:
            chart.mark_best(*((best.x[-1], f"best: epoch {best.y[-1]:g}") if best.x else (None, "")))
            chart.redraw()
            chart.plot.paint_now()

    def _offer(self, history: History) -> None:
        """List what the second chart can show; what was chosen stays so, and comes back where it was missing."""
        figures = history.figures()
        if figures != [self.beside.itemText(place) for place in range(self.beside.count())]:
            self.beside.clear()
            self.beside.addItems(figures)
            self.beside.setCurrentText(self._wanted if self._wanted in figures else ACCURACY)
            self._entitle()

    def _show_beside(self, history: History) -> None:
        figure = self.beside.currentText()
        if figure in history.paces:
            self.accuracy.show_series(figure, history.paces[figure], Curve(figure, "accent"))
        elif figure != ACCURACY:
            self._show_means(self.accuracy, figure, history, "")
        else:
            accuracies = [name for name in history.metrics() if name.startswith(ACCURACY)]
            for name in accuracies:
                self._show_means(self.accuracy, name, history, name.removeprefix(ACCURACY).replace("_", " "))
            self.accuracy.setVisible(bool(accuracies) or not history.started)
            return
        self.accuracy.show()

    def _choose(self) -> None:
        """Show another figure, now and in later sessions."""
        self._wanted = self.beside.currentText()
        preferences.set_figure(self._wanted)
        self._entitle()
        self.show_history(self._history)

    def _entitle(self) -> None:
        figure = self.beside.currentText()
        self.accuracy.clear()
        self.accuracy.title = figure[:1].upper() + figure[1:]
        self.accuracy.setAccessibleName(self.accuracy.title)

    def _show_means(self, chart: Chart, name: str, history: History, suffix: str) -> None:
        both = ((history.training, "training", "accent"), (history.validation, "validation", "advice"))
        for curves, word, color in both:
            if name in curves:
                series: Series = curves[name]
                chart.show_series(f"{word} {name}", series, Curve(word + suffix, color, dots=True))

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        for word, choice in (("Over", self.over), ("Smoothing", self.smoothing)):
            caption = Label(word, self)
            caption.setObjectName("caption")
            bar.addWidget(caption)
            bar.addWidget(choice)
            bar.addSpacing(8)
        bar.addWidget(self.beside, 1)
        bar.addStretch(1)
        return bar

    def _show_over(self, index: int) -> None:
        self._axis.unit = list(UNITS)[max(0, index)]
        for chart in self.charts:
            chart.show_all()

    def _smooth(self, index: int) -> None:
        self.loss.smoothing = list(SMOOTHINGS)[max(0, index)]
        self.loss.redraw()


def _choice(name: str, words: list[str], parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.addItems(words)
    box.setAccessibleName(name)
    return box

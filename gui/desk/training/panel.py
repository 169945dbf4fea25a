"""The training panel: buttons, progress and the figures of the moment above the curves."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from graph.analysis.memory import in_bytes
from gui.desk.charts.pace import Pace
from gui.desk.charts.series import Series
from gui.desk.later import Later, Page
from gui.desk.results.page import ResultsPage
from gui.desk.training.curves import ACCURACY, History
from gui.desk.training.queue import TrainQueue
from gui.desk.training.regions import RegionsPage
from gui.desk.training.run import TrainRun
from gui.desk.training.waiting import WaitingList
from gui.desk.wording import duration
from gui.shell.docks import in_view
from gui.theme.colors import Theme
from gui.widgets.figures import Figures
from gui.widgets.progress import ProgressBar
from gui.widgets.scrolling import scrolling
from gui.widgets.text import Label, set_tip
from gui.workers.pool import Workers
from training.protocol import GradientHealth

if TYPE_CHECKING:
    from gui.desk.training.plots import Plots

ON_NODES = {
    "": "Nothing on nodes",
    "gradient": "Gradient norm",
    "weight": "Weight norm",
    "update": "Update / weight",
}
WORDS = {"starting": "Starting…", "stopping": "Stopping…", "paused": "Paused"}
QUEUE_TIP = "Have the drawing as it is now wait until this run ends, and then train"
FIGURES_SECONDS = 0.25
NONE = "-"
FIGURES = (
    *(
        "Epoch",
        "Step",
        "Time left",
        "Device",
        "Loss",
        "Validation",
        "Accuracy",
        "Val. accuracy",
        "Learning rate",
        "Best",
    ),
)


class TrainPanel(Page):
    """Shows a ``TrainRun``; the buttons ask for what they say, ``told`` has its figures in a few words."""

    train_requested = Signal()
    told = Signal(str)
    health_told = Signal()
    layer_wanted = Signal(str)

    def __init__(self, run: TrainRun, queue: TrainQueue, workers: Workers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.results_later = Later(lambda parent: ResultsPage(workers, parent), self)
        self._theme = Theme.light()
        self._history: History = run.history
        self.plots: Plots | None = None
        self.train = QPushButton(self)
        self.train.setObjectName("primary")
        self.pause = QPushButton("Pause", self)
        self.stop = QPushButton("Stop", self)
        self.bar = ProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.message = Label(self)
        self.message.setObjectName("description")
        self.message.setWordWrap(True)
        self.message.hide()
        self.alarm = Label(self)
        self.alarm.setObjectName("advice")
        self.alarm.setWordWrap(True)
        self.alarm.hide()
        self.alarm_layer = QPushButton("Show Layer", self)
        set_tip(self.alarm_layer, "Go to the layer that this is about")
        self.alarm_layer.hide()
        self.on_nodes = QComboBox(self)
        self.on_nodes.setAccessibleName("Figures at the nodes")
        set_tip(self.on_nodes, "What is shown at each node while it trains")
        for name, words in ON_NODES.items():
            self.on_nodes.addItem(words, name)
        self._health: GradientHealth | None = None
        self.log = QCheckBox("Log scale", self)
        self.regions = RegionsPage(self)
        self.curves_tab, self.results_tab = QPushButton("Curves", self), QPushButton("Results", self)
        self.regions_tab = QPushButton("Regions", self)
        set_tip(self.regions_tab, "What the model says all over the plane of its two features, while it learns")
        set_tip(self.results_tab, "What the run makes of samples it was not trained on")
        self.waiting = WaitingList(queue, self)
        self.figures = Figures(FIGURES, wraps=False, parent=self, across=2)
        self._place = QVBoxLayout(self)
        self._place.setContentsMargins(14, 10, 14, 10)
        self._place.setSpacing(10)
        self._curves = QVBoxLayout()
        self._curves.setContentsMargins(0, 0, 0, 0)
        self._curves.addStretch(1)
        self._place.addWidget(self._head())
        self._place.addWidget(self._pages(), 1)
        # By the clock, and for a small share of a core: the run is to have the others.
        self._pace = Pace(self._draw, self)
        self._told = 0.0
        self.alarm_layer.clicked.connect(lambda: self.layer_wanted.emit(self._run.history.alarm_node))
        self.on_nodes.currentIndexChanged.connect(lambda _: self.health_told.emit())
        run.changed.connect(self._show_state)
        run.measured.connect(self._measure)
        run.said.connect(self.say)
        run.failed.connect(lambda failure: self.say(failure.message))
        self.train.clicked.connect(self.train_requested)
        self.pause.clicked.connect(run.pause_or_resume)
        self.stop.clicked.connect(run.stop)
        self.say(run.sentence)
        self._show_state()

    @property
    def results(self) -> ResultsPage:
        """The page on what the run makes of samples."""
        return self.results_later.page()

    def close_worker(self) -> None:
        """Let the worker go that judges results: its cores are wanted, or the window closes."""
        if self.results_later.there is not None:
            self.results_later.there.close_worker()

    def load_plots(self) -> None:
        """Import pyqtgraph and put the curves in place; once."""
        if self.plots is not None:
            return
        from gui.desk.training.plots import Plots

        self.plots = Plots(self)
        self.plots.set_theme(self._theme)
        self._curves.takeAt(0)
        # Two plots in a low window: one can be read and the other scrolled to, instead of neither read.
        self._curves.addWidget(scrolling(self.plots, Qt.Orientation.Vertical), 1)
        self.log.toggled.connect(self.plots.set_log)
        self.plots.set_log(self.log.isChecked())
        self.redraw()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.results_later.set_theme(theme)
        self.regions.set_theme(theme)
        if self.plots is not None:
            self.plots.set_theme(theme)

    def redraw(self) -> None:
        """Show the run as it is now."""
        self._told = 0.0
        self._draw()

    def _draw(self) -> None:
        history = self._run.history
        if history is not self._history and self.plots is not None:
            self.plots.clear()
        if history is not self._history:
            self._show_results()
        self._history = history
        # Numbers that change faster cannot be read.
        if self._run.state != "running" or monotonic() - self._told >= FIGURES_SECONDS:
            self._told = monotonic()
            self._show_figures(history)
            self._show_alarm(history)
            if history.health is not self._health:
                self._health = history.health
                self.health_told.emit()
        if self.plots is not None and in_view(self.plots):
            self.plots.show_history(history)
        self._show_regions()

    def _show_regions(self) -> None:
        """Show what the weights say of the plane, where it is told and looked at; else there is no such page."""
        seen, here = self._run.regions, self._stack.currentWidget() is self.regions
        self.regions_tab.setVisible(seen is not None or (here and self._run.active))
        if seen is not None and in_view(self.regions):
            self.regions.show_seen(seen)
        elif here and not self.regions_tab.isVisibleTo(self):
            self.curves_tab.click()

    def say(self, sentence: str) -> None:
        """Show a sentence on the run, "" for none."""
        # The folder's name is enough to find a run by; its whole path would take four lines.
        run = self._run.run_dir
        self.message.setText(sentence if run is None else sentence.replace(str(run), run.name))
        set_tip(self.message, sentence)
        self.message.setVisible(bool(sentence))

    def come_up(self) -> None:
        """Draw what happened out of view: the panel has come into it."""
        self.load_plots()
        self._measure()

    def _measure(self) -> None:
        self._pace.ask()

    def _pages(self) -> QWidget:
        """The curves and the results, one at a time."""
        self._curves_page = QWidget(self)
        self._curves_page.setLayout(self._curves)
        self._stack = QStackedWidget(self)
        for page in (self._curves_page, self.regions, self.results_later):
            self._stack.addWidget(page)
        group = QButtonGroup(self)
        for place, button in enumerate((self.curves_tab, self.regions_tab, self.results_tab)):
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setChecked(place == 0)
            group.addButton(button, place)
        group.idClicked.connect(self._turn_to)
        self._size_by()
        return self._stack

    def _size_by(self) -> None:
        """Have the panel be as small as the page in front allows."""
        for page in (self._curves_page, self.regions, self.results_later):
            policy = QSizePolicy.Policy.Preferred if page is self._stack.currentWidget() else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)

    def _turn_to(self, page: int) -> None:
        self._stack.setCurrentIndex(page)
        self._size_by()
        self.log.setVisible(page == 0)
        self._show_results()
        self._measure()

    def _show_results(self, *, again: bool = False) -> None:
        """Have the results of the run that is shown, if they are looked at; a run that trains has its cores."""
        if self._run.state == "idle" and self._stack.currentWidget() is self.results_later:
            self.results.show_run(self._run.run_dir, again=again)

    def _head(self) -> QWidget:
        holder = QWidget(self)
        buttons = QHBoxLayout()
        for button in (self.train, self.pause, self.stop):
            buttons.addWidget(button)
        buttons.addWidget(self.bar, 1)
        tabs = QHBoxLayout()
        for button in (self.curves_tab, self.regions_tab, self.results_tab):
            tabs.addWidget(button)
        tabs.addStretch(1)
        tabs.addWidget(self.on_nodes)
        tabs.addWidget(self.log)
        head = QVBoxLayout(holder)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addLayout(buttons)
        head.addWidget(self.message)
        head.addWidget(self.waiting)
        alarm = QHBoxLayout()
        alarm.addWidget(self.alarm, 1)
        alarm.addWidget(self.alarm_layer)
        head.addLayout(alarm)
        head.addWidget(self.figures)
        head.addLayout(tabs)
        return holder

    def _show_state(self) -> None:
        state = self._run.state
        self.train.setText("Start Training" if self._run.may_start else "Queue Training…")
        set_tip(self.train, "Train the drawing as it is" if self._run.may_start else QUEUE_TIP)
        self.pause.setEnabled(self._run.may_pause)
        self.pause.setText(self._run.pause_word)
        self.stop.setEnabled(self._run.may_stop)
        if state == "starting":
            self.close_worker()
        elif state == "idle":
            self._show_results(again=True)
        if state in WORDS or self.message.text() in WORDS.values():
            self.say(WORDS.get(state, ""))
        if state == "idle":
            self.redraw()  # at once: the last figures are what stays
        self._measure()

    def _show_figures(self, history: History) -> None:
        started = history.started
        self.bar.setMaximum(max(1, history.total_steps) if self._run.state != "starting" else 0)
        self.bar.setValue(history.step)
        shown: dict[str, str | None] = dict.fromkeys(FIGURES, NONE)
        if started is not None:
            left = history.seconds_left if self._run.state == "running" else None
            shown["Epoch"] = f"{history.epoch:,} of {started.epochs:,}"
            shown["Step"] = f"{history.step:,} of {history.total_steps:,}"
            so_far = f"{duration(history.seconds.y[-1])} so far" if history.seconds.y else ""
            shown["Time left"] = ", ".join(filter(None, ["" if left is None else duration(left), so_far])) or NONE
            held = f", {in_bytes(history.memory)}" if history.memory else ""
            shown["Device"] = f"{started.device}, {history.samples_per_second:,.0f} samples/s{held}"
            shown["Learning rate"] = _rates(history.rates)
            shown["Best"] = f"epoch {history.best.y[-1]:g}" if history.best.y else NONE
            shown["Loss"] = f"{history.losses.y[-1]:.4g}" if history.losses.y else NONE
            shown["Validation"] = _newest(history.validation, "loss")
            measured = any(name.startswith(ACCURACY) for name in started.metrics)
            shown["Accuracy"] = _accuracies(history.training) if measured else None
            shown["Val. accuracy"] = _accuracies(history.validation) if measured else None
        self.figures.show_values(shown)
        self.told.emit(self._words(history))

    def _words(self, history: History) -> str:
        """The run in a few words, "" while none goes on."""
        started, state = history.started, self._run.state
        if state == "idle":
            return ""
        if started is None or state == "stopping":
            return WORDS.get(state, "")
        loss = f", loss {history.losses.y[-1]:.4g}" if history.losses.y else ""
        doing = "Paused in epoch" if state == "paused" else "Training: epoch"
        epoch = min(history.step // history.steps_per_epoch + 1, started.epochs)
        return f"{doing} {epoch:,} of {started.epochs:,}{loss}"

    def _show_alarm(self, history: History) -> None:
        sentence = history.alarm
        if sentence != self.alarm.text():
            self.alarm.setText(sentence)
            self.alarm.setVisible(bool(sentence))
        self.alarm_layer.setVisible(bool(sentence and history.alarm_node))


def _rates(rates: Mapping[str, float]) -> str:
    """The learning rate, or that of each turn."""
    told = [f"{name} {rate:.3g}".strip() for name, rate in rates.items()]
    return ", ".join(told) or NONE


def _accuracies(curves: Mapping[str, Series]) -> str:
    """The newest accuracy, of each objective where there are several."""
    first = f"{ACCURACY}_"
    names = [name for name in curves if name == ACCURACY or name.startswith(first)]
    told = [f"{name.removeprefix(first)} {_newest(curves, name)}" for name in names]
    return ", ".join(told) if len(told) > 1 else _newest(curves, names[0] if names else ACCURACY)


def _newest(curves: Mapping[str, Series], name: str) -> str:
    """The newest mean of a measure."""
    values = curves[name].y if name in curves else ()
    if not values:
        return NONE
    return f"{values[-1]:.2%}" if name.startswith(ACCURACY) else f"{values[-1]:.4g}"

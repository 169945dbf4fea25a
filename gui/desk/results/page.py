"""The page on what a run has learned: samples worst first, which classes are mistaken, predicted over true."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.desk.charts.legend import Entry, Legend
from gui.desk.data.gallery import Gallery
from gui.desk.data.hues import mask_color
from gui.desk.later import Page
from gui.desk.results.classes import ClassTable
from gui.desk.results.latent import LatentView
from gui.desk.results.matrix import ConfusionMatrix
from gui.desk.results.plane import PlaneView
from gui.desk.results.plots import PairsPlot
from gui.desk.results.reading import ResultsReading
from gui.desk.results.writing import WritingView
from gui.theme.colors import Theme
from gui.widgets.progress import ProgressBar
from gui.widgets.scrolling import scrolling
from gui.widgets.text import Label, set_tip
from gui.workers.pool import Workers
from training.protocol import WRITTEN, Picture, ResultsJob, ResultsShown, Words, Write

Order = Literal["worst", "best", "data"]
PAGE = 40
ORDERS: dict[str, Order] = {"Worst first": "worst", "Best first": "best", "As in the data": "data"}
NOTHING = "Results are shown once a run has trained."
BOXES = (
    "Dashed: boxes as they should be. Drawn through: where something is more likely than not, its class and how sure; "
    "all of them, also those that lie over one another"
)
TOKENS = (
    "Predicted: the most probable token at each place, given all that goes in (not what the model would write by "
    "itself); what is wrong is underlined"
)
ITSELF = ". Written by itself: the most probable token each, given those it wrote before"
NARROWEST, SIDE = 170, 330
_MOST_IN_KEY = 24


class ResultsPage(Page):
    """Shows a run's results; ``said`` carries nothing but what cannot be shown on the page."""

    said = Signal(str)

    def __init__(self, workers: Workers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = ResultsReading(workers, self)
        self._run: Path | None = None
        self._wanted = ResultsJob("")
        self.shown: ResultsShown | None = None
        self.heading = Label(NOTHING, self)
        self.heading.setWordWrap(True)
        self.heading.setObjectName("description")
        self.bar = ProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(90, 6)
        self.again = QPushButton("Refresh", self)
        set_tip(self.again, "Judge the best weights there are by now")
        self.part = QComboBox(self)
        self.part.setAccessibleName("Which samples of the data")
        set_tip(self.part, "Which part of the data is shown, and measured")
        self.measured = Label(self)
        self.measured.setWordWrap(True)
        self.measured.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.measured.setAccessibleName("Figures on these samples")
        self.objective, self.order = QComboBox(self), QComboBox(self)
        self.objective.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.objective.setAccessibleName("Judged by which objective")
        self.order.setAccessibleName("Order of the samples")
        self.order.addItems(list(ORDERS))
        self.filter = QPushButton(self)
        set_tip(self.filter, "Show all samples again")
        self.more = QPushButton("Show More", self)
        self.matrix, self.pairs, self.plane = ConfusionMatrix(self), PairsPlot(self), PlaneView(self)
        self.latent, self.figures = LatentView(self), ClassTable(self)
        self.shares = QCheckBox("Percent of each true class", self)
        self.columns = Label(self)
        self.columns.setObjectName("caption")
        self.columns.setWordWrap(True)
        self.columns.setMinimumWidth(80)
        self.key = Legend(self)
        self.gallery = Gallery(self)
        self.writing = WritingView(self)
        self._body = QWidget(self)
        self._lay_out()
        self._connect()
        self._show_busy()
        self._show_nothing(NOTHING)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for part in (self.matrix, self.pairs, self.plane, self.gallery, self.writing):
            part.set_theme(theme)

    def show_run(self, run: Path | None, *, again: bool = False) -> None:
        """Show the results of a run, or of none; those that are shown stay, unless they are to be judged again."""
        if run is None or not _has_weights(run):
            self.reading.close()
            self._run, self.shown = None, None
            self._show_nothing(NOTHING)
        elif run != self._run:
            self._run = run
            self.part.hide()
            self._ask(ResultsJob(str(run), count=PAGE, order=ORDERS[self.order.currentText()]))
        elif again:
            self._ask_other()

    def close_worker(self) -> None:
        """Let the worker go: the window closes, or its cores are wanted."""
        self.reading.close(rewarm=False)

    def _ask(self, job: ResultsJob) -> None:
        self._wanted = job
        self.reading.ask(job)

    def _ask_to_write(self, write: Write) -> None:
        self.reading.ask(msgspec.structs.replace(self._wanted, write=write))

    def _ask_other(self, **changes: object) -> None:
        """Ask for other samples of the same run, from the first on."""
        known = self._wanted
        self._ask(msgspec.structs.replace(known, **{"count": PAGE, **changes}))

    def _ask_more(self) -> None:
        self._ask_other(count=self._wanted.count + PAGE)

    def _ask_part(self) -> None:
        """Ask for another part of the data; what is shown of this one is not that of the other."""
        self._body.setEnabled(False)
        self._ask_other(part=self.part.currentData(), true=-1, predicted=-1)

    def _show_nothing(self, why: str) -> None:
        """Say why there is nothing to show; which part is wanted can still be chosen."""
        self.heading.setText(why)
        self._body.hide()
        self.measured.hide()
        self.part.setVisible(self._run is not None and self.part.count() > 0)

    def _take(self, shown: ResultsShown) -> None:
        if shown.writes:
            self.writing.show_answer(shown)
            return
        self.shown = shown
        self._body.setEnabled(True)
        if shown.refused:
            self._show_nothing(shown.refused)
            return
        self._body.show()
        notes = "".join(f" {notice}" for notice in dict.fromkeys(shown.notices))  # one may be of several parts
        self.heading.setText(
            f"{Path(shown.run).name}: the {shown.weights} weights, of epoch {shown.epoch}, on {shown.total:,} "
            f"{shown.part} samples.{notes}"
        )
        self.measured.setText(_figures(shown))
        self.measured.setVisible(bool(shown.figures))
        self._show_parts(shown)
        self._show_choices(shown)
        for part in (self.matrix, self.shares, self.figures):
            part.setVisible(bool(shown.table))
        self.figures.show_figures(shown.per_class)
        self.pairs.setVisible(bool(shown.pairs))
        self.plane.setVisible(shown.plane is not None)
        picked = (self._wanted.true, self._wanted.predicted)
        if shown.table:
            self.matrix.show_table(shown.classes, shown.table, picked if picked[0] >= 0 else None)
        self.pairs.show_pairs(shown.pairs)
        if shown.plane is not None:
            self.plane.show_plane(shown.plane)
        self.latent.setVisible(shown.latent is not None)
        if shown.latent is not None:
            self.latent.show_latent(shown.latent)
        self._side.setVisible(bool(shown.table or shown.pairs or shown.plane or shown.latent))
        self.writing.show_results(shown)
        self.gallery.show_samples(shown.samples)
        self.columns.setText(_columns(shown))
        regions = shown.kind == "pixels" and not _has_boxes(shown) and len(shown.classes) <= _MOST_IN_KEY
        self.key.setVisible(regions)
        # The first class is what is left as it is.
        kinds = enumerate(shown.classes[1:], 1) if regions else ()
        self.key.show_entries([Entry(name, mask_color(kind), 8.0) for kind, name in kinds])

    def _show_parts(self, shown: ResultsShown) -> None:
        self.part.clear()
        for name in shown.parts or [shown.part]:
            self.part.addItem(f"{name.capitalize()} samples", name)
        self.part.setCurrentIndex(self.part.findData(shown.part))
        self.part.show()

    def _show_choices(self, shown: ResultsShown) -> None:
        if [self.objective.itemText(place) for place in range(self.objective.count())] != shown.objectives:
            self.objective.clear()
            self.objective.addItems(shown.objectives)
        self.objective.setCurrentText(shown.objective)
        self.objective.setVisible(len(shown.objectives) > 1)
        self.order.setVisible(bool(shown.worst))
        set_tip(self.order, f"Worst: by {shown.worst}")
        true, predicted = self._wanted.true, self._wanted.predicted
        self.filter.setVisible(true >= 0)
        if true >= 0:
            self.filter.setText(f"{shown.classes[true]} taken for {shown.classes[predicted]}: {shown.found:,}  \u2715")
        self.more.setVisible(len(shown.samples) < shown.found)

    def _fail(self, sentence: str) -> None:
        self._body.setEnabled(True)
        self._show_nothing(sentence)

    def _show_busy(self) -> None:
        self.bar.setVisible(self.reading.active)
        self.again.setEnabled(not self.reading.active)
        self.writing.set_busy(self.reading.active)

    def _connect(self) -> None:
        self.reading.changed.connect(self._show_busy)
        self.reading.shown.connect(self._take)
        self.reading.failed.connect(self._fail)
        self.again.clicked.connect(lambda: self.show_run(self._run, again=True))
        self.part.activated.connect(lambda _: self._ask_part())
        self.objective.activated.connect(
            lambda _: self._ask_other(objective=self.objective.currentText(), true=-1, predicted=-1)
        )
        self.order.activated.connect(lambda _: self._ask_other(order=ORDERS[self.order.currentText()]))
        self.matrix.chosen.connect(lambda true, predicted: self._ask_other(true=true, predicted=predicted))
        self.shares.toggled.connect(self.matrix.set_shares)
        self.filter.clicked.connect(lambda: self._ask_other(true=-1, predicted=-1))
        self.more.clicked.connect(self._ask_more)
        self.writing.asked.connect(self._ask_to_write)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.bar)
        head.addWidget(self.part, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        side = QWidget(self)
        self._side = scrolling(side, Qt.Orientation.Vertical)
        self._side.setMinimumWidth(NARROWEST)
        self._side.setMaximumWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 8, 0)
        for part in (self.matrix, self.shares, self.figures, self.pairs, self.plane, self.latent):
            column.addWidget(part)
        column.addStretch(1)
        choices = QHBoxLayout()
        for widget in (self.objective, self.order, self.filter):
            choices.addWidget(widget)
        choices.addStretch(1)
        holder = QWidget(self)
        samples = QVBoxLayout(holder)
        samples.setContentsMargins(0, 0, 0, 0)
        samples.addWidget(self.writing)
        samples.addWidget(self.columns)
        samples.addWidget(self.key)
        samples.addWidget(self.gallery)
        samples.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        samples.addStretch(1)
        right = QVBoxLayout()
        right.addLayout(choices)
        right.addWidget(scrolling(holder, Qt.Orientation.Vertical), 1)
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self._side, 1)
        body.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.measured)
        layout.addWidget(self._body, 1)
        layout.addStretch(0)


def _figures(shown: ResultsShown) -> str:
    """What was measured on the samples that are shown, in one line of words."""
    return ", ".join(f"{name.replace('_', ' ')} {_figure(name, value)}" for name, value in shown.figures.items())


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "not a finite number"
    return f"{value:.2%}" if name.startswith("accuracy") else f"{value:.4g}"


def _columns(shown: ResultsShown) -> str:
    """What the parts of a sample, and its caption, are."""
    views = shown.samples[0].views if shown.samples else {}
    if _has_boxes(shown):
        return BOXES
    if shown.kind == "tokens" and any(isinstance(view, Words) for view in views.values()):
        return TOKENS + (ITSELF if WRITTEN in views else "")
    if shown.classes and shown.table:
        return "Below each: its class \u2192 what it was taken for, and how probable that was"
    return f"From left to right: {', '.join(views)}" if len(views) > 1 else ""


def _has_boxes(shown: ResultsShown) -> bool:
    views = (view for sample in shown.samples for view in sample.views.values())
    return any(isinstance(view, Picture) and bool(view.boxes) for view in views)


def _has_weights(run: Path) -> bool:
    return (run / "best.safetensors").is_file()

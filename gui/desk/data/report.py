"""The middle of the Data page: samples, fields, classes, and what the drawing makes of the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.desk.data.balance import Balance
from gui.desk.data.findings import FieldTable, Lines, clear, fit_lines, words
from gui.desk.data.gallery import Gallery
from gui.desk.data.rows import SampleRows
from gui.theme.colors import Theme
from gui.widgets.progress import ProgressBar
from gui.widgets.scrolling import hold, scroll_area
from gui.widgets.text import Label, set_tip, shortened
from training.protocol import DataDescribed, Values

PARTS = {"training": "Training", "validation": "Validation", "test": "Test"}
_NARROWEST = 50
_WHOLE = 1000  # steps of the bar
GOOD = "The drawing can be trained on this data."


class DataReport(QWidget):
    """Shows what was read, with ``augmented`` among it.

    ``cancelled`` and ``again`` ask to give reading up and to read once more.
    """

    cancelled = Signal()
    again = Signal()

    def __init__(self, augmented: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._augmented = augmented
        self._theme = Theme.light()
        self._described: DataDescribed | None = None
        self.title = Label(self)
        self.title.setObjectName("title")
        self.counts = words("", "caption", self)
        self.stage = Label(self)
        self.stage.setObjectName("caption")
        for label in (self.title, self.stage):
            label.setMinimumWidth(_NARROWEST)  # a long name must not widen the page
        self.bar = ProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(90, 6)
        self.cancel = QPushButton("Cancel", self)
        self.reread = QPushButton("Read Again", self)
        set_tip(self.reread, "Read the data as it is now on the disk")
        self.failure = words("", "refused", self)
        self._area = scroll_area(Qt.Orientation.Vertical, self)
        self._body = QWidget(self._area.widget())
        self.verdict = words("", "verdict", self._body)
        self.part = QComboBox(self._body)
        self.part.setAccessibleName("Samples of which part")
        self.gallery, self.rows = Gallery(self._body), SampleRows(self._body)
        self.fields = FieldTable(self._body)
        self.fits, self.notices = Lines(self._body), Lines(self._body)
        self._augmentation = words("Augmentation of training samples", "section", self._body)
        self.balances: list[Balance] = []
        self._charts = QVBoxLayout()
        self._lay_out()
        self.cancel.clicked.connect(self.cancelled)
        self.reread.clicked.connect(self.again)
        self.part.currentIndexChanged.connect(lambda _: self._show_samples())
        self.show_reading(False)
        self.failure.hide()
        self._body.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.gallery.set_theme(theme)
        for chart in self.balances:
            chart.set_theme(theme)

    def show_title(self, text: str) -> None:
        """Show what the data is called."""
        self.title.setText(shortened(text))
        set_tip(self.title, text)

    def come_to_augmentation(self) -> None:
        """Scroll to what augmentation makes of samples."""
        self._area.verticalScrollBar().setValue(self._augmentation.y())

    def show_reading(self, on: bool) -> None:
        """Show that data is being read, or that it is not."""
        for widget in (self.bar, self.stage, self.cancel):
            widget.setVisible(on)
        self.reread.setVisible(not on)
        if on:
            self.show_stage("Waiting for the worker")
            self.failure.hide()
        # What is shown belongs to other data, or to the same as it was.
        self._body.setEnabled(not on)

    def show_stage(self, sentence: str, done: float | None = None) -> None:
        """Show what reading is at, and how much of it is done where that is known."""
        self.stage.setText(shortened(sentence))
        self.bar.setRange(0, 0 if done is None else _WHOLE)
        self.bar.setValue(round(_WHOLE * (done or 0.0)))

    def show_failure(self, sentence: str) -> None:
        """Show why there is nothing to see."""
        self._described = None
        self.failure.setText(sentence)
        self.failure.show()
        self.counts.setText("")
        self._body.hide()

    def show_described(self, event: DataDescribed, validation: float) -> None:
        """Show data that was read; ``validation`` is the share that training holds back where data brings none."""
        self._described, figures = event, event.figures
        self.failure.hide()
        self.counts.setText(_counts(figures, validation))
        self._show_verdict(event)
        self._show_parts(figures["samples"])
        self.fields.show_fields(figures["fields"], event.fits)
        self.fits.show_lines(fit_lines(event.fits))
        self._show_classes(figures["fields"])
        left_out = [(f"Left out: {text}", "advice") for text in figures["refused"]]
        others = [(f"Not a field: {text}", "help") for text in figures["left_out"].values()]
        self.notices.show_lines([*left_out, *((text, "description") for text in figures["notices"]), *others])
        self._body.show()

    def _show_verdict(self, event: DataDescribed) -> None:
        told = {sentence for fit in event.fits for sentence in fit.said}
        # A sentence that stands at its node below is not said twice.
        refused = event.verdict and (
            event.verdict if event.verdict not in told else "The drawing does not fit the data:"
        )
        self.verdict.setText(refused or GOOD)
        # A drawing that is not finished is not refused.
        unfit = "error" if any(fit.wrong for fit in event.fits) else "advice"
        self.verdict.setProperty("kind", unfit if event.verdict else "description")
        self.verdict.style().polish(self.verdict)

    def _show_parts(self, samples: Mapping[str, int]) -> None:
        before = self.part.currentData()
        self.part.blockSignals(True)
        self.part.clear()
        for part, count in samples.items():
            if count:
                self.part.addItem(f"{PARTS[part]} samples", part)
        self.part.setCurrentIndex(max(0, self.part.findData(before)))
        self.part.blockSignals(False)
        self.part.setVisible(self.part.count() > 1)
        self._show_samples()

    def _show_samples(self) -> None:
        part = self.part.currentData()
        samples = self._described.samples if self._described else []
        shown = [sample for sample in samples if sample.part == part]
        as_rows = bool(shown) and all(isinstance(view, Values) for each in shown for view in each.views.values())
        self.gallery.setVisible(not as_rows)
        self.rows.setVisible(as_rows)
        self.gallery.show_samples([] if as_rows else shown)
        self.rows.show_samples(shown if as_rows else [])

    def _show_classes(self, fields: Mapping[str, Mapping[str, Any]]) -> None:
        clear(self._charts)
        self.balances = []
        for name, field in fields.items():
            if "classes" not in field:
                continue
            said = ", then ".join(part for part in field["classes"])
            self._charts.addWidget(words(f"Classes of {shortened(name)}: {said} samples", "section", self._body))
            chart = Balance(self._body)
            chart.set_theme(self._theme)
            chart.show_counts(name, field["classes"])
            self._charts.addWidget(chart)
            self.balances.append(chart)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addStretch(1)
        for widget in (self.stage, self.bar, self.cancel, self.reread):
            top.addWidget(widget)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 8, 12)
        body.setSpacing(10)
        row = QHBoxLayout()
        row.addWidget(self.verdict, 1)
        row.addWidget(self.part, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(row)
        body.addWidget(self.fits)
        body.addWidget(self.gallery)
        body.addWidget(self.rows)
        body.addWidget(self._augmentation)
        body.addWidget(self._augmented)
        body.addWidget(words("Fields", "section", self._body))
        body.addWidget(self.fields)
        body.addLayout(self._charts)
        body.addWidget(self.notices)
        body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.counts)
        layout.addWidget(self.failure)
        # In a narrow window what does not wrap, such as the table of fields, is scrolled to.
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        layout.addWidget(hold(self._area, self._body), 1)


def _counts(figures: Mapping[str, Any], validation: float) -> str:
    """How many samples there are, and what becomes of them."""
    samples = figures["samples"]
    said = ", ".join(f"{count:,} {PARTS[part].lower()}" for part, count in samples.items() if count) or "none"
    text = f"Samples: {said}."
    if samples["training"] and not samples["validation"] and validation:
        text += f" When training begins, {100 * validation:.3g} % of the training samples are held back to validate on."
    if figures["refused"]:
        text += f" Left out: {len(figures['refused']):,}."
    return text

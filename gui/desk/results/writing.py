"""Has a model write by itself, from a start that is typed: the most probable tokens, or drawn ones."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QDoubleValidator, QIntValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.desk.data.gallery import Gallery
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip
from training.protocol import ResultsShown, Sample, Write, Writing, Written

_COUNT, _MOST, _HOTTEST, _SEEDS = 200, 2000, 100.0, 2**31 - 1
_NARROW = 64


class WritingView(QWidget):
    """Asks for a text by ``asked``, which carries a ``Write``, and shows the one that comes."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._writing: Writing | None = None
        self._key: object = None
        self.heading = Label(self)
        self.start = QLineEdit(self)
        self.start.setAccessibleName("How the text begins")
        self.texts: dict[str, QLineEdit] = {}
        self.sample = self._number("Sample", 0, "Whose Inputs go in: which sample, in the order of the data from 0 on")
        self.count = self._number("Length", _COUNT, f"Tokens at most, up to {_MOST:,}", _MOST)
        self.heat = self._number("Temperature", 0, "0 takes the most probable token; 1 draws as probable as it is")
        hot = QDoubleValidator(0.0, _HOTTEST, 3, self.heat)
        hot.setLocale(QLocale.c())
        self.heat.setValidator(hot)
        self.seed = self._number("Seed", 0, "The same seed draws the same text again")
        self.write = QPushButton("Write", self)
        self.text = Label(self)
        self.text.setAccessibleName("The text that was written")
        self.right = Label(self)
        for label in (self.heading, self.text, self.right):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.heading.setObjectName("caption")
        self.right.setObjectName("caption")
        self.beside = Gallery(self)
        self._lay_out()
        self.write.clicked.connect(self._ask)
        for field in (self.start, self.sample, self.count, self.heat, self.seed):
            field.returnPressed.connect(self._ask)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.beside.set_theme(theme)

    def set_busy(self, busy: bool) -> None:
        """Take no questions while one is open."""
        self.write.setEnabled(not busy)

    def show_results(self, shown: ResultsShown) -> None:
        """Offer what a model can be asked for, if it writes; what was written by another, or beside others, goes."""
        self._writing = writing = shown.writing
        self.setVisible(writing is not None)
        key = (shown.run, shown.weights, shown.epoch, shown.part, writing)
        if writing is None or key == self._key:
            return
        self._key = key
        self._show_written(None)
        self._offer(writing)

    def show_answer(self, shown: ResultsShown) -> None:
        """Show what was written, or why nothing was."""
        self._show_written(shown.written)
        if shown.refused:
            self.text.setText(shown.refused)

    def _offer(self, writing: Writing) -> None:
        for field in self.texts.values():
            self._fields.removeWidget(field)
            field.deleteLater()
        self.texts = {}
        for row, node in enumerate(writing.beside, 1):
            self.texts[node] = field = QLineEdit(self)
            field.setPlaceholderText(f"{node}: empty for that of the sample")
            field.setAccessibleName(f"The text for {node}")
            field.returnPressed.connect(self._ask)
            self._fields.addWidget(field, row, 0)
        how = f"up to {writing.context:,} tokens" if writing.marked else f"reading the last {writing.context:,} tokens"
        self.heading.setText(f"Written by itself: each token goes in as '{writing.node}' for the next, {how}")
        self.start.setPlaceholderText("How it begins; may stay empty" if writing.marked else "How it begins")
        self._set_shown(self.sample, bool(writing.sampled))
        for field in (self.heat, self.seed):
            self._set_shown(field, writing.likely)

    def _set_shown(self, field: QLineEdit, shown: bool) -> None:
        field.setVisible(shown)
        self._labels[field].setVisible(shown)

    def _show_written(self, written: Written | None) -> None:
        text = f"{written.start}{written.text}" if written else ""
        self.text.setText(text if written is None or written.ended else f"{text} \u2026")
        self.right.setText(f"As it should be: {written.right}" if written and written.right else "")
        self.right.setVisible(bool(self.right.text()))
        views = written.views if written else {}
        samples = [Sample("", written.index, f"sample {written.index}", views)] if written and views else []
        self.beside.show_samples(samples)
        self.beside.setVisible(bool(views))

    def _ask(self) -> None:
        if self._writing is None or not self.write.isEnabled():
            return
        count, sample, seed = (int(field.text() or 0) for field in (self.count, self.sample, self.seed))
        texts = {node: field.text() for node, field in self.texts.items() if field.text()}
        heat = float(self.heat.text() or 0) if self._writing.likely else 0.0
        self.asked.emit(Write(self.start.text(), count or 1, heat, seed, sample, texts))

    def _number(self, name: str, value: int, tip: str, most: int = _SEEDS) -> QLineEdit:
        field = QLineEdit(str(value), self)
        field.setValidator(QIntValidator(0, most, field))
        field.setAccessibleName(name)
        field.setFixedWidth(_NARROW)
        set_tip(field, tip)
        return field

    def _lay_out(self) -> None:
        self._fields = QGridLayout()
        self._fields.addWidget(self.start, 0, 0)
        numbers = QHBoxLayout()
        self._labels: dict[QLineEdit, Label] = {}
        for field in (self.sample, self.count, self.heat, self.seed):
            self._labels[field] = label = Label(field.accessibleName(), self)
            label.setBuddy(field)
            numbers.addWidget(label)
            numbers.addWidget(field)
        numbers.addWidget(self.write)
        numbers.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.addWidget(self.heading)
        column.addLayout(self._fields)
        column.addLayout(numbers)
        for part in (self.beside, self.text, self.right):
            column.addWidget(part)

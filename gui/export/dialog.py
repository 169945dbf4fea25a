"""Asks, before anything is written, which weights an exported model gets and whether the drawing travels in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from graph.errors import LayerloomError
from gui.export.offers import Offers
from gui.widgets import dialogs
from gui.widgets.text import Label
from training.runs.choices import Choice, choices
from training.runs.fitting import Fit
from training.runs.wording import FRESH, MOVED, RECOGNIZED, count, listed

WIDTH = 700
INDENT = 24


class ExportDialog(QDialog):
    """The weights of a run or fresh ones; ``choice`` and ``embeds`` are the answers once it is accepted.

    Fresh weights are never chosen beforehand. What is chosen and how much of it fits is in view before Export.
    """

    def __init__(self, path: str, offers: Offers, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export ONNX")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._offers, self._folder = offers, folder
        self.trained = QRadioButton("&Trained weights", self)
        self.fresh = QRadioButton("&Fresh random weights: the model will not have been trained", self)
        self.runs = QComboBox(self)
        self.other = QPushButton("&Other Run…", self)
        self.says = _label("", self)
        self.embed = QCheckBox("&Embed the drawing (without notes and local paths)", self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.export = QPushButton("Export", self)
        self._dress()
        self._lay_out(path)
        self._fill()
        self._connect()
        self._show()
        (self.export if self.export.isEnabled() else self.trained).setFocus()

    @property
    def choice(self) -> Choice | None:
        """The weights of a run; none for fresh ones."""
        chosen = self.runs.currentData()
        return chosen if self.trained.isChecked() and isinstance(chosen, Choice) else None

    @property
    def embeds(self) -> bool:
        """Whether the drawing goes into the file."""
        return self.embed.isChecked()

    def _dress(self) -> None:
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.runs.setMinimumContentsLength(30)
        self.runs.view().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.runs.setAccessibleName("Run")
        self.runs.setPlaceholderText("Choose a run")
        self.says.setMinimumHeight(3 * self.says.fontMetrics().lineSpacing())
        self.says.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.other.setAutoDefault(False)
        self.says.setObjectName("verdict")
        # Before the box takes it: what it is called decides how it looks.
        self.export.setObjectName("primary")
        self.buttons.addButton(self.export, QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setDefault(True)

    def _lay_out(self, path: str) -> None:
        title = _label("Export ONNX", self)
        title.setObjectName("title")
        row = QHBoxLayout()
        row.setContentsMargins(INDENT, 0, 0, 0)
        row.addWidget(self.runs, 1)
        row.addWidget(self.other)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(_label(path, self))
        layout.addSpacing(6)
        layout.addWidget(self.trained)
        layout.addLayout(row)
        layout.addWidget(self.fresh)
        layout.addWidget(self.says, 1)
        layout.addWidget(self.embed)
        layout.addSpacing(6)
        layout.addWidget(self.buttons)

    def _fill(self) -> None:
        for choice in self._offers.own:
            self.runs.addItem(_entry(choice), choice)
        if self._offers.own and self._offers.kindred:
            self.runs.insertSeparator(self.runs.count())
        for choice in self._offers.kindred:
            self.runs.addItem(f"{_entry(choice)} (of a drawing of this name)", choice)
        best = self._offers.best()
        self.runs.setCurrentIndex(-1 if best is None else self._index_of(best))
        self.trained.setChecked(best is not None)
        if not self._offers.tensors:
            for widget in (self.trained, self.fresh, self.runs, self.other):
                widget.setEnabled(False)

    def _connect(self) -> None:
        self.runs.currentIndexChanged.connect(self._take_trained)
        self.trained.toggled.connect(self._show)
        self.fresh.toggled.connect(self._show)
        self.other.clicked.connect(self._ask_other)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _take_trained(self) -> None:
        self.trained.setChecked(True)
        self._show()

    def _ask_other(self) -> None:
        folder = dialogs.ask_folder(self, "Take the weights of a run", str(self._folder))
        if not folder:
            return
        try:
            found = choices(Path(folder))
        except LayerloomError as error:
            dialogs.tell(self, "Export ONNX", str(error))
            return
        if not found:
            dialogs.tell(self, "Export ONNX", f"{folder} has no weights: it is not a run, or was not trained yet.")
            return
        for choice in found:
            if self._index_of(choice) < 0:
                self.runs.addItem(_entry(choice), choice)
        self.runs.setCurrentIndex(self._index_of(found[0]))
        self._take_trained()

    def _index_of(self, choice: Choice) -> int:
        every = (self.runs.itemData(index) for index in range(self.runs.count()))
        paths = [item.path if isinstance(item, Choice) else None for item in every]
        return paths.index(choice.path) if choice.path in paths else -1

    def _show(self) -> None:
        """Say what would be exported, and let it be exported if it can be."""
        kind, sentence = self._sentence()
        self.says.setProperty("kind", kind)
        self.says.style().unpolish(self.says)
        self.says.style().polish(self.says)
        self.says.setText(sentence)
        self.export.setEnabled(kind in ("description", "advice"))

    def _sentence(self) -> tuple[str, str]:
        """What is said, and how it is to look: "description", "advice", "error", or "empty" while nothing is chosen."""
        total = len(self._offers.tensors)
        if not total:
            return "description", "This drawing has no weights."
        if self.fresh.isChecked():
            return "advice", f"All {count(total, 'tensor')} get random initial values: the model will be untrained."
        if self.choice is None:
            return "empty", self._missing()
        found = self._offers.fit(self.choice)
        return ("error", found) if isinstance(found, str) else _fitting(self.choice, found)

    def _missing(self) -> str:
        if self.runs.count():
            return "No run is known to be of this drawing: choose one, or ask for fresh random weights."
        return "This drawing has not been trained yet. Train it first, choose a run, or ask for fresh random weights."


def _entry(choice: Choice) -> str:
    return f"{choice.run.name}: {choice.words}"


def _fitting(choice: Choice, found: Fit) -> tuple[str, str]:
    """What there is to say of weights that were compared with the drawing."""
    if not found.loaded:
        return "error", f"None of the {count(found.total, 'tensor')} of this drawing are in {choice.run}."
    lines = [f"{len(found.loaded)} of {count(found.total, 'tensor')} from {choice.run}, {choice.words}."]
    renamed = listed(f"{name} (was {other})" for name, other in found.renamed.items())
    said = [(RECOGNIZED, renamed), (MOVED, listed(found.moved)), (FRESH, listed(found.fresh))]
    lines += [f"{what}: {names}." for what, names in said if names]
    return ("advice" if found.fresh or found.moved else "description"), "\n".join(lines)


def _label(text: str, parent: QWidget) -> Label:
    label = Label(text, parent)
    label.setWordWrap(True)
    return label

"""A run's name, tags and note, to be changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from gui.widgets.text import Label
from training.runs.about import MAX_TITLE, About, tags_in


class RunDetails(QDialog):
    """``changed`` carries the run and what is to be noted of it."""

    changed = Signal(object, object)

    def __init__(self, run: Path, about: About, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Describe the run")
        self._run = run
        self.title, self.tags, self.note = (
            QLineEdit(about.title, self),
            QLineEdit(", ".join(about.tags), self),
            QPlainTextEdit(about.note, self),
        )
        self.title.setMaxLength(MAX_TITLE)
        self.title.setPlaceholderText(run.name)
        self.tags.setPlaceholderText("baseline, wide")
        self.note.setTabChangesFocus(True)
        form = QFormLayout()
        for words, field in (("&Name", self.title), ("&Tags", self.tags), ("N&ote", self.note)):
            label = Label(self)
            label.setText(words)
            label.setBuddy(field)
            field.setAccessibleName(words.replace("&", ""))
            form.addRow(label, field)
        buttons = QDialogButtonBox(self)
        keep = buttons.addButton("Keep", QDialogButtonBox.ButtonRole.AcceptRole)
        keep.setDefault(True)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._keep)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.resize(440, 260)
        self.title.setFocus()

    def _keep(self) -> None:
        made = About(self.title.text().strip(), tags_in(self.tags.text()), self.note.toPlainText())
        self.changed.emit(self._run, made)
        self.accept()

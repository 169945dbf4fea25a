"""The inspector's page for the model itself: its name, notes and training settings."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.fields import Field
from gui.analysis import Analysis
from gui.inspector.fields.form import LABEL_WIDTH, Form, order_tabs
from gui.inspector.fields.subject import Subject
from gui.inspector.header import Header, section
from gui.inspector.recipe import RecipeForm
from gui.theme.colors import Theme
from gui.widgets.figures import Figures
from gui.widgets.notesfield import NotesField
from gui.workspace import Workspace

NAME = Field("name", "text", "", "its class in the generated code is called after it")


NOTES_LINES = 4


class _Name(Subject):
    """The model's name."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def values(self) -> dict[str, str]:
        return {"name": self._workspace.document.name}

    def write(self, field: str, value: str) -> None:
        self._workspace.document.set_setting(field, value)

    def label(self, field: str) -> str:
        return "Set the model's name"


class ModelPage(QWidget):
    """What the document holds beside the drawing; shown while nothing is selected."""

    left = Signal()

    def __init__(self, workspace: Workspace, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._analysis = workspace, analysis
        self._header = Header(self)
        self.name_form = Form({"name": NAME}, workspace, _Name(workspace), self)
        self.notes = NotesField(self)
        self.notes.setPlaceholderText("Notes about the model")
        self.notes.setAccessibleName("notes")
        # Whole lines: of one more, nothing but its upper edge would be seen.
        self.notes.setFixedHeight(NOTES_LINES * self.notes.fontMetrics().lineSpacing() + 12)
        self.training = RecipeForm(workspace, self)
        self.readout = Figures(("Parameters", "MACs"), parent=self)
        self.readout.set_caption_width(LABEL_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (self._header, self.readout, self.name_form, self.notes):
            layout.addWidget(widget)
        layout.addWidget(section("Training", self))
        layout.addWidget(self.training)
        layout.addStretch(1)
        self.notes.written.connect(self._write_notes)
        self.name_form.left.connect(self.left)
        self.training.left.connect(self.left)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._header.set_color(theme.accent)

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        document = self._workspace.document
        self._header.show_text("Model", "Select a node to see its parameters", "")
        self.name_form.refresh()
        self.notes.show_text(document.notes)
        self.training.refresh()
        order_tabs([*self.name_form.stops(), self.notes, *self.training.stops()])
        self.show_figures()

    def show_figures(self) -> None:
        """Patch the counts from the analysis."""
        summary = self._analysis.summary_of()
        macs = "not known yet" if summary.macs is None else f"{summary.macs:,}"
        self.readout.show_values({"Parameters": f"{summary.parameters:,}", "MACs": macs})

    def forget(self) -> None:
        """Drop what was typed but refused."""
        self.name_form.forget()
        self.notes.forget()
        self.training.forget()

    def _write_notes(self, text: str, passage: int) -> None:
        with self._workspace.document.edit("Set the model's notes", merge=f"notes {passage}"):
            self._workspace.document.set_setting("notes", text)

"""A form made from the fields of a class: a label, an editor, the error and a line of help, one under the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from graph.fields import Field
from gui.inspector.fields.editors import UNKNOWN, Editor, TextEditor, make_editor, revert
from gui.inspector.fields.visit import Visit
from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip
from gui.workspace import Workspace

LABEL_WIDTH = 110
EDITOR_WIDTH = 60
# When a form tells what was typed: with every key, when the field is left or entered, or only when it is entered.
Applied = Literal["typed", "left", "entered"]


class Row(QWidget):
    """An editor with its label, its help and the sentence on why what stands in it is refused."""

    def __init__(self, field: Field, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.visit = Visit(editor)
        self.error = _line("error", "", self)
        help_line = _line("help", field.description, self)
        label = ElidedLabel(field.name, self)
        label.setBuddy(editor)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(editor, 0, 1)
        grid.addWidget(self.error, 1, 0, 1, 2)
        grid.addWidget(help_line, 2, 0, 1, 2)
        for widget in (label, editor):
            set_tip(widget, f"{field.name} must be {field.expected()}.")
        editor.setMinimumWidth(EDITOR_WIDTH)
        editor.setAccessibleName(field.name)
        editor.setAccessibleDescription(field.description)

    @property
    def refused(self) -> bool:
        """Whether the document refused what stands in the editor."""
        return bool(self.error.text())

    def show_value(self, value: Any) -> None:
        """Show the document's value; what was typed and refused stays until that value is another."""
        changed = value != self.editor.known
        self.editor.show_value(value)
        if changed:
            self.show_error("")

    def revert(self) -> None:
        """Show the document's value instead of what was typed."""
        revert(self.editor)
        self.show_error("")

    def show_error(self, sentence: str) -> None:
        """Show why what was typed is refused, or nothing."""
        if sentence == self.error.text():
            return
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.editor.setProperty("invalid", bool(sentence))
        self.editor.style().polish(self.editor)


class Form(QWidget):
    """Named rows; ``edited`` tells of a name and a value, ``left`` that the user is done with a field."""

    edited = Signal(str, object)
    left = Signal()

    def __init__(
        self,
        fields: Mapping[str, Field],
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        applied: Applied = "typed",
    ) -> None:
        super().__init__(parent)
        self._workspace, self._applied = workspace, applied
        self.fields = dict(fields)
        self.rows: dict[str, Row] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        for name, field in fields.items():
            if not field.hidden:
                self._add(name, field)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Patch the rows from the document's values; a field being typed in keeps its text and the focus."""
        for name, row in self.rows.items():
            row.show_value(values[name])

    def forget(self) -> None:
        """Drop what was typed but refused: the form is about to show something else."""
        for row in self.rows.values():
            row.editor.known = UNKNOWN
            row.visit.begin()

    def attempt(self, name: str, label: str, edit: Callable[[], object]) -> bool:
        """Run the edit of a field, one step for each visit to it; show under it why it is refused."""
        row = self.rows[name]
        row.show_error(row.visit.attempt(self._workspace.document, label, edit))
        return not row.refused

    def _add(self, name: str, field: Field) -> None:
        editor = make_editor(field)
        row = Row(field, editor, self)
        if self._applied == "typed":
            editor.edited.connect(lambda value: self.edited.emit(name, value))
        else:
            editor.edited.connect(lambda: row.show_error(""))
        if isinstance(editor, TextEditor):
            editor.entered.connect(lambda: self._enter(name, editor))
            editor.abandoned.connect(lambda: self._abandon(row))
            editor.dropped.connect(row.revert)
            editor.finished.connect(lambda: self._finish(name, editor))
        self._layout.addWidget(row)
        self.rows[name] = row

    def _enter(self, name: str, editor: TextEditor) -> None:
        self._apply(name, editor)
        if not self.rows[name].refused:
            self.left.emit()

    def _abandon(self, row: Row) -> None:
        row.visit.take_back(self._workspace.document)
        row.revert()
        self.left.emit()

    def _finish(self, name: str, editor: TextEditor) -> None:
        if self._applied == "left":
            self._apply(name, editor)
        if self.rows[name].refused or self._applied == "entered":
            self.rows[name].revert()

    def _apply(self, name: str, editor: TextEditor) -> None:
        if self._applied != "typed" and editor.known not in (UNKNOWN, editor.value()):
            self.edited.emit(name, editor.value())


def _line(role: str, text: str, parent: QWidget) -> Label:
    """A small line of text, styled by its role."""
    label = Label(text, parent)
    label.setObjectName(role)
    label.setWordWrap(True)
    label.setMinimumWidth(LABEL_WIDTH)  # one long word, such as a path, must not widen the page
    label.setVisible(bool(text))
    return label

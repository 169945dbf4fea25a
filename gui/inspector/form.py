"""A form made from the fields of a class: a label, an editor, the error and a line of help, one under the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from graph.errors import LayerloomError
from graph.fields import Field, fields_of
from gui.inspector.editors import UNKNOWN, Editor, make_editor

LABEL_WIDTH = 110


class Row(QWidget):
    """An editor with its label, its help and the sentence on why what stands in it is refused."""

    def __init__(self, field: Field, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.error = _line("error", "", self)
        help_line = _line("help", field.description, self)
        label = QLabel(field.name, self)
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
        label.setToolTip(f"{field.name} must be {field.expected()}.")
        editor.setToolTip(label.toolTip())
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
        value, self.editor.known = self.editor.known, UNKNOWN
        self.editor.show_value(value)
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

    def __init__(self, fields: Mapping[str, Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = dict(fields)
        self.rows: dict[str, Row] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
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

    def attempt(self, name: str, edit: Callable[[], None]) -> None:
        """Run the edit of a field, and show under it why it is refused."""
        try:
            edit()
        except LayerloomError as error:
            self.rows[name].show_error(str(error))
        else:
            self.rows[name].show_error("")

    def _add(self, name: str, field: Field) -> None:
        editor = make_editor(field)
        row = Row(field, editor, self)
        editor.edited.connect(lambda value: self.edited.emit(name, value))
        editor.entered.connect(lambda: None if row.refused else self.left.emit())
        editor.abandoned.connect(lambda: self._abandon(row))
        self._layout.addWidget(row)
        self.rows[name] = row

    def _abandon(self, row: Row) -> None:
        row.revert()
        self.left.emit()


def form_for(cls: type[msgspec.Struct], parent: QWidget | None = None) -> Form:
    """The form of a class's fields."""
    return Form(fields_of(cls), parent)


def _line(role: str, text: str, parent: QWidget) -> QLabel:
    """A small line of text, styled by its role."""
    label = QLabel(text, parent)
    label.setObjectName(role)
    label.setWordWrap(True)
    label.setVisible(bool(text))
    return label

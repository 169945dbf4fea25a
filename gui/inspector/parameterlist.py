"""The parameters of a block with their defaults, to be named, changed, added and taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from graph.edits.ports import move_parameter
from graph.edits.renaming import rename_parameter
from graph.errors import LayerloomError
from graph.fields import Field
from graph.names import free_name
from graph.records import ParameterValue
from gui.inspector.fields.editors import TextEditor, revert
from gui.inspector.fields.visit import Visit
from gui.inspector.movebuttons import move_button, name_buttons
from gui.widgets.text import Label
from gui.workspace import Workspace

NAME = Field("name", "text", "", "name of a parameter")


class ParameterRow(QWidget):
    """A name, a default, and a button that takes both away."""

    def __init__(self, name: str, default: ParameterValue, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = TextEditor(NAME, self)
        self.default = TextEditor(Field(name, "value", default, "default"), self)
        self.default.show_value(default)
        self.visit = Visit(self.default)
        self.up, self.down = move_button("\u2191", self), move_button("\u2193", self)
        self.remove = move_button("\u00d7", self)
        self.default.setFixedWidth(84)
        self.show_name(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for part in (self.name, self.default, self.up, self.down, self.remove):
            row.addWidget(part, 1 if part is self.name else 0)

    def show_name(self, name: str) -> None:
        """Show the name the parameter has in the document."""
        self.known = name
        self.name.show_value(name)
        self.name.setAccessibleName(f"name of {name}")
        self.default.setAccessibleName(f"default of {name}")
        name_buttons(name, self.up, self.down, self.remove)


class ParameterList(QWidget):
    """A row for each parameter; what the document refuses is said below."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._graph = ""
        self.rows: list[ParameterRow] = []
        self.error = Label(self)
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.add = QPushButton("Add a Parameter", self)
        self.add.clicked.connect(self._add)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._column)
        layout.addWidget(self.error)
        layout.addWidget(self.add)

    def show_block(self, graph: str) -> None:
        """Show the parameters of another block."""
        self._graph = graph
        self._say("")
        self._fill()

    def refresh(self) -> None:
        """Patch the rows from the document; one being typed in keeps its text and the focus."""
        parameters = self._workspace.document.definitions[self._graph].parameters
        renamed = [(row, name) for row, name in zip(self.rows, parameters, strict=False) if row.known != name]
        if len(self.rows) == len(parameters) and len(renamed) == 1:
            renamed[0][0].show_name(renamed[0][1])
        elif renamed or len(self.rows) != len(parameters):
            self._fill()
        for row in self.rows:
            row.default.show_value(parameters[row.known])

    def _fill(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        parameters = self._workspace.document.definitions[self._graph].parameters
        self.rows = [ParameterRow(name, default, self) for name, default in parameters.items()]
        for row in self.rows:
            self._column.addWidget(row)
            self._connect(row)

    def _connect(self, row: ParameterRow) -> None:
        row.default.edited.connect(lambda value: self._set(row, value))
        row.default.abandoned.connect(lambda: self._abandon(row))
        row.default.finished.connect(lambda: self._finish(row))
        row.default.dropped.connect(lambda: self._finish(row))
        row.name.entered.connect(lambda: self._rename(row))
        row.name.abandoned.connect(lambda: self._abandon_name(row))
        row.name.finished.connect(lambda: self._finish_name(row))
        row.name.dropped.connect(lambda: self._drop_name(row))
        row.remove.clicked.connect(lambda: self._remove(row.known))
        row.up.clicked.connect(lambda: self._move(row, -1))
        row.down.clicked.connect(lambda: self._move(row, 1))
        for editor in (row.name, row.default):
            editor.moved.connect(lambda by: self._move(row, by))
            editor.returnPressed.connect(lambda: self.left.emit() if self.error.isHidden() else None)

    def _set(self, row: ParameterRow, value: Any) -> None:
        document, graph = self._workspace.document, self._graph
        known = document.definitions[graph].parameters
        if isinstance(known[row.known], float) and type(value) is int:
            value = float(value)  # 1 typed over 0.5 asks for no other kind of parameter
        parameters = {**known, row.known: value}
        self._say(
            row.visit.attempt(document, f"Set {row.known} of {graph}", lambda: document.set_block(graph, parameters))
        )

    def _abandon(self, row: ParameterRow) -> None:
        row.visit.take_back(self._workspace.document)
        self._finish(row)
        self.left.emit()

    def _finish(self, row: ParameterRow) -> None:
        if row in self.rows and row.default.value() != row.default.known:
            revert(row.default)
            self._say("")

    def forget(self) -> None:
        """Show no block's parameters: what is typed here is none of the next document's."""
        self._graph = ""

    def _rename(self, row: ParameterRow) -> None:
        old, new = row.known, row.name.text().strip()
        if new == old or row not in self.rows or self._graph not in self._workspace.document.definitions:
            return
        self._attempt(lambda: rename_parameter(self._workspace.document, self._graph, old, new))

    def _finish_name(self, row: ParameterRow) -> None:
        self._rename(row)
        self._drop_name(row)

    def _drop_name(self, row: ParameterRow) -> None:
        if row in self.rows and row.name.text() != row.known:
            revert(row.name)
            self._say("")

    def _abandon_name(self, row: ParameterRow) -> None:
        self._drop_name(row)
        self.left.emit()

    def _move(self, row: ParameterRow, by: int) -> None:
        """Move a parameter among the others; the cursor goes with it."""
        at = self.rows.index(row)
        typed = row.default if row.default.hasFocus() else row.name
        in_default = typed is row.default
        typed.finished.emit()  # what is half typed there is taken, or put back
        move_parameter(self._workspace.document, self._graph, row.known, by)
        moved = self.rows[min(max(at + by, 0), len(self.rows) - 1)]
        (moved.default if in_default else moved.name).setFocus()

    def _remove(self, name: str) -> None:
        document = self._workspace.document
        parameters = {key: value for key, value in document.definitions[self._graph].parameters.items() if key != name}

        def edit() -> None:
            with document.edit(f"Remove {name} from {self._graph}"):
                document.set_block(self._graph, parameters)

        self._attempt(edit)

    def _add(self) -> None:
        document = self._workspace.document
        parameters = document.definitions[self._graph].parameters
        with document.edit(f"Add a parameter to {self._graph}"):
            document.set_block(self._graph, {**parameters, free_name("parameter", parameters): 1})
        self.rows[-1].name.setFocus()
        self.rows[-1].name.selectAll()

    def _attempt(self, edit: Callable[[], None]) -> None:
        try:
            edit()
        except LayerloomError as error:
            self._say(str(error))
        else:
            self._say("")

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

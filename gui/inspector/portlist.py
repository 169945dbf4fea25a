"""The inputs or the outputs of a block, in their order: to be named, moved, added and taken away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from graph.edits.ports import End, add_port, move_port, remove_port
from graph.errors import LayerloomError
from graph.fields import Field
from gui.inspector.fields.editors import TextEditor, revert
from gui.inspector.movebuttons import move_button, name_buttons
from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip
from gui.workspace import Workspace

NAME = Field("name", "text", "", "name of a port")
SHAPE_WIDTH = 84


class PortRow(QWidget):
    """The name of a port and the shape that comes or goes there."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = TextEditor(NAME, self)
        self.shape = ElidedLabel(self)
        self.shape.setObjectName("live")
        self.shape.setFixedWidth(SHAPE_WIDTH)
        self.up, self.down = move_button("\u2191", self), move_button("\u2193", self)
        self.remove = move_button("\u00d7", self)
        self.show_name(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for part in (self.name, self.shape, self.up, self.down, self.remove):
            row.addWidget(part, 1 if part is self.name else 0)

    def show_name(self, name: str) -> None:
        """Show the name the port has in the document."""
        self.known = name
        self.name.show_value(name)
        self.name.setAccessibleName(f"name of {name}")
        name_buttons(name, self.up, self.down, self.remove)


class PortList(QWidget):
    """A row for each port of one side; what the document refuses is said below."""

    left = Signal()

    def __init__(self, workspace: Workspace, end: End, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._end = workspace, end
        self._graph = ""
        self.rows: list[PortRow] = []
        self.error = Label(self)
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.add = QPushButton(f"Add an {end.capitalize()}", self)
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
        """Show the ports of another block; "" for none."""
        self._graph = graph
        self._say("")
        if graph:
            self.refresh()

    def refresh(self) -> None:
        """Patch the rows from the document; one being typed in keeps its text and the focus."""
        document = self._workspace.document
        names = document.graphs[self._graph].ends(self._end)
        renamed = [(row, name) for row, name in zip(self.rows, names, strict=False) if row.known != name]
        if len(self.rows) == len(names) and len(renamed) == 1:
            renamed[0][0].show_name(renamed[0][1])
        elif renamed or len(self.rows) != len(names):
            self._fill(names)
        types = document.types(self._graph)
        for row in self.rows:
            row.shape.setText(str(types[row.known][0]) if types.get(row.known) else "")
            set_tip(row.shape, row.shape.text())

    def _fill(self, names: tuple[str, ...]) -> None:
        for row in self.rows:
            row.blockSignals(True)
            row.hide()
            row.deleteLater()
        self.rows = [PortRow(name, self) for name in names]
        for row in self.rows:
            self._column.addWidget(row)
            self._connect(row)

    def _connect(self, row: PortRow) -> None:
        row.name.entered.connect(lambda: self._enter(row))
        row.name.abandoned.connect(lambda: self._abandon(row))
        row.name.finished.connect(lambda: self._finish(row))
        row.name.dropped.connect(lambda: self._drop(row))
        row.name.moved.connect(lambda by: self._move(row, by))
        row.up.clicked.connect(lambda: self._move(row, -1))
        row.down.clicked.connect(lambda: self._move(row, 1))
        row.remove.clicked.connect(lambda: remove_port(self._workspace.document, self._graph, row.known))

    def _rename(self, row: PortRow) -> bool:
        old, new = row.known, row.name.text().strip()
        if row not in self.rows or new == old or self._graph not in self._workspace.document.definitions:
            return True
        document, drawing = self._workspace.document, self._workspace.document.graphs[self._graph]

        def edit() -> None:
            with document.edit(f"Rename {old}"):
                drawing.rename(old, new)

        return self._attempt(edit)

    def _enter(self, row: PortRow) -> None:
        if self._rename(row):
            self.left.emit()

    def _finish(self, row: PortRow) -> None:
        self._rename(row)
        self._drop(row)

    def _drop(self, row: PortRow) -> None:
        if row in self.rows and row.name.text() != row.known:
            revert(row.name)
            self._say("")

    def _abandon(self, row: PortRow) -> None:
        self._drop(row)
        self.left.emit()

    def _move(self, row: PortRow, by: int) -> None:
        """Move a port among the others; the cursor goes with it."""
        at = self.rows.index(row)
        row.name.finished.emit()  # what is half typed there is taken, or put back
        move_port(self._workspace.document, self._graph, self.rows[at].known, by)
        self.rows[min(max(at + by, 0), len(self.rows) - 1)].name.setFocus()

    def _add(self) -> None:
        name = add_port(self._workspace.document, self._graph, self._end)
        row = next(row for row in self.rows if row.known == name)
        row.name.setFocus()
        row.name.selectAll()

    def _attempt(self, edit: Callable[[], None]) -> bool:
        try:
            edit()
        except LayerloomError as error:
            self._say(str(error))
            return False
        self._say("")
        return True

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

"""Every key and gesture on one sheet, made from the table of commands and that of gestures."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gui.shell.actions import COMMANDS, GESTURES, Command

WIDTH, HEIGHT = 640, 620


class KeySheet(QDialog):
    """The keys by menu, and a field that leaves the rows that hold what is typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and gestures")
        self.resize(WIDTH, min(HEIGHT, parent.height()))
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Search keys and gestures")
        self.filter.setAccessibleName("Search keys and gestures")
        self.filter.setClearButtonEnabled(True)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName("Keys and gestures")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(12)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._heads: dict[str, QTreeWidgetItem] = {}
        self._rows: dict[str, list[QTreeWidgetItem]] = {}
        for heading, name, keys in sheet():
            self._rows.setdefault(heading, []).append(QTreeWidgetItem(self._heading(heading), [name, keys]))
        self.tree.expandAll()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree)
        self.filter.textChanged.connect(self._filter)

    def shown(self) -> list[tuple[str, str]]:
        """The rows in view: what is done, and by which keys."""
        rows = [row for rows in self._rows.values() for row in rows]
        return [(row.text(0), row.text(1)) for row in rows if not row.isHidden()]

    def _heading(self, text: str) -> QTreeWidgetItem:
        if text in self._heads:
            return self._heads[text]
        head = self._heads[text] = QTreeWidgetItem(self.tree, [text])
        font = self.font()
        font.setBold(True)
        head.setFont(0, font)
        head.setFirstColumnSpanned(True)
        return head

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for heading, rows in self._rows.items():
            for row in rows:
                row.setHidden(not all(word in f"{row.text(0)} {row.text(1)}".lower() for word in words))
            self._heads[heading].setHidden(all(row.isHidden() for row in rows))


def sheet() -> Iterator[tuple[str, str, str]]:
    """What can be done by a key or a gesture: its heading, what it is, its keys."""
    for command in COMMANDS:
        if command.shown_keys and command.text != "-":
            yield command.menu or "Canvas", command.name, _shown(command)
    for name, keys in GESTURES:
        yield "Canvas", name, keys


def _shown(command: Command) -> str:
    native = [QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in command.keys]
    return ", ".join([command.gesture, *native] if command.gesture else native)

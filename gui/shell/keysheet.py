"""Every key and gesture on one sheet, where a click on a row and a press give it another key."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.canvas.input.keys import key_of
from gui.shell.actions import CANVAS_KEYS, COMMANDS, GESTURES, Command
from gui.shell.bindings import Bindings, native
from gui.widgets.text import Label

WIDTH, HEIGHT = 640, 620
HOW = "Click a row, or press Enter on it, and press the new key."
PRESS = "Press the new key, or Esc to leave it as it is."
MOUSE = "This is done with the mouse; only keys can be changed."
_MODIFIERS = {
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_unknown,
}


class KeySheet(QDialog):
    """The keys by menu, a field that leaves the rows that hold what is typed, and a line that says what happens."""

    def __init__(self, parent: QWidget, bindings: Bindings) -> None:
        super().__init__(parent)
        self._bindings = bindings
        self._asked: QTreeWidgetItem | None = None
        self._pressed = ""
        self.setWindowTitle("Keys and gestures")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDTH, min(HEIGHT, parent.height()))
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Search keys and gestures")
        self.filter.setAccessibleName("Search keys and gestures")
        self.filter.setClearButtonEnabled(True)
        self.tree = _tree(self)
        self._heads: dict[str, QTreeWidgetItem] = {}
        self._rows: dict[str, list[QTreeWidgetItem]] = {}
        self._commands: dict[str, QTreeWidgetItem] = {}
        self.line = Label(self)
        self.line.setWordWrap(True)
        self.reset = QPushButton("Reset This Key", self)
        self.reset_all = QPushButton("Reset All Keys", self)
        self._build()
        self._say(HOW)

    def shown(self) -> list[tuple[str, str]]:
        """The rows in view: what is done, and by which keys."""
        rows = [row for rows in self._rows.values() for row in rows]
        return [(row.text(0), row.text(1)) for row in rows if not row.isHidden()]

    def row(self, command: str) -> QTreeWidgetItem:
        """The row of a command."""
        return self._commands[command]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While a key is awaited, every key is that: none types, walks or closes."""
        if self._asked is None or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress and event.key() not in _MODIFIERS:
            self._take(event)
        return True

    def _build(self) -> None:
        for heading, command, name, keys in self._listed():
            row = QTreeWidgetItem(self._heading(heading), [name, keys])
            self._rows.setdefault(heading, []).append(row)
            if command is not None:
                row.setData(0, Qt.ItemDataRole.UserRole, command.id)
                self._commands[command.id] = row
        self.tree.expandAll()
        buttons = QHBoxLayout()
        buttons.addWidget(self.line, 1)
        for button in (self.reset, self.reset_all):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree)
        layout.addLayout(buttons)
        self.filter.textChanged.connect(self._filter)
        self.tree.itemClicked.connect(lambda row: self._ask(row))
        self.tree.itemActivated.connect(lambda row: self._ask(row))
        self.tree.currentItemChanged.connect(lambda *_: self._leave())
        self.reset.clicked.connect(self._reset_one)
        self.reset_all.clicked.connect(self._reset_every)
        self.tree.installEventFilter(self)
        self._refresh()

    def _listed(self) -> Iterator[tuple[str, Command | None, str, str]]:
        """What can be done by a key or a gesture: its heading, its command if it is one, its name, its gesture."""
        for command in (*COMMANDS, *CANVAS_KEYS):
            if command.id in self._bindings.commands and (command.menu or command.shown_keys):
                yield command.menu or "Canvas", command, command.name, ""
        for name, keys in GESTURES:
            yield "Canvas", None, name, keys

    def _ask(self, row: QTreeWidgetItem) -> None:
        """Wait for the new key of a row."""
        if row is self._asked or row in self._heads.values():
            return
        self._leave()
        if row.data(0, Qt.ItemDataRole.UserRole) is None:
            self._say(MOUSE)
            return
        self._asked, self._pressed = row, ""
        row.setText(1, "\N{HORIZONTAL ELLIPSIS}")
        self._say(PRESS)

    def _take(self, event: QKeyEvent) -> None:
        """Give the row that key; one that stands for something else only where it is pressed twice."""
        row = self._asked
        assert row is not None
        key, name = key_of(event), str(row.data(0, Qt.ItemDataRole.UserRole))
        if key == "Esc" or not key:
            self._leave()
            self._say(HOW)
            return
        owner = "" if key in self._bindings.keys(name) else self._bindings.owner(key)
        if owner.startswith("the menu "):
            self._say(f"{native(key)} opens {owner}; press another key.", wrong=True)
            return
        if owner and key != self._pressed:
            self._pressed = key
            self._say(
                f"{native(key)} stands for '{owner}'. Press it again to take it from there, or another.", wrong=True
            )
            return
        self._asked = None
        self._bindings.take(name, key)
        self._refresh()
        lost = f", and no longer for '{owner}'" if owner else ""
        self._say(f"{native(key)} stands for '{row.text(0)}' now{lost}.")

    def _leave(self) -> None:
        """Wait for no key any more."""
        if self._asked is not None:
            self._asked = None
            self._refresh()
            self._say(HOW)

    def _reset_one(self) -> None:
        row = self.tree.currentItem()
        name = row.data(0, Qt.ItemDataRole.UserRole) if row is not None else None
        self._leave()
        if row is None or name is None:
            self._say("Choose a row first.")
            return
        self._bindings.reset(name)
        self._refresh()
        self._say(f"'{row.text(0)}' has the keys it had at first: {row.text(1) or 'none that is free'}.")

    def _reset_every(self) -> None:
        self._leave()
        self._bindings.reset_all()
        self._refresh()
        self._say("Every command has the keys it had at first.")

    def _refresh(self) -> None:
        """Show the keys as they are; those that were changed stand out."""
        for name, row in self._commands.items():
            command, keys = self._bindings.commands[name], self._bindings.keys(name)
            shown = ([command.gesture] if command.gesture else []) + [native(key) for key in keys]
            row.setText(1, ", ".join(shown) + ("  (changed)" if self._bindings.is_own(name) else ""))
        self._filter(self.filter.text())

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        self.line.setObjectName("error" if wrong else "help")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)
        self.line.setText(sentence)

    def _heading(self, text: str) -> QTreeWidgetItem:
        if text in self._heads:
            return self._heads[text]
        head = self._heads[text] = QTreeWidgetItem(self.tree, [text])
        font = self.font()
        font.setBold(True)
        head.setFont(0, font)
        head.setFirstColumnSpanned(True)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return head

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for heading, rows in self._rows.items():
            for row in rows:
                row.setHidden(not all(word in f"{row.text(0)} {row.text(1)}".lower() for word in words))
            self._heads[heading].setHidden(all(row.isHidden() for row in rows))


def _tree(parent: QWidget) -> QTreeWidget:
    tree = QTreeWidget(parent)
    tree.setAccessibleName("Keys and gestures")
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.setItemsExpandable(False)
    tree.setIndentation(12)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return tree

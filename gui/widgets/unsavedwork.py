"""Offers unsaved work back: a row for each piece of it, to restore, to discard or to leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.text import Label, shortened, tip

Answer = Literal["restore", "all", "discard", "later"]
ROW_HEIGHT = 28
COLUMNS = ("Drawing", "Last change", "Unsaved", "File")


class UnsavedWork(NamedTuple):
    """A piece of work in words."""

    name: str
    when: str
    steps: str
    path: str


class UnsavedWorkOffer(QDialog):
    """``answer`` is what to do with the row ``index``; closing it leaves everything for later."""

    def __init__(self, works: Sequence[UnsavedWork], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved work")
        self.answer: Answer = "later"
        title = Label("Layerloom ended before this work was saved", self)
        title.setObjectName("title")
        words = Label("What is restored is not saved yet; its file stays as it is until you save.", self)
        words.setObjectName("description")
        words.setWordWrap(True)
        self.rows = _rows(works, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        for widget in (title, words, self.rows, self._buttons()):
            layout.addWidget(widget)
        self.rows.itemActivated.connect(lambda: self._take("restore"))
        self.resize(680, 300)

    @property
    def index(self) -> int:
        """The row the answer is about."""
        return max(0, self.rows.currentIndex().row())

    def _buttons(self) -> QDialogButtonBox:
        box, roles = QDialogButtonBox(self), QDialogButtonBox.ButtonRole
        # Named before it is added, which is when its style is worked out.
        restore = QPushButton("Restore", self)
        restore.setObjectName("primary")
        restore.clicked.connect(lambda: self._take("restore"))
        box.addButton(restore, roles.AcceptRole)
        restore.setDefault(True)
        if self.rows.topLevelItemCount() > 1:
            box.addButton("Restore All", roles.AcceptRole).clicked.connect(lambda: self._take("all"))
        box.addButton("Discard", roles.DestructiveRole).clicked.connect(lambda: self._take("discard"))
        box.addButton("Later", roles.RejectRole).clicked.connect(self.reject)
        return box

    def _take(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()


def _rows(works: Sequence[UnsavedWork], parent: QWidget) -> QTreeWidget:
    rows = QTreeWidget(parent)
    rows.setAccessibleName("Unsaved work")
    rows.setColumnCount(len(COLUMNS))
    rows.setHeaderLabels(COLUMNS)
    rows.setRootIsDecorated(False)
    rows.setIndentation(0)
    rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    for work in works:
        item = QTreeWidgetItem(rows, [shortened(work.name), *work[1:3], shortened(work.path, 300)])
        item.setSizeHint(len(COLUMNS) - 1, QSize(0, ROW_HEIGHT))
        item.setToolTip(len(COLUMNS) - 1, tip(work.path))
    header = rows.header()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    rows.setCurrentIndex(rows.model().index(0, 0))
    return rows

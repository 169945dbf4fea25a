"""Asks about all drawings of a window that are not saved, in one box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from gui.widgets.text import Label, shortened

Answer = Literal["save", "discard", "cancel"]


class UnsavedDrawings(QDialog):
    """``answer`` says what was chosen, ``chosen`` the numbers of those to save; the others are let go."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved changes")
        self.answer: Answer = "cancel"
        title = Label(f"{len(names)} drawings have changes that are not saved", self)
        title.setObjectName("title")
        words = Label("Those without a tick are closed as they are, and their changes are lost.", self)
        words.setObjectName("description")
        words.setWordWrap(True)
        self.rows = QListWidget(self)
        self.rows.setAccessibleName("Drawings to save")
        for name in names:
            item = QListWidgetItem(shortened(name), self.rows)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
        self.rows.itemChanged.connect(lambda _: self._name_save())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        for widget in (title, words, self.rows, self._buttons()):
            layout.addWidget(widget)
        self._name_save()
        self.resize(480, 300)

    @property
    def chosen(self) -> list[int]:
        """The numbers of those to save."""
        if self.answer != "save":
            return []
        return self._ticked()

    def _ticked(self) -> list[int]:
        rows = range(self.rows.count())
        return [row for row in rows if self.rows.item(row).checkState() == Qt.CheckState.Checked]

    def _buttons(self) -> QDialogButtonBox:
        box, roles = QDialogButtonBox(self), QDialogButtonBox.ButtonRole
        # Named before it is added, which is when its style is worked out.
        self.save = QPushButton(self)
        self.save.setObjectName("primary")
        self.save.clicked.connect(lambda: self._take("save"))
        box.addButton(self.save, roles.AcceptRole)
        self.save.setDefault(True)
        self.discard = box.addButton("Discard All", roles.DestructiveRole)
        self.discard.clicked.connect(lambda: self._take("discard"))
        self.cancel = box.addButton("Cancel", roles.RejectRole)
        self.cancel.clicked.connect(self.reject)
        return box

    def _name_save(self) -> None:
        ticked = len(self._ticked())
        self.save.setText("Save All" if ticked == self.rows.count() else f"Save {ticked} of {self.rows.count()}")
        self.save.setEnabled(bool(ticked))

    def _take(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()

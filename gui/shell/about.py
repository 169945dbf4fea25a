"""What the program is: its version, its licence, and what it is made with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.shell.credits import own_version, packages
from gui.theme.icons import LOGO
from gui.widgets.text import Label

LOGO_SIZE = 72


class About(QDialog):
    """Version, licence, and the packages in use with theirs."""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About Layerloom")
        self.sentence = words = Label(sentence, self)
        logo, title = Label(self), Label(f"Layerloom {own_version()}", self)
        logo.setPixmap(QIcon(str(LOGO)).pixmap(LOGO_SIZE, LOGO_SIZE))
        title.setObjectName("title")
        words.setWordWrap(True)
        licence = Label("Apache License 2.0. It opens no network connection and sends nothing anywhere.", self)
        licence.setObjectName("description")
        licence.setWordWrap(True)
        text = QVBoxLayout()
        for label in (title, words, licence):
            text.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(logo, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(text, 1)
        self.packages = self._table()
        buttons = QDialogButtonBox(self)
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.packages, 1)
        layout.addWidget(buttons)
        self.resize(560, 520)

    def _table(self) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setAccessibleName("Packages in use")
        table.setHeaderLabels(["Made with", "Version", "Licence"])
        table.setRootIsDecorated(False)
        table.addTopLevelItems([QTreeWidgetItem(list(credit)) for credit in packages()])
        table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return table

"""Asks whether the Python that stands in a drawing may run, and shows all of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.widgets.text import Label


class TrustCode(QDialog):
    """A sentence, the code by the names of its nodes, and a choice of which the careful one is Enter's."""

    def __init__(self, codes: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Python in the drawing")
        where = f"The node '{next(iter(codes))}' is" if len(codes) == 1 else f"{len(codes):,} nodes are"
        self.sentence = Label(f"{where} written in Python. Let it run only if you know what it does.", self)
        self.sentence.setWordWrap(True)
        warning = Label("It can do whatever you can: read and delete files, and use the network.", self)
        warning.setObjectName("description")
        warning.setWordWrap(True)
        self.view = QPlainTextEdit("\n\n".join(f"# {name}\n{code.strip()}" for name, code in codes.items()), self)
        self.view.setReadOnly(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.view.setAccessibleName("The Python in the drawing")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        for widget in (self.sentence, warning):
            layout.addWidget(widget)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._buttons())
        self.resize(640, 420)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(self)
        self.trust = QPushButton("Trust and Run", self)
        self.trust.clicked.connect(self.accept)
        box.addButton(self.trust, QDialogButtonBox.ButtonRole.AcceptRole)
        self.trust.setAutoDefault(False)
        cancel = box.addButton("Do Not Run", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.clicked.connect(self.reject)
        cancel.setDefault(True)
        cancel.setFocus()
        return box

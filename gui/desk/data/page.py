"""The page on the data of the drawing."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme.colors import Theme
from gui.widgets.text import Label
from gui.workspace import Workspace


class DataPage(QWidget):
    """Says what data the drawing is trained on."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName("Data")
        title = Label("Data", self)
        title.setObjectName("title")
        self.source = Label(self)
        self.source.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(self.source)
        layout.addStretch(1)
        workspace.opened.connect(self._show)
        workspace.changed.connect(self._show)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""

    def come_up(self) -> None:
        """The page comes into view."""

    def _show(self, _: object = None) -> None:
        self.source.setText(f"Samples come from: {self._workspace.document.training.data.text()}")

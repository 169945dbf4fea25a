"""What an empty drawing offers to begin with."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from graph.builder.starts import STARTS

BESIDE = 900  # with less room, they stand in two rows


class StartButtons(QWidget):
    """A button for each start; ``chosen`` carries its name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self.buttons: dict[str, QPushButton] = {}
        for name, start in STARTS.items():
            button = QPushButton(f"{start.title}\n{start.words}", self)
            button.setObjectName("card")
            button.setAccessibleName(f"{start.title}: {start.words}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self.buttons[name] = button
        self.hide()

    def place(self, view: QRect, below: int) -> None:
        """Stay in the middle of the view, below a line of it."""
        columns = len(self.buttons) if view.width() >= BESIDE else 2
        for at, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, at // columns, at % columns)
        self.adjustSize()
        self.move(view.center().x() - self.width() // 2, below)

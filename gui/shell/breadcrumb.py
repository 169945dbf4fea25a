"""The bar above the canvas that says which block is shown and leads back out of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from gui.widgets.text import Label, set_tip, shortened, unkeyed


class Breadcrumb(QFrame):
    """A button for every graph on the way from the model; hidden at the model itself.

    ``chosen`` tells the graph whose button was clicked.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Way to the block that is shown")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 14, 4)
        self._row.setSpacing(2)
        self._shown: tuple[Sequence[str], str, str] = ((), "", "")
        self.crumbs: list[QPushButton] = []
        self.hide()

    def show_path(self, path: Sequence[str], model: str, used: str = "") -> None:
        """Show the way to a graph; ``model`` is the model's name, ``used`` says where the block is used."""
        self.setVisible(len(path) > 1)
        if (path, model, used) == self._shown:
            return
        self._shown = (path, model, used)
        self._clear()
        for place, graph in enumerate(path):
            if place:
                self._row.addWidget(_words("\u203a", self))
            self._row.addWidget(self._crumb(graph, graph or model, len(path) - 1 - place))
        self._row.addStretch(1)
        self._row.addWidget(_words(used, self))

    def _clear(self) -> None:
        self.crumbs = []
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _crumb(self, graph: str, text: str, steps: int) -> QPushButton:
        button = QPushButton(unkeyed(shortened(text)), self)
        button.setObjectName("crumb")
        button.setProperty("last", steps == 0)
        set_tip(button, f"Back to {text}" + (" (Esc)" if steps == 1 else "") if steps else "")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(graph))
        self.crumbs.append(button)
        return button


def _words(text: str, parent: QWidget) -> Label:
    label = Label(text, parent)
    label.setObjectName("caption")
    return label

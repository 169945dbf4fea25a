"""The dialog before a figure is written: what is drawn, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QPushButton, QRadioButton, QVBoxLayout, QWidget

from gui.widgets.text import Label

LOOKS = {
    "print": "For &print: black on white, without signs of problems",
    "boxes": "&Boxes by size, as in papers on convolutional networks",
    "screen": "As on the &canvas",
}


class FigureChoice(NamedTuple):
    """A graph, the nodes of it that are drawn, all if there are none, and how."""

    graph: str
    names: tuple[str, ...]
    look: str


class FigureDialog(QDialog):
    """Asks for what is drawn and its look; ``choice`` is the answer once it is accepted."""

    def __init__(self, graph: str, selected: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export figure")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._graph, self._selected = graph, tuple(selected)
        self.parts, self.looks = QButtonGroup(self), QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        many = f"{len(selected)} nodes" if len(selected) != 1 else selected[0]
        parts = {
            "selection": (f"The &selection ({many})", bool(selected)),
            "block": (f"The bl&ock {graph}", bool(graph)),
            "model": ("The whole &model", True),
        }
        layout.addWidget(_title("What", self))
        for key, (words, there) in parts.items():
            self._add(layout, self.parts, key, words, there)
        layout.addSpacing(6)
        layout.addWidget(_title("How", self))
        for key, words in LOOKS.items():
            self._add(layout, self.looks, key, words, True)
        self._check(self.parts, "block" if graph else "model")
        self._check(self.looks, "print")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.going_on = QPushButton("Choose File…", self)
        # Before the box takes it: what it is called decides how it looks.
        self.going_on.setObjectName("primary")
        buttons.addButton(self.going_on, QDialogButtonBox.ButtonRole.AcceptRole)
        self.going_on.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self.going_on.setFocus()

    @property
    def choice(self) -> FigureChoice:
        """What was chosen."""
        part, look = _checked(self.parts), _checked(self.looks)
        graph = "" if part == "model" else self._graph
        return FigureChoice(graph, self._selected if part == "selection" else (), look)

    def button(self, key: str) -> QRadioButton:
        """The button of a part or a look."""
        found = self.findChild(QRadioButton, key)
        assert isinstance(found, QRadioButton)
        return found

    def _add(self, layout: QVBoxLayout, group: QButtonGroup, key: str, words: str, there: bool) -> None:
        button = QRadioButton(words, self)
        button.setObjectName(key)
        button.setVisible(there)
        group.addButton(button)
        layout.addWidget(button)

    def _check(self, group: QButtonGroup, key: str) -> None:
        for button in group.buttons():
            button.setChecked(button.objectName() == key)


def _checked(group: QButtonGroup) -> str:
    return next(button.objectName() for button in group.buttons() if button.isChecked())


def _title(words: str, parent: QWidget) -> QWidget:
    label = Label(words, parent)
    label.setObjectName("title")
    return label

"""The column where data is chosen: browse, type a path, recent ones, and what comes along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from graph.recipe.data.builtin import BUILT_IN
from gui import preferences
from gui.widgets import dialogs
from gui.widgets.text import Label, set_tip, shortened, unkeyed

WIDTH = 236
_RECENT = 5
_LONGEST = 30


class DataChoice(QWidget):
    """``path_chosen`` tells of a file or folder, ``text_chosen`` of a text of the setting ``data``."""

    path_chosen = Signal(str)
    text_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.folder = QPushButton("Folder…", self)
        self.file = QPushButton("File…", self)
        self.path = QLineEdit(self)
        self.path.setPlaceholderText("or a path, then Enter")
        self.path.setAccessibleName("Path to data")
        self.cards = {each.text: _card(unkeyed(each.title), each.holds, self) for each in BUILT_IN}
        self.recent: list[QPushButton] = []
        self._paths: list[str] = []
        self._chosen = ""
        self._recent = _column()
        self._start = preferences.folder("data") or str(Path.home())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(_heading("Your data", self))
        row = QHBoxLayout()
        row.addWidget(self.folder)
        row.addWidget(self.file)
        layout.addLayout(row)
        layout.addWidget(self.path)
        layout.addWidget(_small("A folder a class, masks beside images, a table, or NumPy arrays; drop it here", self))
        layout.addLayout(self._recent)
        layout.addWidget(_heading("Comes along", self))
        for text, card in self.cards.items():
            layout.addWidget(card)
            card.clicked.connect(lambda _=False, text=text: self.text_chosen.emit(text))
        layout.addStretch(1)
        self.folder.clicked.connect(self._ask_folder)
        self.file.clicked.connect(self._ask_file)
        self.path.returnPressed.connect(self._take_path)
        self.show_recent()

    def show_chosen(self, text: str, path: str = "") -> None:
        """Mark what is chosen: the card of a text, or the recent file or folder at a whole path."""
        self._chosen = path
        for known, card in self.cards.items():
            card.setChecked(known == text)
        for known, button in zip(self._paths, self.recent, strict=True):
            button.setChecked(known == self._chosen)

    def show_recent(self) -> None:
        """List what was chosen last."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.recent, self._paths = [], preferences.recent_data()[:_RECENT]
        for path in self._paths:
            button = QPushButton(unkeyed(shortened(Path(path).name, _LONGEST)), self)
            button.setObjectName("recent")
            button.setCheckable(True)
            button.setChecked(path == self._chosen)
            set_tip(button, path)
            button.clicked.connect(lambda _=False, path=path: self._take_again(path))
            self._recent.addWidget(button)
            self.recent.append(button)

    def _take_again(self, path: str) -> None:
        """Choose a recent one; it is marked once it is found to be data, not by the click."""
        for known, button in zip(self._paths, self.recent, strict=True):
            button.setChecked(known == self._chosen)
        self.path_chosen.emit(path)

    def _ask_folder(self) -> None:
        self._take(dialogs.ask_folder(self, "Choose a folder with data", self._start))

    def _ask_file(self) -> None:
        self._take(dialogs.ask_data(self, self._start))

    def _take_path(self) -> None:
        self._take(self.path.text().strip())
        # The keys of the window are the field's as long as it has the focus.
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, path: str) -> None:
        if path:
            self._start = str(Path(path).parent)
            preferences.set_folder("data", path)
            self.path_chosen.emit(path)


def _card(title: str, holds: str, parent: QWidget) -> QPushButton:
    card = QPushButton(f"{title}\n{holds}", parent)
    card.setObjectName("card")
    card.setCheckable(True)
    card.setAccessibleName(title)
    card.setAccessibleDescription(holds)
    return card


def _heading(text: str, parent: QWidget) -> Label:
    label = Label(text, parent)
    label.setObjectName("heading")
    return label


def _small(text: str, parent: QWidget) -> Label:
    label = Label(text, parent)
    label.setObjectName("help")
    label.setWordWrap(True)
    return label


def _column() -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    return layout

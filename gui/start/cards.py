"""The examples as the start page shows them: what was written of each beside its drawing, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPixmap

from graph.analysis.memory import in_short
from gui.widgets.text import tip

TEXTS, PICTURES = "cards.json", "pictures"
PICTURE = QSize(208, 112)
PICTURE_RATIO = 2.0
CARD = Qt.ItemDataRole.UserRole
PIXMAP = Qt.ItemDataRole.UserRole + 1


class Measured(msgspec.Struct, frozen=True):
    """What a training as the drawing says came to: a measure of the validation samples, at the best of its epochs."""

    measure: str
    value: float
    epochs: int


class ExampleCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """An example by its file's name without suffix: ``parameters`` counts what it learns, ``data`` is what it reads."""

    name: str
    title: str
    sentence: str
    parameters: int
    data: str
    measured: Measured | None = None

    @property
    def figures(self) -> str:
        """Its parameters and what it reached, in a line."""
        size = f"{in_short(self.parameters)} parameters"
        return f"{size}  \N{MIDDLE DOT}  {self.reached}" if self.measured else size

    @property
    def reached(self) -> str:
        """What its training came to; "" where that is not known."""
        if self.measured is None:
            return ""
        value = self.measured.value
        # What is not quite 1 does not read as if it were.
        digits = next((count for count in (2, 3) if value == 1 or not f"{value:.{count}f}".startswith("1")), 4)
        return f"{self.measured.measure} {value:.{digits}f}"

    @property
    def told(self) -> str:
        """All there is to say of it."""
        lines = [f"{self.sentence}.", f"{self.parameters:,} parameters; trains on {self.data}."]
        if self.measured:
            lines.append(
                f"Trained as it is drawn, the best of {self.measured.epochs} epochs reached a validation "
                f"{self.measured.measure} of {self.measured.value:.3f} (layerloom train examples/{self.name}.loom)."
            )
        return "\n".join(lines)

    def fits(self, words: Sequence[str]) -> bool:
        """Whether all of these words, in small letters, are found in it."""
        text = f"{self.name} {self.title} {self.sentence} {self.data}".lower()
        return all(word in text for word in words)


def read_cards(folder: Path) -> list[ExampleCard]:
    """The examples of a folder, in the order they are shown; none where nothing was written of them."""
    try:
        return msgspec.json.decode((folder / TEXTS).read_bytes(), type=list[ExampleCard])
    except (OSError, msgspec.DecodeError):
        return []  # the menu lists the examples by their files


def picture_of(folder: Path, name: str, theme: str) -> Path:
    """Where the picture of an example is, on the ground of a theme."""
    return folder / PICTURES / f"{name.replace('/', '-')}-{theme}.png"


class Cards(QAbstractListModel):
    """The examples that fit what is looked for; a picture is read when it is first painted."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder, self._theme = folder, "light"
        self._all = read_cards(folder)
        self.cards = list(self._all)
        self._pictures: dict[str, QPixmap] = {}

    def look_for(self, text: str) -> None:
        """Keep the examples with all words of a text, in any order."""
        words = text.lower().split()
        self.beginResetModel()
        self.cards = [card for card in self._all if card.fits(words)]
        self.endResetModel()

    def set_theme(self, theme: str) -> None:
        """Take the pictures on another ground."""
        if theme != self._theme:
            self._theme = theme
            self._pictures.clear()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> ExampleCard | QPixmap | str | None:
        if not index.isValid():
            return None
        card = self.cards[index.row()]
        match role:
            case _ if role == CARD:
                return card
            case _ if role == PIXMAP:
                return self._picture(card.name)
            case Qt.ItemDataRole.DisplayRole:
                return card.title
            case Qt.ItemDataRole.ToolTipRole:
                return tip(card.told, card.title)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{card.title}, {card.figures}. {card.sentence}."
            case _:
                return None

    def _picture(self, name: str) -> QPixmap:
        if name not in self._pictures:
            pixmap = QPixmap(str(picture_of(self._folder, name, self._theme)))
            pixmap.setDevicePixelRatio(PICTURE_RATIO)
            self._pictures[name] = pixmap
        return self._pictures[name]

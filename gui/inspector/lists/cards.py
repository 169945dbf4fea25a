"""Cards, one under the other: each has a name, what can be set about it, and buttons to move it up or take it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from graph.edits.setting.sweeping import set_list
from graph.errors import LayerloomError
from graph.fields import Field
from gui.inspector.fields.form import LABEL_WIDTH
from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip
from gui.workspace import Workspace


class Card(QWidget):
    """One entry: a heading with its buttons, above the forms that are added to ``column``."""

    left = Signal()

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = Label(name, self)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        set_tip(self.title, tip)
        self.up = self._button("\u2191", f"Move {name} up", "up")
        self.remove = self._button("\u00d7", f"Take {name} away", "remove")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(6)
        head.addWidget(self.title, 1)
        head.addWidget(self.up)
        head.addWidget(self.remove)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addLayout(head)

    def refresh(self) -> None:
        """Patch the forms from the document."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drop what was typed but refused."""
        raise NotImplementedError

    def retire(self) -> None:
        """Write nothing from now on."""
        raise NotImplementedError

    def fields(self) -> list[QWidget]:
        """What Tab stops at below the heading."""
        raise NotImplementedError

    def _button(self, text: str, name: str, role: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAutoRaise(True)
        button.setObjectName(role)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(name)
        set_tip(button, name)
        return button


class CardList(QWidget):
    """The cards of the training setting ``field``; ``left`` tells that the user is done with something in one."""

    left = Signal()

    def __init__(self, field: Field, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._field = workspace, field
        self._cards: list[Card] = []
        self.add = QPushButton("Add one", self)
        self.add.setAccessibleName(f"Add to {field.name}")
        set_tip(self.add, field.description)
        self.error = Label(self)
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        label = ElidedLabel(field.name, self)
        label.setBuddy(self.add)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 4, 0)  # in line with the rows of the form
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.add, 0, 1)
        grid.addWidget(self.error, 1, 0, 1, 2)
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(grid)
        layout.addLayout(self._column)

    def stops(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom."""
        return [self.add, *(stop for card in self._cards for stop in (card.up, card.remove, *card.fields()))]

    def forget(self) -> None:
        """Drop what was typed but refused."""
        for card in self._cards:
            card.forget()
        self._say("")

    def name_of(self, entry: Any) -> str:
        """What the history calls an entry."""
        raise NotImplementedError

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    @property
    def _known(self) -> list[Any]:
        return list(getattr(self._workspace.document.training, self._field.name))

    def _fill(self, cards: Sequence[Card], kept: int = 0) -> None:
        """Show these cards behind so many of those there are, in place of the others."""
        for card in self._cards[kept:]:
            card.retire()
            card.hide()
            card.deleteLater()
        self._cards[kept:] = cards
        for place, card in enumerate(cards, kept):
            self._column.addWidget(card)
            card.up.setEnabled(place > 0)
            self._connect(place, card)

    def _connect(self, place: int, card: Card) -> None:
        card.left.connect(self.left)
        card.up.clicked.connect(lambda: self._move_up(place))
        card.remove.clicked.connect(lambda: self._take(place))

    def _take(self, place: int) -> None:
        order = [other for other in range(len(self._known)) if other != place]
        self._change(f"Take {self.name_of(self._known[place])} away", order)

    def _move_up(self, place: int) -> None:
        order = [*range(len(self._known))]
        order[place - 1 : place + 1] = [place, place - 1]
        self._change(f"Move {self.name_of(self._known[place])} up", order)

    def _append(self, label: str, made: Any) -> None:
        self._change(label, [*range(len(self._known))], made)

    def _change(self, label: str, order: Sequence[int], *made: Any) -> None:
        """Have the entries in this order, by their places now, and others behind them."""
        found, document = self._known, self._workspace.document
        try:
            with document.edit(label):
                entries, places = [*(found[place] for place in order), *made], [*order, *(None for _ in made)]
                set_list(document, self._field.name, entries, places)
        except LayerloomError as error:
            self._say(str(error))
            return
        self._say("")

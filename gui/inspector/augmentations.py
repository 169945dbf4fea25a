"""What training samples are changed by, one under the other: added, set, moved and taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from graph.errors import LayerloomError
from graph.fields import Field, fields_of
from graph.recipe.augmentations import Augmentation
from graph.recipe.part import choices_of, with_fields
from gui.inspector.fields.form import LABEL_WIDTH, Form
from gui.inspector.fields.subject import Subject
from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip
from gui.workspace import Workspace


class _Entry(Subject):
    """The fields of the augmentation at a place of the list."""

    def __init__(self, workspace: Workspace, place: int) -> None:
        self._workspace, self._place = workspace, place

    @property
    def _known(self) -> Augmentation:
        return self._workspace.document.training.augmentation[self._place]

    def values(self) -> dict[str, Any]:
        return msgspec.structs.asdict(self._known)

    def differs(self, field: str) -> bool:
        return bool(getattr(self._known, field) != fields_of(type(self._known))[field].default)

    def write(self, field: str, value: Any) -> None:
        found = list(self._workspace.document.training.augmentation)
        found[self._place] = with_fields(found[self._place], {field: value})
        self._workspace.document.set_training(augmentation=found)

    def reset(self, field: str) -> None:
        self.write(field, fields_of(type(self._known))[field].default)

    def label(self, field: str) -> str:
        return f"Set {field} of {type(self._known).__name__}"


class AugmentationCard(QWidget):
    """The name of one, its fields, and buttons that move it up and take it away."""

    def __init__(self, cls: type[Augmentation], place: int, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self.cls = cls
        name = cls.__name__
        title = Label(name, self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        set_tip(title, (cls.__doc__ or "").partition("\n")[0])
        self.up = self._button("\u2191", f"Move {name} up", "up")
        self.remove = self._button("\u00d7", f"Take {name} away", "remove")
        self.form = Form(fields_of(cls), workspace, _Entry(workspace, place), self)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(6)
        head.addWidget(title, 1)
        head.addWidget(self.up)
        head.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.form)

    def _button(self, text: str, name: str, role: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAutoRaise(True)
        button.setObjectName(role)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(name)
        set_tip(button, name)
        return button


class AugmentationList(QWidget):
    """A card for each augmentation of the training settings, below a button that adds another."""

    left = Signal()

    def __init__(self, field: Field, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.cards: list[AugmentationCard] = []
        self.add = QPushButton("Add one", self)
        self.add.setAccessibleName(f"Add to {field.name}")
        self.menu = QMenu(self.add)
        for name, cls in choices_of(Augmentation).items():
            action = self.menu.addAction(name)
            set_tip(action, (cls.__doc__ or "").partition("\n")[0])
            action.triggered.connect(lambda _=False, name=name: self._add(name))
        self.menu.setToolTipsVisible(True)
        self.add.setMenu(self.menu)
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

    def show_list(self, augmentations: Sequence[Augmentation]) -> None:
        """Patch the cards from the document; one being typed in keeps its text and the focus."""
        if [card.cls for card in self.cards] != [type(found) for found in augmentations]:
            self._fill(augmentations)
        for card in self.cards:
            card.form.refresh()

    def stops(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom."""
        return [self.add, *(stop for card in self.cards for stop in (card.up, card.remove, *card.form.stops()))]

    def forget(self) -> None:
        """Drop what was typed but refused."""
        for card in self.cards:
            card.form.forget()
        self._say("")

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    @property
    def _known(self) -> list[Augmentation]:
        return list(self._workspace.document.training.augmentation)

    def _fill(self, augmentations: Sequence[Augmentation]) -> None:
        for card in self.cards:
            card.form.retire()
            card.hide()
            card.deleteLater()
        self.cards = [
            AugmentationCard(type(found), place, self._workspace, self) for place, found in enumerate(augmentations)
        ]
        for place, card in enumerate(self.cards):
            self._column.addWidget(card)
            card.up.setEnabled(place > 0)
            self._connect(place, card)

    def _connect(self, place: int, card: AugmentationCard) -> None:
        card.form.left.connect(self.left)
        card.up.clicked.connect(lambda: self._move_up(place))
        card.remove.clicked.connect(lambda: self._take(place))

    def _add(self, name: str) -> None:
        self._change(f"Add {name}", lambda found: found.append(choices_of(Augmentation)[name]()))

    def _take(self, place: int) -> None:
        self._change(f"Take {type(self._known[place]).__name__} away", lambda found: found.pop(place))

    def _move_up(self, place: int) -> None:
        name = type(self._known[place]).__name__
        self._change(f"Move {name} up", lambda found: found.insert(place - 1, found.pop(place)))

    def _change(self, label: str, change: Callable[[list[Augmentation]], object]) -> None:
        found, document = self._known, self._workspace.document
        change(found)
        try:
            with document.edit(label):
                document.set_training(augmentation=found)
        except LayerloomError as error:
            self._say(str(error))
            return
        self._say("")

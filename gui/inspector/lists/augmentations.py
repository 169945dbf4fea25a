"""What training samples are changed by, one under the other: added, set, moved and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtWidgets import QMenu, QWidget

from graph.edits.setting.proposing import can_vary
from graph.edits.setting.sweeping import names_of_augmentations
from graph.fields import Field, fields_of
from graph.recipe.augmentations import Augmentation
from graph.recipe.part import choices_of, with_fields
from gui.inspector.fields.form import Form
from gui.inspector.fields.subject import Subject
from gui.inspector.lists.cards import Card, CardList
from gui.widgets.text import set_tip
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

    def swept(self, field: str) -> str:
        document = self._workspace.document
        name = f"{names_of_augmentations(document.training.augmentation)[self._place]}.{field}"
        return name if can_vary(document, name) else ""


class AugmentationCard(Card):
    """The name of one and its fields."""

    def __init__(self, cls: type[Augmentation], place: int, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(cls.__name__, (cls.__doc__ or "").partition("\n")[0], parent)
        self.cls = cls
        self.form = Form(fields_of(cls), workspace, _Entry(workspace, place), self)
        self.form.left.connect(self.left)
        self.column.addWidget(self.form)

    def refresh(self) -> None:
        self.form.refresh()

    def forget(self) -> None:
        self.form.forget()

    def retire(self) -> None:
        self.form.retire()

    def fields(self) -> list[QWidget]:
        return self.form.stops()


class AugmentationList(CardList):
    """A card for each augmentation of the training settings, below a button that adds another."""

    def __init__(self, field: Field, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(field, workspace, parent)
        self._shown: list[Augmentation] = []
        self.menu = QMenu(self.add)
        for name, cls in choices_of(Augmentation).items():
            action = self.menu.addAction(name)
            set_tip(action, (cls.__doc__ or "").partition("\n")[0])
            action.triggered.connect(lambda _=False, name=name: self._add(name))
        self.menu.setToolTipsVisible(True)
        self.add.setMenu(self.menu)

    @property
    def cards(self) -> list[AugmentationCard]:
        """The cards from top to bottom."""
        return [card for card in self._cards if isinstance(card, AugmentationCard)]

    def show_list(self, augmentations: Sequence[Augmentation]) -> None:
        """Patch the cards from the document; one being typed in keeps its text and the focus."""
        kinds = [type(found) for found in augmentations]
        if [card.cls for card in self.cards] != kinds:
            same = [before == after for before, after in zip(self._shown, augmentations, strict=False)]
            kept = [*same, False].index(False)
            places = range(kept, len(kinds))
            self._fill([AugmentationCard(kinds[place], place, self._workspace, self) for place in places], kept)
        self._shown = list(augmentations)
        for card in self.cards:
            card.refresh()

    def name_of(self, entry: Any) -> str:
        return type(entry).__name__

    def _add(self, name: str) -> None:
        self._append(f"Add {name}", choices_of(Augmentation)[name]())

"""The form of the training settings: the general ones, and under each choice the fields of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.edits.setting.proposing import can_vary
from graph.fields import Field
from graph.recipe.flat import LISTS, ROLES, all_values, field_named, general_fields, value_named
from graph.recipe.part import Part, chosen, own_fields
from graph.recipe.sources import Source
from gui.inspector.fields.folds import Folds, MoreButton
from gui.inspector.fields.form import Form, Row
from gui.inspector.fields.subject import Subject
from gui.inspector.lists.augmentations import AugmentationList
from gui.inspector.lists.cards import CardList
from gui.inspector.lists.turns import TurnList
from gui.workspace import Workspace


class Settings(Subject):
    """The training settings, by the names of their fields."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.typed_over: Source | None = None

    def values(self) -> dict[str, Any]:
        return all_values(self._workspace.document.training)

    def differs(self, field: str) -> bool:
        settings = self._workspace.document.training
        known = field_named(settings, field)
        return known is not None and bool(value_named(settings, field) != known.default)

    def write(self, field: str, value: Any) -> None:
        self._workspace.document.set_training(**{field: self._meant(field, value)})

    def reset(self, field: str) -> None:
        known = field_named(self._workspace.document.training, field)
        assert known is not None
        self._workspace.document.set_training(**{field: known.default})

    def label(self, field: str) -> str:
        return f"Set {field} of training"

    def swept(self, field: str) -> str:
        return field if can_vary(self._workspace.document, field) else ""

    def _meant(self, field: str, value: Any) -> Any:
        """The value of a field; half a path may name data of another kind, and costs no options."""
        if field != "data" or not isinstance(value, str):
            return value
        self.typed_over = self.typed_over or self._workspace.document.training.data
        return chosen(Source, value, self.typed_over)


class RecipeForm(QWidget):
    """Fields that act and no others; ``left`` tells that the user is done with a field."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._subject = Settings(workspace)
        self._general: list[Form] = []
        self._lists: dict[Form, CardList] = {}
        self._rooms: dict[str, QVBoxLayout] = {}
        self._forms: dict[tuple[str, type[Part]], Form] = {}
        self._chosen: list[Form] = []
        self._folds = Folds(self)
        self._layout = _column(self)
        general = general_fields()
        self.augmentations = AugmentationList(general["augmentation"], workspace, self)
        self.turns = TurnList(general["turns"], workspace, self)
        lists: dict[str, CardList] = {"augmentation": self.augmentations, "turns": self.turns}
        for fields in _sections():
            role = list(fields)[-1]
            plain = {name: field for name, field in fields.items() if name not in LISTS}
            self._general.append(self._take(plain, self._layout))
            if role in LISTS:
                self._lists[self._general[-1]] = lists[role]
                lists[role].left.connect(self._leave)
                self._layout.addWidget(lists[role])
            if role in ROLES:
                self._rooms[role] = _column()
                self._layout.addLayout(self._rooms[role])
        self.more = MoreButton(self._folds, self)
        self._layout.addWidget(self.more)
        self._folds.turned.connect(self._fold)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows of what is chosen, by the names of their fields."""
        return {name: row for form in self._shown() for name, row in form.rows.items()}

    def _row(self, name: str) -> Row:
        return next(form.row(name) for form in self._shown() if name in form.fields)

    def unfold(self) -> None:
        """Show the settings that few change."""
        self._folds.turn(True)

    def stops(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom."""
        found: list[QWidget] = []
        for form in self._shown():
            found += form.stops()
            found += self._lists[form].stops() if form in self._lists else []
        return [*found, self.more]

    def refresh(self) -> None:
        """Patch what is shown from the document's settings."""
        settings = self._workspace.document.training
        self._chosen = [self._form_of(role, type(getattr(settings, role))) for role in ROLES]
        for form in (*self._general, *self._chosen):
            form.refresh()
        self.augmentations.show_list(settings.augmentation)
        self.turns.show_list(settings.turns)
        self._row("augmentation_strength").setVisible(bool(settings.augmentation))
        self._row("optimizer").setVisible(not settings.turns)
        self._fold()

    def forget(self) -> None:
        """Drop what was typed but refused."""
        self._subject.typed_over = None
        self.augmentations.forget()
        self.turns.forget()
        for form in (*self._general, *self._forms.values()):
            form.forget()

    def _shown(self) -> list[Form]:
        """The forms from top to bottom."""
        chosen = dict(zip(ROLES, self._chosen, strict=False))
        return [form for part in self._general for form in (part, chosen.get(next(reversed(part.fields), ""))) if form]

    def _fold(self) -> None:
        """An empty form takes no room: it would leave a gap between its neighbours.

        Where there are turns, each has an optimizer, and the one for all is not used.
        """
        turns = bool(self._workspace.document.training.turns)
        unused = {form for (role, _), form in self._forms.items() if role == "optimizer" and turns}
        self.turns.setVisible(turns or self._folds.open)
        for form in (*self._general, *self._forms.values()):
            known = (form in self._general or form in self._chosen) and form not in unused
            form.setVisible(known and len(form.folded()) < len(form.names))
        folded = [name for form in self._shown() if form not in unused for name in form.folded()]
        self.more.count(folded if self.turns.isVisibleTo(self) else [*folded, "turns"])

    def _form_of(self, role: str, cls: type[Part]) -> Form:
        if (role, cls) not in self._forms:
            self._forms[role, cls] = self._take(own_fields(cls), self._rooms[role])
        return self._forms[role, cls]

    def _take(self, fields: Mapping[str, Field], layout: QVBoxLayout) -> Form:
        form = Form(fields, self._workspace, self._subject, self, folds=self._folds, more=False)
        layout.addWidget(form)
        form.left.connect(self._leave)
        return form

    def _leave(self) -> None:
        self._subject.typed_over = None
        self.left.emit()


def _sections() -> list[dict[str, Field]]:
    """The general fields, cut behind each that is a choice with fields of its own, or a list of such."""
    sections: list[dict[str, Field]] = [{}]
    for name, field in general_fields().items():
        sections[-1][name] = field
        if name in ROLES or name in LISTS:
            sections.append({})
    return [section for section in sections if section]


def _column(parent: QWidget | None = None) -> QVBoxLayout:
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    return layout

"""The form of the training settings: the general ones, and under each choice the fields of what is chosen."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.fields import Field
from graph.recipe.flat import ROLES, general_fields, general_values
from graph.recipe.part import Part, chosen, own_fields
from graph.recipe.settings import TrainingSettings
from graph.recipe.sources import Source
from gui.inspector.fields.form import Form, Row
from gui.workspace import Workspace


class RecipeForm(QWidget):
    """Fields that act and no others; ``left`` tells that the user is done with a field."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._general: list[Form] = []
        self._rooms: dict[str, QVBoxLayout] = {}
        self._forms: dict[tuple[str, type[Part]], Form] = {}
        self._chosen: list[Form] = []
        self._typed_over: Source | None = None
        self._layout = _column(self)
        for fields in _sections():
            self._general.append(self._take(Form(fields, workspace, self), self._layout))
            if (role := list(fields)[-1]) in ROLES:
                self._rooms[role] = _column()
                self._layout.addLayout(self._rooms[role])

    @property
    def rows(self) -> dict[str, Row]:
        """The rows that are shown, by the names of their fields."""
        return {name: row for form in (*self._general, *self._chosen) for name, row in form.rows.items()}

    def show_settings(self, settings: TrainingSettings) -> None:
        """Patch what is shown from the document's settings."""
        values = general_values(settings)
        for form in self._general:
            form.show_values(values)
        parts: dict[str, Part] = {name: getattr(settings, name) for name in ROLES}
        self._chosen = [self._form_of(role, type(part)) for role, part in parts.items()]
        for form in self._forms.values():
            form.setVisible(form in self._chosen and bool(form.rows))
        for form, part in zip(self._chosen, parts.values(), strict=True):
            form.show_values(msgspec.structs.asdict(part))

    def forget(self) -> None:
        """Drop what was typed but refused."""
        self._typed_over = None
        for form in (*self._general, *self._forms.values()):
            form.forget()

    def _form_of(self, role: str, cls: type[Part]) -> Form:
        if (role, cls) not in self._forms:
            form = Form(own_fields(cls), self._workspace, self)
            self._forms[role, cls] = self._take(form, self._rooms[role])
        return self._forms[role, cls]

    def _take(self, form: Form, layout: QVBoxLayout) -> Form:
        layout.addWidget(form)
        form.edited.connect(lambda field, value: self._set(form, field, value))
        form.left.connect(self._leave)
        return form

    def _set(self, form: Form, field: str, value: Any) -> None:
        set_training = self._workspace.document.set_training
        form.attempt(field, f"Set {field} of training", lambda: set_training(**{field: self._meant(field, value)}))

    def _meant(self, field: str, value: Any) -> Any:
        """The value of a field; half a path may name data of another kind, and costs no options."""
        if field != "data" or not isinstance(value, str):
            return value
        self._typed_over = self._typed_over or self._workspace.document.training.data
        return chosen(Source, value, self._typed_over)

    def _leave(self) -> None:
        self._typed_over = None
        self.left.emit()


def _sections() -> list[dict[str, Field]]:
    """The general fields, cut behind each that is a choice with fields of its own."""
    sections: list[dict[str, Field]] = [{}]
    for name, field in general_fields().items():
        sections[-1][name] = field
        if name in ROLES:
            sections.append({})
    return [section for section in sections if section]


def _column(parent: QWidget | None = None) -> QVBoxLayout:
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    return layout

"""The form of the training settings: the general ones, and under them those of each choice that is made."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.fields import fields_of
from graph.recipe.flat import ROLES, general_fields, general_values
from graph.recipe.part import Part
from graph.recipe.settings import TrainingSettings
from gui.inspector.form import Form, Row
from gui.workspace import Workspace


class RecipeForm(QWidget):
    """Fields that act and no others; ``left`` tells that the user is done with a field."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._general = Form(general_fields(), workspace, self)
        self._forms: dict[type[Part], Form] = {}
        self._chosen: list[Form] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self._take(self._general)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows that are shown, by the names of their fields."""
        return {name: row for form in (self._general, *self._chosen) for name, row in form.rows.items()}

    def show_settings(self, settings: TrainingSettings) -> None:
        """Patch what is shown from the document's settings."""
        self._general.show_values(general_values(settings))
        parts: list[Part] = [getattr(settings, name) for name in ROLES]
        self._chosen = [self._form_of(type(part)) for part in parts]
        for form in self._forms.values():
            form.setVisible(form in self._chosen)
        for form, part in zip(self._chosen, parts, strict=True):
            form.show_values(msgspec.structs.asdict(part))

    def forget(self) -> None:
        """Drop what was typed but refused."""
        for form in (self._general, *self._forms.values()):
            form.forget()

    def _form_of(self, cls: type[Part]) -> Form:
        if cls not in self._forms:
            form = self._forms[cls] = Form(fields_of(cls), self._workspace, self)
            self._take(form)
        return self._forms[cls]

    def _take(self, form: Form) -> None:
        self._layout.addWidget(form)
        form.edited.connect(lambda field, value: self._set(form, field, value))
        form.left.connect(self.left)

    def _set(self, form: Form, field: str, value: Any) -> None:
        set_training = self._workspace.document.set_training
        form.attempt(field, f"Set {field} of training", lambda: set_training(**{field: value}))

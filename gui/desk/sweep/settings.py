"""How a sweep searches, as a form, and the sentence where a search needs what is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import msgspec
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.fields import Field, fields_of
from graph.recipe.flat import general_fields
from graph.recipe.part import own_fields
from graph.recipe.sweep.search import TPE, Random, Search
from graph.recipe.sweep.sweep import Sweep, override_sweep, searches
from gui.inspector.fields.editors import ChoiceEditor
from gui.inspector.fields.form import Form
from gui.inspector.fields.subject import Subject
from gui.inspector.recipe import Settings
from gui.widgets.text import Label
from gui.workspace import Workspace

OPTUNA = "optuna"
MISSING = 'TPE needs Optuna, which is not installed: pip install "layerloom[sweeps]".'


class _Searching(Subject):
    """The search of the document's sweep."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def values(self) -> dict[str, Any]:
        sweep = self._workspace.document.sweep
        own = msgspec.structs.asdict(sweep.search)
        return {**msgspec.structs.asdict(sweep), "search": type(sweep.search).__name__, **own}

    def differs(self, field: str) -> bool:
        return bool(self.values()[field] != self._default(field))

    def write(self, field: str, value: Any) -> None:
        document = self._workspace.document
        document.set_setting("sweep", override_sweep(document.sweep, {field: value}))

    def reset(self, field: str) -> None:
        self.write(field, self._default(field))

    def label(self, field: str) -> str:
        return f"Set {field} of the sweep"

    def _default(self, field: str) -> Any:
        return {**_general(), **own_fields(type(self._workspace.document.sweep.search))}[field].default


def _general() -> dict[str, Field]:
    found = {name: field for name, field in fields_of(Sweep).items() if name != "over"}
    search = found["search"]._replace(kind="choice", choices=tuple(searches()), default=Random.__name__)
    return {**found, "search": search}


class SearchForm(QWidget):
    """Which search, its own fields, and the figure that trials are compared by."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._subject = _Searching(workspace)
        self._own: dict[type[Search], Form] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        general = _general()
        self._first = self._take({"search": general.pop("search")})
        self.missing = Label(MISSING, self)
        self.missing.setObjectName("description")
        self.missing.setWordWrap(True)
        self._layout.addWidget(self.missing)
        self._rest = self._take(general)
        self._goal = Form({"monitor": general_fields()["monitor"]}, workspace, Settings(workspace), self)
        self._layout.addWidget(self._goal)
        self._offer()

    @property
    def forms(self) -> list[Form]:
        """The forms that are shown, from top to bottom."""
        return [self._first, *(form for form in self._own.values() if not form.isHidden()), self._rest, self._goal]

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        kind = type(self._workspace.document.sweep.search)
        if kind not in self._own:
            self._own[kind] = self._take(own_fields(kind), self._layout.indexOf(self._rest))
        for other, form in self._own.items():
            form.setVisible(other is kind)
        for form in self.forms:
            form.refresh()

    def forget(self) -> None:
        """Drop what was typed but refused."""
        for form in (self._first, self._rest, self._goal, *self._own.values()):
            form.forget()

    def _take(self, fields: Mapping[str, Field], place: int = -1) -> Form:
        form = Form(fields, self._workspace, self._subject, self)
        self._layout.insertWidget(place, form)
        return form

    def _offer(self) -> None:
        """Grey what cannot be had here, and say why."""
        there = find_spec(OPTUNA) is not None
        self.missing.setVisible(not there)
        box = self._first.rows["search"].editor
        assert isinstance(box, ChoiceEditor)
        model = box.model()
        assert isinstance(model, QStandardItemModel)
        model.item(box.findData(TPE.__name__)).setEnabled(there)

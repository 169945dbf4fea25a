"""A form made from fields: a line for each, its values from a subject, its edits carried out by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.fields import Field
from gui.inspector.fields.editors import TypedEditor
from gui.inspector.fields.folds import Folds, MoreButton
from gui.inspector.fields.known import UNKNOWN
from gui.inspector.fields.row import LABEL_WIDTH, Row
from gui.inspector.fields.subject import Subject
from gui.workspace import Workspace

__all__ = ["LABEL_WIDTH", "Form", "Row", "order_tabs"]

# When a form writes what was typed: with every key, when the field is left or entered, or only when it is entered.
Applied = Literal["typed", "left", "entered"]


class Form(QWidget):
    """Named rows. ``visited`` tells that a field is come to, ``changed`` that one has another value, ``finished`` that
    one was left, ``left`` that the user is done with one.

    With ``folds``, rare fields at their defaults are shown only while those are open, and made only when they are
    wanted; ``more`` puts their button in.
    """

    visited = Signal()
    changed = Signal(str)
    finished = Signal()
    left = Signal()

    def __init__(
        self,
        fields: Mapping[str, Field],
        workspace: Workspace,
        subject: Subject,
        parent: QWidget | None = None,
        *,
        applied: Applied = "typed",
        folds: Folds | None = None,
        more: bool = True,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._subject, self._applied, self._folds = workspace, subject, applied, folds
        self._retired = False
        self.fields = dict(fields)
        self._rows: dict[str, Row] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        shown = {name: field for name, field in fields.items() if not field.hidden}
        alone = more and all(field.rare for field in shown.values())
        self.rare = [name for name, field in shown.items() if field.rare] if folds is not None and not alone else []
        self.more: MoreButton | None = None
        common = [name for name in shown if name not in self.rare]
        self._order = [*common, *self.rare] if more else list(shown)
        for name in common:
            self._add(name, self._layout.count())
        if more and folds is not None and self.rare:
            self.more = MoreButton(folds, self)
            self._layout.addWidget(self.more)
        if folds is not None:
            folds.turned.connect(self.fold)

    @property
    def names(self) -> list[str]:
        """The fields that have rows, or will have, from top to bottom."""
        return list(self._order)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows from top to bottom, by the names of their fields."""
        if self._unmade():
            self._make_rare()
            self.fold()
        return self._rows

    def row(self, name: str) -> Row:
        """The row of a field."""
        return self._rows[name] if name in self._rows else self.rows[name]

    def refresh(self) -> None:
        """Patch the rows from the document; a field being typed in keeps its text and the focus."""
        self._show_values(self._rows)
        self.fold()

    def fold(self) -> None:
        """Show the rare fields that are wanted, or not at their defaults, or being edited."""
        if self._retired:
            return
        if self._wanted():
            self._make_rare()
        for name in self._rows.keys() & set(self.rare):
            row = self._rows[name]
            busy = row.refused or row.editor.hasFocus()
            row.setVisible(self._folds is None or self._folds.open or busy or not row.dot.isHidden())
        if self.more is not None:
            self.more.count(self.folded())

    def folded(self) -> list[str]:
        """The fields that are folded away."""
        return [name for name in self.rare if name not in self._rows or self._rows[name].isHidden()]

    def forget(self) -> None:
        """Drop what was typed but refused: the form is about to show something else."""
        for row in self._rows.values():
            row.editor.known = UNKNOWN
            row.visit.begin()

    def retire(self) -> None:
        """Write nothing from now on: another form has taken the place of this one."""
        self._retired = True
        self.blockSignals(True)
        self.hide()
        self.deleteLater()

    def reset(self, name: str) -> None:
        """Give a field its default, as a step of its own."""
        row = self.row(name)
        row.begin()
        if row.refused:
            row.revert()
        self._carry_out(name, lambda: self._subject.reset(name))

    def _write(self, name: str, value: Any) -> None:
        self._carry_out(name, lambda: self._subject.write(name, value))

    def _carry_out(self, name: str, edit: Callable[[], None]) -> None:
        """Run an edit of a field as part of the visit to it; show under it why it is refused."""
        if self._retired:
            return
        row, label = self.row(name), self._subject.label(name)
        row.show_error(row.visit.attempt(self._workspace.document, label, edit))
        if not row.refused:
            self.changed.emit(name)

    def _wanted(self) -> bool:
        """Whether there are rows to be made now; not while the subject is about something else than the form."""
        unmade = self._unmade()
        if not unmade or not self._subject.values().keys() >= set(unmade):
            return False
        return self._folds is None or self._folds.open or any(map(self._subject.differs, unmade))

    def _unmade(self) -> list[str]:
        return [name for name in self.rare if name not in self._rows]

    def _make_rare(self) -> None:
        """Make the rows that were not wanted until now, each in its place."""
        made = self._unmade()
        if not made:
            return
        for index, name in enumerate(self._order):
            if name in made:
                self._add(name, index + (self.more is not None))
        self._rows = {name: self._rows[name] for name in self._order}
        self._show_values(made)
        order_tabs(self.stops())

    def _show_values(self, names: Iterable[str]) -> None:
        values, live = self._subject.values(), self._subject.live()
        for name in values.keys() & names:
            row = self._rows[name]
            row.show_value(values[name])
            row.show_live(live.get(name, ""))
            row.show_differs(self._subject.differs(name))

    def _add(self, name: str, place: int) -> None:
        """Make the row of a field, and put it into this place of the layout."""
        row = Row(self.fields[name], self)
        editor = row.editor
        row.begun.connect(self.visited)
        row.reset_wanted.connect(lambda: self.reset(name))
        row.may_sweep = lambda: bool(self._subject.swept(name))
        row.sweep_wanted.connect(lambda: self._workspace.sweep_wanted.emit(self._subject.swept(name)))
        if self._applied == "typed":
            editor.edited.connect(lambda value: self._write(name, value))
        else:
            editor.edited.connect(lambda: row.show_error(""))
        if isinstance(editor, TypedEditor):
            editor.entered.connect(lambda: self._enter(name, editor))
            editor.abandoned.connect(lambda: self._abandon(row))
            editor.dropped.connect(row.revert)
            editor.finished.connect(lambda: self._finish(name, editor))
            editor.finished.connect(self.finished)
        self._layout.insertWidget(place, row)
        self._rows[name] = row

    def _enter(self, name: str, editor: TypedEditor) -> None:
        self._apply(name, editor)
        if not self.row(name).refused:
            self.left.emit()

    def _abandon(self, row: Row) -> None:
        row.visit.take_back(self._workspace.document)
        row.revert()
        self.left.emit()

    def _finish(self, name: str, editor: TypedEditor) -> None:
        if self._applied == "left":
            self._apply(name, editor)
        if self.row(name).refused or self._applied == "entered":
            self.row(name).revert()

    def _apply(self, name: str, editor: TypedEditor) -> None:
        if self._applied != "typed" and editor.known not in (UNKNOWN, editor.value()):
            self._write(name, editor.value())

    def stops(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom."""
        made = [name for name in self._order if name in self._rows]
        above = [name for name in made if self.more is None or name not in self.rare]
        editors = [self._rows[name].editor for name in made]
        return [*editors[: len(above)], *([self.more] if self.more else []), *editors[len(above) :]]


def order_tabs(stops: Iterable[QWidget]) -> None:
    """Have Tab go through widgets in this order."""
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)

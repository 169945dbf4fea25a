"""The parts of a drawing that learn in turns: which nodes, from which objectives, by which optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from graph.edits.setting.proposing import can_vary
from graph.edits.setting.sweeping import TURNS, set_list
from graph.fields import Field, fields_of
from graph.names import free_name
from graph.problems.turns import learning, owners
from graph.recipe.optimizers import Adam, Optimizer
from graph.recipe.part import choices_of, chosen
from graph.recipe.turns import Turn, with_values
from gui.inspector.fields.folds import Folds
from gui.inspector.fields.form import Form
from gui.inspector.fields.subject import Subject
from gui.inspector.lists.cards import Card, CardList
from gui.workspace import Workspace


class _Entry(Subject):
    """The fields of the turn at a place of the list, those of its optimizer among them."""

    def __init__(self, workspace: Workspace, place: int) -> None:
        self._workspace, self._place = workspace, place

    @property
    def turn(self) -> Turn:
        """The turn as the document has it."""
        return self._workspace.document.training.turns[self._place]

    def values(self) -> dict[str, Any]:
        turn = self.turn
        own = msgspec.structs.asdict(turn.optimizer)
        return {**own, **msgspec.structs.asdict(turn), "optimizer": type(turn.optimizer).__name__}

    def differs(self, field: str) -> bool:
        default = self._default(field)
        return field != "name" and bool(self.values()[field] != default)

    def write(self, field: str, value: Any) -> None:
        if field == "optimizer":
            value = chosen(Optimizer, value, self.turn.optimizer)
        found = list(self._workspace.document.training.turns)
        found[self._place] = with_values(found[self._place], {field: value})
        set_list(self._workspace.document, TURNS, found, range(len(found)))

    def reset(self, field: str) -> None:
        self.write(field, self._default(field))

    def label(self, field: str) -> str:
        return f"Set {field} of the turn {self.turn.name}"

    def swept(self, field: str) -> str:
        name = f"{TURNS}.{self.turn.name}.{field}"
        return name if can_vary(self._workspace.document, name) else ""

    def _default(self, field: str) -> Any:
        return {**fields_of(type(self.turn.optimizer)), **_fields()}[field].default


def _fields() -> dict[str, Field]:
    """The fields of a turn, the optimizer as a choice and last: its own fields come below."""
    found = dict(fields_of(Turn))
    optimizer = found.pop("optimizer")
    names = tuple(name for name in choices_of(Optimizer) if _fits(name))
    default = type(optimizer.default).__name__
    return found | {"optimizer": optimizer._replace(kind="choice", choices=names, default=default)}


def _fits(optimizer: str) -> bool:
    """Whether an optimizer takes steps from single batches."""
    try:
        Turn(name="any", optimizer=choices_of(Optimizer)[optimizer]())
    except ValueError:
        return False
    return True


class TurnCard(Card):
    """The fields of a turn, and below them those of its optimizer."""

    def __init__(self, place: int, workspace: Workspace, parent: QWidget) -> None:
        self._entry = _Entry(workspace, place)
        self._workspace = workspace
        super().__init__(self._entry.turn.name, (Turn.__doc__ or "").partition("\n")[0], parent)
        self._folds = Folds(self)
        self.form = self._take(_fields())
        self._kind = type(self._entry.turn.optimizer)
        self.own = self._take(fields_of(self._kind))

    def refresh(self) -> None:
        turn = self._entry.turn
        if type(turn.optimizer) is not self._kind:
            self.own.retire()
            self._kind = type(turn.optimizer)
            self.own = self._take(fields_of(self._kind))
        self.title.setText(turn.name)
        self.form.refresh()
        self.own.refresh()

    def forget(self) -> None:
        self.form.forget()
        self.own.forget()

    def retire(self) -> None:
        self.form.retire()
        self.own.retire()

    def fields(self) -> list[QWidget]:
        return [*self.form.stops(), *self.own.stops()]

    def _take(self, fields: dict[str, Field]) -> Form:
        form = Form(fields, self._workspace, self._entry, self, folds=self._folds)
        form.left.connect(self.left)
        self.column.addWidget(form)
        return form


class TurnList(CardList):
    """A card for each turn of the training settings, below a button that adds another."""

    def __init__(self, field: Field, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(field, workspace, parent)
        self.add.clicked.connect(self._add)

    @property
    def cards(self) -> list[TurnCard]:
        """The cards from top to bottom."""
        return [card for card in self._cards if isinstance(card, TurnCard)]

    def show_list(self, turns: Sequence[Turn]) -> None:
        """Patch the cards from the document; one being typed in keeps its text and the focus."""
        if len(self._cards) != len(turns):
            self._fill([TurnCard(place, self._workspace, self) for place in range(len(turns))])
        for card in self._cards:
            card.refresh()

    def name_of(self, entry: Any) -> str:
        return f"the turn {entry.name}"

    def _add(self) -> None:
        """Add a turn of whatever is in none yet."""
        document, turns = self._workspace.document, self._workspace.document.training.turns
        optimizer = document.training.optimizer
        taken = {name for turn in turns for name in owners(document, turn)}
        minimized = {name for turn in turns for name in turn.objectives}
        made = Turn(
            name=free_name("turn", {turn.name for turn in turns}),
            nodes=tuple(name for name in learning(document) if name not in taken),
            objectives=tuple(
                name
                for name, node in document.model.nodes.items()
                if node.layer.role == "objective" and name not in minimized
            ),
            optimizer=optimizer if _fits(type(optimizer).__name__) else Adam(),
        )
        self._append(f"Add the turn {made.name}", made)

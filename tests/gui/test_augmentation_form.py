"""The list of augmentations in the inspector: what is added, set, moved and taken away is one step each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from graph.recipe.augmentations import Flip, Noise, Rotate
from gui.window import MainWindow
from tests.support.editor_window import click, draw, key, retype
from tests.support.typed import known


def test_augmentations_are_added_set_moved_and_taken_away(window: MainWindow) -> None:
    document = draw(window)
    page = window.inspector.model.training
    listed = page.augmentations
    assert not page.rows["augmentation_strength"].isVisibleTo(page)
    for name in ("Flip", "Noise", "Rotate"):
        next(action for action in listed.menu.actions() if action.text() == name).trigger()
    assert [card.cls for card in listed.cards] == [Flip, Noise, Rotate]
    assert document.training.augmentation == (Flip(), Noise(), Rotate())
    assert page.rows["augmentation_strength"].isVisibleTo(page)
    document.undo()
    assert len(listed.cards) == 2
    document.redo()


def test_a_field_of_an_augmentation_is_swept_over(window: MainWindow) -> None:
    document = draw(window)
    with document.edit("Augmentation"):
        document.set_training(augmentation="rotate, noise, rotate")
    last = window.inspector.model.training.augmentations.cards[-1]
    row = last.form.rows["degrees"]
    assert row.may_sweep()
    row.sweep_wanted.emit()
    (axis,) = document.sweep.over
    assert axis.name == "augmentation.Rotate2.degrees"
    assert window.workspaces.name == "Runs"


@pytest.mark.slow
def test_a_card_edits_its_own_fields_and_says_what_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Augmentation"):
        document.set_training(augmentation="rotate, noise, rotate")
    listed = window.inspector.model.training.augmentations
    qtbot.waitUntil(lambda: listed.cards[0].remove.isVisible())
    first, _, last = listed.cards
    retype(last.form.rows["degrees"].editor, "30")
    assert document.training.augmentation == (Rotate(), Noise(), Rotate(degrees=30.0))
    retype(first.form.rows["degrees"].editor, "400")
    assert first.form.rows["degrees"].error.text() == "Training: degrees must be a number from 0 to 180, got 400.0."
    assert document.training.augmentation[0] == Rotate()
    key(first.form.rows["degrees"].editor, Qt.Key.Key_Escape)
    click(last.up)
    qtbot.waitUntil(lambda: listed.cards[0].remove.isVisible())
    assert document.training.augmentation == (Rotate(), Rotate(degrees=30.0), Noise())
    click(listed.cards[0].remove)
    assert document.training.augmentation == (Rotate(degrees=30.0), Noise())
    assert list(document.history)[-3:] == ["Set degrees of Rotate", "Move Rotate up", "Take Rotate away"]
    for _ in range(3):
        document.undo()
    assert document.training.augmentation == (Rotate(), Noise(), Rotate())
    assert [known(card.form.rows["degrees"].editor).text() for card in (listed.cards[0], listed.cards[2])] == [
        "15.0",
        "15.0",
    ]
    for _ in range(38):
        listed.menu.actions()[0].trigger()
    assert listed.error.text() == "Training: augmentation must be a list, at most 40 of them, got 41."
    assert len(listed.cards) == len(document.training.augmentation) == 40

"""The list of turns in the inspector: what learns in which, from what, and by which optimizer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from examples.build.adversaries import dcgan
from graph.recipe.optimizers import SGD, Adam
from graph.recipe.turns import Turn
from gui.window import MainWindow
from tests.support.editor_window import click, draw, key, retype
from tests.support.typed import known, there


def test_turns_are_added_filled_with_what_is_in_none_set_and_taken_away(window: MainWindow, qtbot: QtBot) -> None:
    drawn = dcgan()
    with drawn.edit("No turns"):
        drawn.set_training(turns=[])
    window.workspace.open(drawn, None)
    document = window.workspace.document
    page = window.inspector.model.training
    listed = page.turns
    assert not listed.isVisibleTo(page)
    assert page.rows["optimizer"].isVisibleTo(page)
    page.unfold()
    click(listed.add)
    (made,) = document.training.turns
    assert (made.name, set(made.nodes), set(made.objectives)) == (
        "turn1",
        {"critic", "generator"},
        {"real", "fake", "fooling"},
    )
    assert not page.rows["optimizer"].isVisibleTo(page)  # each turn has its own
    assert not page.rows["learning_rate"].isVisibleTo(page)
    card = listed.cards[0]
    retype(card.form.rows["name"].editor, "critic")
    retype(card.form.rows["nodes"].editor, "critic")
    retype(card.form.rows["objectives"].editor, "real, fake")
    retype(card.own.rows["learning_rate"].editor, "0.0002")
    click(listed.add)
    assert [turn.nodes for turn in document.training.turns] == [("critic",), ("generator",)]
    assert document.training.turns[0] == Turn(
        name="critic", nodes=("critic",), objectives=("real", "fake"), optimizer=Adam(learning_rate=0.0002)
    )
    assert document.training.turns[1].objectives == ("fooling",)
    second = listed.cards[1]
    retype(second.form.rows["steps"].editor, "0")
    assert second.form.rows["steps"].error.text().endswith("steps must be an integer from 1 to 1,000, got 0.")
    key(second.form.rows["steps"].editor, Qt.Key.Key_Escape)
    second.form.rows["optimizer"].editor.edited.emit("SGD")
    assert document.training.turns[1].optimizer == SGD()
    assert list(listed.cards[1].own.rows)[:2] == ["learning_rate", "momentum"]
    click(second.up)
    assert [turn.name for turn in document.training.turns] == ["turn1", "critic"]
    click(listed.cards[0].remove)
    assert [turn.name for turn in document.training.turns] == ["critic"]
    assert list(document.history)[-2:] == ["Move the turn turn1 up", "Take the turn turn1 away"]
    document.undo()
    document.undo()
    assert [type(turn.optimizer) for turn in document.training.turns] == known([Adam, SGD])
    while document.training.turns:
        document.undo()
    assert page.rows["optimizer"].isVisibleTo(page)


def test_a_layer_is_given_a_penalty_of_its_own_in_the_inspector(window: MainWindow) -> None:
    document = draw(window)
    layer = next(name for name, node in document.model.nodes.items() if node.kind == "Linear")
    window.canvas.select([layer])
    rows = window.inspector.nodes.weights.rows
    assert not rows["l1"].isVisibleTo(window.inspector.nodes)  # few set it
    there(window.inspector.nodes.weights.more).click()
    retype(rows["l1"].editor, "0.0001")
    assert document.model.node(layer).l1 == 0.0001
    retype(rows["l1"].editor, "-1")
    assert "l1 must be a number from 0 to 1000, or nothing, got -1.0." in rows["l1"].error.text()
    key(rows["l1"].editor, Qt.Key.Key_Escape)
    retype(rows["l1"].editor, "")
    assert document.model.node(layer).l1 is None

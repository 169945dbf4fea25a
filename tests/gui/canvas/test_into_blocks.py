"""Nodes dropped on a block, and taken out of it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from graph.edits import blocks
from graph.storage.loom import dumps
from gui.canvas import Canvas
from tests.support.canvas_tools import ALT, LEFT, at_node, drag, hold, shown, wires_of


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = shown(qtbot)
    with canvas.document.edit("Group"):
        blocks.group(canvas.document, "", ["relu"], "Unit")
    canvas.document.forget_history()
    canvas.frame_all()
    return canvas


def test_a_node_dropped_on_a_block_goes_into_it_in_one_step_and_comes_out_again(canvas: Canvas) -> None:
    document = canvas.document
    before, wires = dumps(document), wires_of(document)
    start, end = at_node(canvas, "conv"), at_node(canvas, "unit1")
    hold(canvas, start, end)
    assert canvas._bubble.text() == "Move into unit1"
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=end)
    assert "conv" not in document.model.nodes
    assert "conv" in document.graphs["Unit"].nodes
    assert document.history == ["Move conv into unit1"]
    canvas.open("unit1")
    canvas.select(["conv"])
    canvas.move_out()
    assert (canvas.graph, canvas.selected()) == ("", ["conv"])
    assert {wire.partition(" ->")[0] for wire in wires_of(document)} == {wire.partition(" ->")[0] for wire in wires}
    document.undo()
    document.undo()
    assert dumps(document) == before


def test_with_alt_a_node_stays_beside_the_block_and_a_refused_one_goes_back(canvas: Canvas) -> None:
    document = canvas.document
    with document.edit("Again"):
        document.model.add("Block", {"definition": "Unit"}, name="again", at=(300, 500))
    canvas.frame_all()
    before = dumps(document)
    refused: list[Any] = []
    canvas.refused.connect(refused.append)
    drag(canvas, at_node(canvas, "conv"), at_node(canvas, "unit1"))
    assert dumps(document) == before
    assert "'Unit' is used twice" in refused[-1]
    place = document.model.node("conv")
    assert canvas.drawing.nodes["conv"].pos().x() == place.x
    drag(canvas, at_node(canvas, "conv"), at_node(canvas, "unit1"), ALT)
    assert "conv" in document.model.nodes
